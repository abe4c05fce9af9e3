import { Input } from "antd";
import { useEffect, useState } from "react";
import type { Finding } from "../cases/api";
import { items, range } from "../findings/data";
import type { Graded } from "./GradingForm";

interface Props {
  finding: Finding;
  correcting: boolean;
  onChange: (graded: Graded) => void;
}

type Field = "value_text" | "unit";

/** Every cell as it was read, to be put right; only what was changed is kept. */
export function ReportGrading({ finding, correcting, onChange }: Props) {
  const rows = items(finding.data);
  const [cells, setCells] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    onChange({
      cells: [...cells].map(([key, value]) => {
        const [row, field] = key.split(":");
        return { row: Number(row), field, value };
      }),
    });
  }, [cells, onChange]);
  const input = (row: number, field: Field, read: string, what: string) => (
    <Input
      size="small"
      disabled={!correcting}
      aria-label={`${rows[row]!.name}的${what}`}
      value={cells.get(`${row}:${field}`) ?? read}
      status={cells.has(`${row}:${field}`) ? "warning" : ""}
      maxLength={64}
      onChange={(event) => {
        const next = new Map(cells);
        if (event.target.value === read) next.delete(`${row}:${field}`);
        else next.set(`${row}:${field}`, event.target.value);
        setCells(next);
      }}
    />
  );
  return (
    <table className="report-grading">
      <thead>
        <tr>
          <th scope="col">项目</th>
          <th scope="col">结果</th>
          <th scope="col">单位</th>
          <th scope="col">参考范围</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((item, row) => (
          <tr key={row}>
            <th scope="row">{item.name}</th>
            <td>{input(row, "value_text", item.value, "结果")}</td>
            <td>{input(row, "unit", item.unit, "单位")}</td>
            <td className="figure">{range(item)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
