import { App, Button, Input } from "antd";
import { useState } from "react";
import { sentence } from "../http";
import type { ProposalPage, ProposedApi } from "./api";
import { CheckedChange } from "./CheckedChange";
import type { Words } from "./proposing";

export const STATE = { proposed: "等待审核", approved: "已同意", refused: "未同意", withdrawn: "已撤回" } as const;

interface Props {
  api: Pick<ProposedApi<unknown>, "decide" | "withdraw">;
  words: Words;
  proposal: ProposalPage;
  name: string;
  deciding: boolean;
  onDecided: () => void;
}

/** One proposed change, for the colleague who decides; whoever proposed it can only take it back. */
export function ProposalView({ api, words, proposal, name, deciding, onDecided }: Props) {
  const { message } = App.useApp();
  const [reason, setReason] = useState("");
  const act = async (action: () => Promise<void>, said: string) => {
    try {
      await action();
      void message.success(said);
    } catch (failed) {
      void message.error(sentence(failed));
    }
    onDecided();
  };
  const unready = reason.trim().length < 2;
  return (
    <article className="shelf-page" aria-label={`修改 ${name}`}>
      <h1>修改“{name}”</h1>
      <p>
        {proposal.by} 提出，{new Date(proposal.at).toLocaleString("zh-CN")}：{proposal.note}
      </p>
      {proposal.state !== "proposed" && (
        <p role="status">{[STATE[proposal.state], proposal.decided_by, proposal.decision].filter(Boolean).join(" · ")}</p>
      )}
      {proposal.checked && <CheckedChange checked={proposal.checked} words={words} />}
      {proposal.state === "proposed" && proposal.own && (
        <div className="shelf-row">
          <span className="muted">自己提出的修改要由另一位医生审核。</span>
          <Button onClick={() => void act(() => api.withdraw(proposal.id), "已撤回")}>撤回</Button>
        </div>
      )}
      {proposal.state === "proposed" && !proposal.own && deciding && (
        <div className="shelf-row">
          <Input aria-label="审核意见" placeholder="审核意见（必填）" maxLength={200} value={reason} onChange={(event) => setReason(event.target.value)} />
          <Button disabled={unready} onClick={() => void act(() => api.decide(proposal.id, "refuse", reason), words.refused)}>
            不同意
          </Button>
          <Button type="primary" disabled={unready || Boolean(proposal.checked?.problem)} onClick={() => void act(() => api.decide(proposal.id, "approve", reason), "已同意，马上生效")}>
            同意并生效
          </Button>
        </div>
      )}
    </article>
  );
}
