import { Button, Drawer, Input, Segmented } from "antd";
import { useState } from "react";
import type { Finding } from "../cases/api";
import { RehabGrading } from "./RehabGrading";
import { ReportGrading } from "./ReportGrading";
import { SkinGrading } from "./SkinGrading";

export type Graded = Record<string, unknown>;

interface Props {
  finding: Finding;
  onGrade: (body: { agrees: boolean; graded: Graded; note: string }) => Promise<void>;
  onCancel: () => void;
}

/** Agree or correct, at the side: the picture stays in view. */
export function GradingForm({ finding, onGrade, onCancel }: Props) {
  const { kind } = finding;
  const [agrees, setAgrees] = useState(true);
  const [graded, setGraded] = useState<Graded>({});
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    await onGrade({ agrees, graded: { kind, ...graded }, note: note.trim() });
    setBusy(false);
  };
  return (
    <Drawer open title="医生评定" mask={false} size={kind === "report" ? 640 : 400} onClose={onCancel} className="grading">
      <Segmented
        block
        aria-label="机器的结果对不对"
        value={agrees}
        onChange={setAgrees}
        options={[
          { value: true, label: "同意机器结果" },
          { value: false, label: "更正" },
        ]}
      />
      {kind === "skin" && <SkinGrading finding={finding} correcting={!agrees} onChange={setGraded} />}
      {kind === "rehab" && <RehabGrading finding={finding} correcting={!agrees} onChange={setGraded} />}
      {kind === "report" && <ReportGrading finding={finding} correcting={!agrees} onChange={setGraded} />}
      <label htmlFor="grading-note">补充（不写姓名等个人信息）</label>
      <Input.TextArea id="grading-note" value={note} onChange={(event) => setNote(event.target.value)} maxLength={500} autoSize={{ minRows: 2, maxRows: 4 }} />
      <Button type="primary" block loading={busy} onClick={() => void submit()}>
        保存评定
      </Button>
      <p className="muted small">评定会加密保存，导出给下一次训练时不带任何个人信息。</p>
    </Drawer>
  );
}
