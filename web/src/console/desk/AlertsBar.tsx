import { App, Button } from "antd";
import { useState } from "react";
import { type AlertRow, api } from "../api";
import { sentence } from "../http";
import { exact } from "../polling";
import { counting, useNow } from "./clock";

const URGENCY: Record<string, string> = { call_120: "拨打 120", emergency: "立即急诊" };

interface Props {
  rows: AlertRow[];
  onOpen: (row: AlertRow) => void;
  onChanged: () => void;
}

/** Alerts that nobody has acknowledged, in a row of their own that is always there: nothing moves when one comes. */
export function AlertsBar({ rows, onOpen, onChanged }: Props) {
  const { message } = App.useApp();
  const [all, setAll] = useState(false);
  const now = useNow();
  const acknowledge = async (row: AlertRow) => {
    try {
      await api.acknowledge(row.id);
      onOpen(row);
    } catch (failed) {
      void message.error(sentence(failed));
    }
    onChanged();
  };
  return (
    <section aria-label="警报" className={`alerts-bar ${rows.length ? "ringing" : ""} ${all ? "all" : ""}`}>
      {rows.length ? (
        <ul>
          {rows.map((row) => (
            <li key={row.id}>
              <strong>{URGENCY[row.urgency] ?? row.urgency}</strong>
              <time title={exact(row.created_at)}>{counting(row.created_at, now)}</time>
              <span className="alert-flags">{row.flags.join("、")}</span>
              <span className="alert-words">{row.words}</span>
              {row.called && <span className="alert-called">{`无人处理，已呼叫${row.called}（第 ${row.rings} 次）`}</span>}
              <Button danger type="primary" size="small" onClick={() => void acknowledge(row)}>
                我来处理
              </Button>
            </li>
          ))}
        </ul>
      ) : (
        <p>没有警报</p>
      )}
      {rows.length > 1 && (
        <Button size="small" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? "收起" : `共 ${rows.length} 条`}
        </Button>
      )}
    </section>
  );
}
