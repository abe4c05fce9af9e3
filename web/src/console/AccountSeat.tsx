import { Form, InputNumber, Select } from "antd";
import { useEffect, useState } from "react";
import { account } from "./account";

/** A person's seat in a line: "医保组、挂号组，最多 3 个"; empty when it is as the house says. */
export const seatOf = (ids: string[], capacity: number | null, groups: { id: string; name: string }[]) =>
  [
    ids.map((id) => groups.find((one) => one.id === id)?.name ?? id).join("、"),
    capacity === null ? "" : `最多 ${capacity} 个`,
  ]
    .filter(Boolean)
    .join("，");

/** Fields of a form: which groups' conversations a person takes, and how many at once. */
export function SeatFields() {
  const [groups, setGroups] = useState<{ id: string; name: string }[]>([]);
  useEffect(() => {
    account.skillGroups().then(setGroups, () => undefined);
  }, []);
  return (
    <>
      <Form.Item label="技能组" name="skill_groups">
        <Select
          mode="multiple"
          allowClear
          defaultActiveFirstOption={false}
          showSearch={{ optionFilterProp: "label" }}
          placeholder="不选就接所有组的对话"
          options={groups.map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Form.Item>
      <Form.Item label="同时接几个对话" name="seat_capacity">
        <InputNumber min={1} max={50} placeholder="按全院的" style={{ width: 160 }} />
      </Form.Item>
    </>
  );
}
