import { Select } from "antd";
import { useEffect, useState } from "react";
import { caseApi, type Canned } from "../cases/api";

/** Canned replies, found by any word of theirs; what is picked is read and changed before it goes. */
export function CannedPicker({ kind, disabled = false, onPick }: { kind: string; disabled?: boolean; onPick: (text: string) => void }) {
  const [found, setFound] = useState<Canned[]>([]);
  useEffect(() => {
    let stopped = false;
    caseApi.canned(kind, "").then(
      (rows) => stopped || setFound(rows),
      () => undefined,
    );
    return () => {
      stopped = true;
    };
  }, [kind]);
  return (
    <Select
      aria-label="常用回复"
      className="canned"
      placeholder="常用回复，可搜索"
      disabled={disabled}
      showSearch
      value={null}
      filterOption={(words, option) =>
        words.split(/\s+/).every((word) => `${String(option?.label)}${String(option?.["text"])}`.includes(word))
      }
      onChange={(id: string | null) => {
        const picked = found.find((one) => one.id === id);
        if (picked) onPick(picked.text);
      }}
      options={found.map((one) => ({ value: one.id, label: one.title, text: one.text, title: one.text }))}
      notFoundContent="没有这样的常用回复"
    />
  );
}
