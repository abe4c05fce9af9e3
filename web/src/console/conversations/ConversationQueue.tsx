import { Segmented, Select, Tag } from "antd";
import { useState } from "react";
import type { ConversationRow, SeatDesk } from "../api";
import { counting, useNow } from "../desk/clock";
import { ago, exact } from "../polling";
import { CHANNEL, holderTag, ofGroup, OWN } from "./names";

interface Props {
  rows: ConversationRow[];
  desk: SeatDesk | undefined;
  loaded: boolean;
  open: string | undefined;
  me: string;
  onOpen: (id: string) => void;
}

type View = "all" | "waiting" | "mine";

/** Who waits for a person, the longest first; then the latest conversations. */
export function ConversationQueue({ rows, desk, loaded, open, me, onOpen }: Props) {
  const [view, setView] = useState<View>("all");
  const [group, setGroup] = useState(OWN);
  const own = desk?.own ?? [];
  const now = useNow();
  const waiting = rows.filter((row) => row.holder === "waiting");
  const mine = rows.filter((row) => row.holder === "seat" && row.seat === me);
  const shown = ofGroup(view === "waiting" ? waiting : view === "mine" ? mine : rows, group, own, me);
  return (
    <nav aria-label="对话" className="queue">
      <div className="queue-filters">
        <Segmented<View>
          block
          aria-label="看哪些对话"
          value={view}
          onChange={setView}
          options={[
            { value: "all", label: "全部" },
            { value: "waiting", label: `等人工 ${waiting.length}` },
            { value: "mine", label: `我的 ${mine.length}/${desk?.capacity ?? "—"}` },
          ]}
        />
        <Select
          aria-label="技能组"
          value={own.length || group !== OWN ? group : ""}
          onChange={setGroup}
          options={[...(own.length ? [{ value: OWN, label: "我的组" }] : []), { value: "", label: "所有组" }, ...(desk?.groups ?? []).map(({ id, name }) => ({ value: id, label: name }))]}
        />
      </div>
      {loaded && !shown.length && (
        <p className="empty">{rows.length ? "没有这样的对话。" : "还没有对话。患者在微信或网页上发来第一句话，就会出现在这里。"}</p>
      )}
      <ul>
        {shown.map((row) => {
          const late = row.promised_at !== null && now > Date.parse(row.promised_at);
          return (
            <li key={row.id}>
              <button type="button" aria-current={row.id === open} onClick={() => onOpen(row.id)}>
                <span className="queue-head">
                  <Tag {...holderTag(row)} />
                  <span>{CHANNEL[row.channel] ?? row.channel}</span>
                  {row.skill_group && <span>{desk?.groups.find(({ id }) => id === row.skill_group)?.name}</span>}
                  {row.holder === "waiting" && row.waiting_since ? (
                    <time className={late ? "late" : ""} title={promiseOf(row)}>
                      {counting(row.waiting_since, now)}
                    </time>
                  ) : (
                    <time title={exact(row.last_patient_at)}>{ago(row.last_patient_at, now)}</time>
                  )}
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

const promiseOf = ({ waiting_since, promised_at }: ConversationRow) =>
  `${exact(waiting_since)} 开始等${promised_at ? `，告诉患者 ${exact(promised_at)} 前回复` : ""}`;
