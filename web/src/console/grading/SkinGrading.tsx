import { Checkbox, Radio, Select } from "antd";
import { useEffect, useState } from "react";
import type { Finding, PasiRegions } from "../cases/api";
import { lesionName, likely, RISK, string } from "../findings/data";
import type { Graded } from "./GradingForm";
import { PasiForm } from "./PasiForm";

interface Props {
  finding: Finding;
  correcting: boolean;
  onChange: (graded: Graded) => void;
}

/** Class and risk, and the PASI form for psoriasis. */
export function SkinGrading({ finding, correcting, onChange }: Props) {
  const shares = likely(finding.data);
  const [lesion, setLesion] = useState(shares[0]?.name);
  const [risk, setRisk] = useState(string(finding.data["risk"]) || undefined);
  const [pasi, setPasi] = useState<PasiRegions>();
  useEffect(() => {
    onChange({ ...(lesion ? { lesion } : {}), ...(risk ? { risk } : {}), ...(pasi ? { pasi: { regions: pasi } } : {}) });
  }, [lesion, risk, pasi, onChange]);
  return (
    <>
      <label htmlFor="lesion">类别</label>
      <Select
        id="lesion"
        aria-label="类别"
        disabled={!correcting}
        value={lesion}
        onChange={setLesion}
        options={[...shares.map(({ name }) => ({ value: name, label: lesionName(name) })), { value: "psoriasis", label: "银屑病" }, { value: "other", label: "其他" }]}
      />
      <span className="label">风险</span>
      <Radio.Group
        aria-label="风险"
        className="choices"
        disabled={!correcting}
        value={risk}
        onChange={(event) => setRisk(event.target.value as string)}
        options={Object.entries(RISK).map(([value, label]) => ({ value, label }))}
      />
      <Checkbox checked={pasi !== undefined} onChange={(event) => setPasi(event.target.checked ? {} : undefined)}>
        评 PASI（银屑病）
      </Checkbox>
      {pasi && <PasiForm value={pasi} onChange={setPasi} />}
    </>
  );
}
