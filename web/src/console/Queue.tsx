import { Tag } from "antd";
import type { ConversationRow } from "./api";
import { CHANNEL, holderTag } from "./names";
import { ago, exact } from "./polling";

interface Props {
  rows: ConversationRow[];
  loaded: boolean;
  open: string | undefined;
  onOpen: (id: string) => void;
}

/** Who waits for a person, the longest first; then the latest conversations. */
export function Queue({ rows, loaded, open, onOpen }: Props) {
  return (
    <nav aria-label="对话" className="queue">
      <h2>对话</h2>
      {loaded && !rows.length && <p className="empty">还没有对话。患者在微信或网页发来第一条消息后，会出现在这里。</p>}
      <ul>
        {rows.map((row) => {
          const since = row.holder === "waiting" ? row.waiting_since : row.last_patient_at;
          return (
            <li key={row.id}>
              <button type="button" aria-current={row.id === open} onClick={() => onOpen(row.id)}>
                <span className="queue-head">
                  <Tag {...holderTag(row)} />
                  <span>{CHANNEL[row.channel] ?? row.channel}</span>
                  <time title={exact(since)}>{ago(since)}</time>
                </span>
                <span className="queue-words">{row.last_words || "（没有文字）"}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
