import { Button, Input } from "antd";
import { useState } from "react";
import { CannedPicker } from "../conversations/CannedPicker";
import type { CaseRow } from "./api";
import { caseApi } from "./api";
import type { Act } from "./CaseActions";

// What was typed and not sent, by case: nothing is lost when the next one is opened.
const drafts = new Map<string, string>();

interface Props {
  row: CaseRow;
  disabled: boolean;
  act: Act;
  claimed: Partial<CaseRow>;
}

/** The answer to the patient, from a template or one's own words. */
export function CaseReply({ row, disabled, act, claimed }: Props) {
  const [text, setText] = useState(drafts.get(row.id) ?? "");
  const [sending, setSending] = useState(false);
  const write = (now: string) => {
    drafts.set(row.id, now);
    setText(now);
  };
  const send = async () => {
    const said = text.trim();
    if (!said || sending) return;
    setSending(true);
    if (await act(() => caseApi.reply(row.id, said), claimed, "已发给患者")) write("");
    setSending(false);
  };
  return (
    <div className="case-reply">
      <label htmlFor="case-reply">
        回复患者 <kbd aria-hidden="true">R</kbd>
      </label>
      <CannedPicker kind={row.kind} disabled={disabled} onPick={write} />
      <Input.TextArea
        id="case-reply"
        value={text}
        disabled={disabled}
        onChange={(event) => write(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void send();
          if (event.key === "Escape") event.currentTarget.blur();
        }}
        autoSize={{ minRows: 4, maxRows: 10 }}
        maxLength={4000}
        placeholder="Ctrl + Enter 发送"
      />
      <Button type="primary" block disabled={disabled || !text.trim()} loading={sending} onClick={() => void send()}>
        发给患者
      </Button>
    </div>
  );
}
