import { Button, Input } from "antd";
import { useState } from "react";
import { CannedPicker } from "../conversations/CannedPicker";
import { type Draft, EMPTY, taken, typed } from "../conversations/suggested";
import { Suggestions } from "../conversations/Suggestions";
import type { CaseRow } from "./api";
import { caseApi } from "./api";
import type { Act } from "./CaseActions";

// What was typed and not sent, by case: nothing is lost when the next one is opened.
const drafts = new Map<string, Draft>();

// Findings are answered by what a person sees in them; what was asked in words may be known.
const SUGGESTED: CaseRow["kind"][] = ["handover", "complaint", "emergency"];

interface Props {
  row: CaseRow;
  disabled: boolean;
  act: Act;
  claimed: Partial<CaseRow>;
}

/** The answer to the patient, from a template or one's own words. */
export function CaseReply({ row, disabled, act, claimed }: Props) {
  const [draft, setDraft] = useState(drafts.get(row.id) ?? EMPTY);
  const [sending, setSending] = useState(false);
  const write = (now: Draft) => {
    drafts.set(row.id, now);
    setDraft(now);
  };
  const send = async () => {
    const said = draft.text.trim();
    if (!said || sending) return;
    setSending(true);
    if (await act(() => caseApi.reply(row.id, said, draft.began_as), claimed, "已发给患者")) write(EMPTY);
    setSending(false);
  };
  return (
    <div className="case-reply">
      <label htmlFor="case-reply">
        回复患者 <kbd aria-hidden="true">R</kbd>
      </label>
      {SUGGESTED.includes(row.kind) && (
        <Suggestions
          conversation={row.conversation_id}
          stand={`${row.state} ${row.claimed_by}`}
          box="case-reply"
          disabled={disabled}
          onTake={(one) => write(taken(draft, one))}
        />
      )}
      <CannedPicker kind={row.kind} disabled={disabled} onPick={(text) => write({ text, began_as: "" })} />
      <Input.TextArea
        id="case-reply"
        value={draft.text}
        disabled={disabled}
        onChange={(event) => write(typed(draft, event.target.value))}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void send();
          if (event.key === "Escape") event.currentTarget.blur();
        }}
        autoSize={{ minRows: 4, maxRows: 10 }}
        maxLength={4000}
        placeholder="Ctrl + Enter 发送"
      />
      <Button type="primary" block disabled={disabled || !draft.text.trim()} loading={sending} onClick={() => void send()}>
        发给患者
      </Button>
    </div>
  );
}
