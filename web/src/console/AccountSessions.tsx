import { Alert, Button, Spin, Tag } from "antd";
import { useCallback, useEffect, useState } from "react";
import { account, type SessionRow } from "./account";
import { sentence } from "./http";

/** "Chrome · Windows", from what a browser calls itself. */
export function browserName(agent: string): string {
  const name = /Edg\//.test(agent)
    ? "Edge"
    : /Firefox\//.test(agent)
      ? "Firefox"
      : /Chrom(e|ium)\//.test(agent)
        ? "Chrome"
        : /Safari\//.test(agent)
          ? "Safari"
          : "其他浏览器";
  const on = /Windows/.test(agent)
    ? "Windows"
    : /Android/.test(agent)
      ? "Android"
      : /iPhone|iPad/.test(agent)
        ? "iOS"
        : /Mac OS/.test(agent)
          ? "macOS"
          : /Linux/.test(agent)
            ? "Linux"
            : "";
  return on ? `${name} · ${on}` : name;
}

interface Props {
  load: () => Promise<SessionRow[]>;
  end: (id: string) => Promise<void>;
  named?: boolean;
}

/** Where one (or everybody) is signed in; each can be ended but the one that looks. */
export function Sessions({ load, end, named = false }: Props) {
  const [rows, setRows] = useState<SessionRow[]>();
  const [refused, setRefused] = useState("");
  const reload = useCallback(() => {
    load().then(setRows, (problem: unknown) => setRefused(sentence(problem)));
  }, [load]);
  useEffect(reload, [reload]);
  return (
    <>
      {refused && <Alert type="error" title={refused} role="alert" />}
      {!rows && <Spin />}
      <ul className="sessions">
        {rows?.map((row) => (
          <li key={row.id}>
            <div>
              <strong>{named ? `${row.username}　${browserName(row.browser)}` : browserName(row.browser)}</strong>
              <p className="muted">
                {row.address}，{new Date(row.created_at).toLocaleString("zh-CN")} 登录，最近{" "}
                {new Date(row.last_seen_at).toLocaleTimeString("zh-CN")} 在用
              </p>
            </div>
            {row.mine ? (
              <Tag>本机</Tag>
            ) : (
              <Button
                size="small"
                aria-label={`结束登录：${named ? `${row.username} ` : ""}${row.address}`}
                onClick={() => void end(row.id).then(reload, (problem: unknown) => setRefused(sentence(problem)))}
              >
                结束登录
              </Button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

export const OwnSessions = () => <Sessions load={account.sessions} end={account.endSession} />;
