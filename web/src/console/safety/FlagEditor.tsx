import { App, Button, Input } from "antd";
import { useState } from "react";
import { sentence } from "../http";
import { VersionHistory } from "../versions/VersionHistory";
import { type Checked, type RedFlag, type RedFlagPage, safetyApi } from "./api";
import { CheckedChange } from "./CheckedChange";

const URGENCY = { call_120: "拨打 120", emergency: "立即急诊" } as const;

interface Props {
  flag: RedFlag;
  page: RedFlagPage;
  editable: boolean;
  draft: string;
  onDraft: (text: string) => void;
  onProposed: () => void;
}

/** One red flag: what it tells the patient, its source and versions; a clinician writes a change of it here. */
export function FlagEditor({ flag, page, editable, draft, onDraft, onProposed }: Props) {
  const { message } = App.useApp();
  const [note, setNote] = useState("");
  const [checked, setChecked] = useState<Checked>();
  const [busy, setBusy] = useState(false);
  const write = (text: string) => {
    setChecked(undefined);
    onDraft(text);
  };
  const check = async () => {
    try {
      setChecked(await safetyApi.check(flag.id, draft));
    } catch (failed) {
      void message.error(sentence(failed));
    }
  };
  const propose = async () => {
    setBusy(true);
    try {
      await safetyApi.propose(flag.id, draft, note, page.versions[0]?.version ?? 0);
      void message.success("已提出，等另一位医生审核");
      onProposed();
    } catch (failed) {
      void message.error(sentence(failed));
    } finally {
      setBusy(false);
    }
  };
  return (
    <article className="shelf-page" aria-label={flag.name}>
      <h1>{flag.name}</h1>
      <p>
        {URGENCY[flag.urgency]} · 告诉患者：{flag.advice.join("；")}
      </p>
      <p className="muted">依据：{flag.source}</p>
      <Input.TextArea aria-label="红旗的写法" value={draft} readOnly={!editable} onChange={(event) => write(event.target.value)} autoSize={{ minRows: 6, maxRows: 20 }} spellCheck={false} />
      {editable && (
        <>
          <p className="muted">用 examples 写上患者会说的话，例如 examples: [我妈在厨房昏倒了]，改后的红旗必须认得它们。另一位医生同意后才生效。</p>
          <div className="shelf-row">
            <Input aria-label="为什么改" placeholder="为什么改，依据是什么" maxLength={200} value={note} onChange={(event) => setNote(event.target.value)} />
            <Button disabled={draft === page.text} onClick={() => void check()}>
              检查
            </Button>
            <Button type="primary" loading={busy} disabled={draft === page.text || note.trim().length < 2} onClick={() => void propose()}>
              提交审核
            </Button>
          </div>
        </>
      )}
      {checked && <CheckedChange checked={checked} />}
      <VersionHistory versions={page.versions} load={(version) => safetyApi.version(flag.id, version)} onPutBack={editable ? (old) => write(old.text) : undefined} />
    </article>
  );
}
