import { Button } from "antd";
import { type AlertRow, api } from "./api";
import { ago, exact } from "./polling";

const URGENCY: Record<string, string> = { call_120: "拨打 120", emergency: "立即急诊" };

interface Props {
  rows: AlertRow[];
  onOpen: (conversation: string) => void;
  onChanged: () => void;
}

/** Alerts that nobody has acknowledged; each is acknowledged by a press. */
export function Alerts({ rows, onOpen, onChanged }: Props) {
  if (!rows.length) return null;
  const acknowledge = async (row: AlertRow) => {
    await api.acknowledge(row.id).catch(() => undefined);
    onOpen(row.conversation_id);
    onChanged();
  };
  return (
    <section aria-label="警报" className="alerts">
      <h2>
        警报 <span className="count">{rows.length}</span>
      </h2>
      <ul>
        {rows.map((row) => (
          <li key={row.id} className={row.escalated_at ? "alert escalated" : "alert"}>
            <div className="alert-head">
              <strong>{URGENCY[row.urgency] ?? row.urgency}</strong>
              <time title={exact(row.created_at)}>{ago(row.created_at)}前</time>
            </div>
            <p className="alert-flags">{row.flags.join("、")}</p>
            <p>{row.words}</p>
            <div className="alert-foot">
              <span>{row.called && `无人处理，已呼叫${row.called}（第 ${row.rings} 次）`}</span>
              <Button danger type="primary" size="small" onClick={() => void acknowledge(row)}>
                我来处理
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
