import { Checkbox, InputNumber } from "antd";
import { useEffect, useState } from "react";
import type { Finding } from "../cases/api";
import { list, number, string, words } from "../findings/data";
import type { Graded } from "./GradingForm";

interface Props {
  finding: Finding;
  correcting: boolean;
  onChange: (graded: Graded) => void;
}

/** The faults that the clinician sees, and the count. */
export function RehabGrading({ finding, correcting, onChange }: Props) {
  const called = list(finding.data["faults"]).map((one) => ({ id: string(one["id"]), title: string(one["title"]) }));
  const known = new Map(called.map((one) => [one.id, one.title]));
  for (const id of words(finding.data["unseen"])) if (!known.has(id)) known.set(id, `${id}（机器看不到）`);
  const [faults, setFaults] = useState<string[]>(called.map((one) => one.id));
  const [count, setCount] = useState<number | null>(number(finding.data["count"]) ?? null);
  const [score, setScore] = useState<number | null>(number(finding.data["score"]) ?? null);
  useEffect(() => {
    onChange({ faults, ...(count === null ? {} : { count }), ...(score === null ? {} : { score }) });
  }, [faults, count, score, onChange]);
  return (
    <>
      <span className="label">看到的问题</span>
      {known.size === 0 && <p className="muted">机器没有看到问题。有别的问题请写在补充里。</p>}
      <Checkbox.Group
        className="choices"
        disabled={!correcting}
        value={faults}
        onChange={setFaults}
        options={[...known].map(([value, label]) => ({ value, label }))}
      />
      <label htmlFor="count">次数</label>
      <InputNumber id="count" disabled={!correcting} min={0} max={500} value={count} onChange={setCount} />
      <label htmlFor="score">得分（0–100）</label>
      <InputNumber id="score" disabled={!correcting} min={0} max={100} value={score} onChange={setScore} />
    </>
  );
}
