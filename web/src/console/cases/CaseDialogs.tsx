import { Button, Empty, Input, Modal, Radio, Spin } from "antd";
import { useEffect, useState } from "react";
import { ROLE, type Role } from "../account";
import { caseApi, type Colleague, type Kind } from "./api";
import { OUTCOME } from "./names";

const USUAL: Record<Kind, string[]> = {
  skin: ["agreed", "corrected", "sent_for", "answered"],
  rehab: ["agreed", "corrected", "answered", "sent_for"],
  report: ["agreed", "corrected", "sent_for", "answered"],
  emergency: ["emergency_care", "sent_for", "answered"],
  handover: ["answered", "sent_for"],
  complaint: ["answered"],
  follow_up: ["answered", "sent_for", "emergency_care"],
};
const ALWAYS = ["not_reached", "not_needed"];

interface CloseProps {
  kind: Kind;
  graded: boolean | undefined;
  onClose: (outcome: string) => void;
  onCancel: () => void;
  /** Not given to who starts no follow-ups. */
  onFollowUp: (() => void) | undefined;
}

/** How it ended. The first answer is chosen already: two keys close a case. */
export function CloseDialog({ kind, graded, onClose, onCancel, onFollowUp }: CloseProps) {
  const offered = [...USUAL[kind], ...ALWAYS];
  const likely = graded === false ? "corrected" : offered[0]!;
  const [outcome, setOutcome] = useState(likely);
  return (
    <Modal open title="结束病例" okText="结束" onOk={() => onClose(outcome)} onCancel={onCancel} okButtonProps={{ autoFocus: true }} width={380}>
      <Radio.Group
        aria-label="处理结果"
        className="choices"
        value={outcome}
        onChange={(event) => setOutcome(event.target.value as string)}
        options={offered.map((value) => ({ value, label: OUTCOME[value] ?? value }))}
      />
      {onFollowUp && (
        <Button type="link" onClick={onFollowUp}>
          先为患者开始随访
        </Button>
      )}
    </Modal>
  );
}

interface HandOverProps {
  caseId: string;
  onHand: (to: string) => void;
  onCancel: () => void;
}

/** To whom: colleagues who may take this case, on duty first. */
export function HandOverDialog({ caseId, onHand, onCancel }: HandOverProps) {
  const [colleagues, setColleagues] = useState<Colleague[]>();
  const [words, setWords] = useState("");
  const [to, setTo] = useState("");
  useEffect(() => {
    caseApi.colleagues(caseId).then(setColleagues, () => setColleagues([]));
  }, [caseId]);
  const found = (colleagues ?? []).filter((one) => `${one.username}${one.name}${one.departments.join()}`.includes(words.trim()));
  return (
    <Modal open title="转交给同事" okText="转交" okButtonProps={{ disabled: !to }} onOk={() => onHand(to)} onCancel={onCancel} width={420}>
      <Input aria-label="找同事" placeholder="姓名、账号或科室" value={words} onChange={(event) => setWords(event.target.value)} autoFocus />
      {!colleagues && <Spin />}
      {colleagues && !found.length && <Empty description={colleagues.length ? "没有这样的同事" : "现在没有能接这个病例的同事"} />}
      <Radio.Group
        aria-label="同事"
        className="choices scrolling"
        value={to}
        onChange={(event) => setTo(event.target.value as string)}
        options={found.map((one) => ({
          value: one.username,
          label: `${one.name || one.username} · ${ROLE[one.role as Role] ?? one.role}${one.on_duty ? " · 当班" : ""}`,
        }))}
      />
    </Modal>
  );
}
