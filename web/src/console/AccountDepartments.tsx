import { Select } from "antd";
import { useEffect, useState } from "react";
import { account, EVERY_DEPARTMENT } from "./account";

interface Props {
  id?: string;
  value?: string[];
  onChange?: (departments: string[]) => void;
}

/** The departments of one person, or every one; a field of a form. */
export function Departments({ id, value = [], onChange }: Props) {
  const [names, setNames] = useState<string[]>([]);
  useEffect(() => {
    account.departments().then(setNames, () => undefined);
  }, []);
  return (
    <Select
      {...(id ? { id } : {})}
      mode="multiple"
      allowClear
      // Or leaving the field with Tab would choose the first: every department.
      defaultActiveFirstOption={false}
      placeholder="看哪些科室的患者"
      value={value}
      onChange={(chosen: string[]) =>
        // "Every one" and a few of them say the same.
        onChange?.(chosen.includes(EVERY_DEPARTMENT) ? [EVERY_DEPARTMENT] : chosen)
      }
      options={[
        { value: EVERY_DEPARTMENT, label: "所有科室" },
        ...names.map((name) => ({ value: name, label: name })),
      ]}
    />
  );
}
