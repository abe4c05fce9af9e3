import { Select } from "antd";
import { useEffect, useState } from "react";
import { caseApi, type PasiRegions } from "../cases/api";

const REGIONS = { head: "头颈", arms: "上肢", trunk: "躯干", legs: "下肢" } as const;
const SIGNS = { erythema: "红斑", induration: "浸润", desquamation: "脱屑" } as const;
const SEVERITY = ["0 无", "1 轻", "2 中", "3 重", "4 极重"];
const AREA = ["0 无", "1 <10%", "2 10–29%", "3 30–49%", "4 50–69%", "5 70–89%", "6 ≥90%"];
const CLEAR = { erythema: 0, induration: 0, desquamation: 0, area: 0 };

type Region = keyof typeof REGIONS;
type Sign = keyof typeof CLEAR;

/** The form of four regions; the arithmetic is the house's, and shown as it is entered. */
export function PasiForm({ value, onChange }: { value: PasiRegions; onChange: (regions: PasiRegions) => void }) {
  const [score, setScore] = useState<{ score: number; parts: Record<string, number> }>();
  useEffect(() => {
    let stopped = false;
    caseApi.pasi(value).then(
      (found) => stopped || setScore(found),
      () => undefined,
    );
    return () => {
      stopped = true;
    };
  }, [value]);
  const set = (region: Region, sign: Sign, grade: number) => onChange({ ...value, [region]: { ...CLEAR, ...value[region], [sign]: grade } });
  const cell = (region: Region, sign: Sign, names: string[], what: string) => (
    <td key={sign}>
      <Select
        size="small"
        aria-label={`${REGIONS[region]}${what}`}
        value={value[region]?.[sign] ?? 0}
        onChange={(grade) => set(region, sign, grade)}
        options={names.map((label, grade) => ({ value: grade, label }))}
      />
    </td>
  );
  return (
    <table className="pasi">
      <thead>
        <tr>
          <td />
          {Object.values(SIGNS).map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
          <th scope="col">面积</th>
          <th scope="col" className="figure">
            小计
          </th>
        </tr>
      </thead>
      <tbody>
        {(Object.keys(REGIONS) as Region[]).map((region) => (
          <tr key={region}>
            <th scope="row">{REGIONS[region]}</th>
            {(Object.keys(SIGNS) as (keyof typeof SIGNS)[]).map((sign) => cell(region, sign, SEVERITY, SIGNS[sign]))}
            {cell(region, "area", AREA, "面积")}
            <td className="figure">{(score?.parts[region] ?? 0).toFixed(1)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colSpan={5}>
            PASI 总分（0–72）
          </th>
          <td className="figure" role="status">
            <strong>{(score?.score ?? 0).toFixed(1)}</strong>
          </td>
        </tr>
      </tfoot>
    </table>
  );
}
