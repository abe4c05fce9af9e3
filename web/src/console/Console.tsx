import { Button, Layout, Spin } from "antd";
import { type ReactNode, useCallback, useEffect, useState } from "react";
import { account, may, type Me } from "./account";
import { AccountDialog } from "./AccountDialog";
import { AccountsPage } from "./AccountsPage";
import { Alerts } from "./Alerts";
import { api } from "./api";
import { AuditPage } from "./AuditPage";
import { ConversationPane } from "./ConversationPane";
import { ApiError } from "./http";
import { Queue } from "./Queue";
import { SignIn } from "./SignIn";
import { usePolled } from "./polling";

/** The whole console: signing in, then alerts and the queue beside one conversation. */
export function Console() {
  const [me, setMe] = useState<Me | null>();
  const [ended, setEnded] = useState("");
  useEffect(() => {
    account.me().then(setMe, () => setMe(null));
  }, []);
  const end = useCallback((why = "") => {
    setEnded(why);
    setMe(null);
  }, []);
  if (me === undefined) return <Spin className="centre" aria-label="正在打开" />;
  if (me === null) return <SignIn onDone={setMe} ended={ended} />;
  return may(me, "read_conversations") ? <Desk me={me} onEnded={end} /> : <Office me={me} onEnded={end} />;
}

/** For who sees no patients: accounts, or the audit. */
function Office({ me, onEnded }: { me: Me; onEnded: (why?: string) => void }) {
  useSessionEnd(onEnded);
  return (
    <Layout className="desk">
      <Header me={me} onEnded={onEnded} />
      <Layout.Content className="desk-main office-main">
        {may(me, "read_audit") && <AuditPage />}
        {may(me, "manage_staff") && <AccountsPage me={me} />}
      </Layout.Content>
    </Layout>
  );
}

/** Says when the session has ended by itself: whoever looks at the page is told, and signs in again. */
function useSessionEnd(onEnded: (why: string) => void) {
  const load = useCallback(async () => {
    try {
      await account.me();
    } catch (problem) {
      if (problem instanceof ApiError && problem.status === 401) onEnded(ENDED);
    }
  }, [onEnded]);
  usePolled(load, 30_000);
}

const ENDED = "太久没有操作，或登录已被结束，请重新登录";

function Header({ me, onEnded, children }: { me: Me; onEnded: (why?: string) => void; children?: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <Layout.Header className="desk-header">
      <strong>杏林 · 工作台</strong>
      {children}
      <span className="spacer" />
      <Button type="text" onClick={() => setOpen(true)}>
        {me.name || me.username}
      </Button>
      <Button type="text" onClick={() => void account.signOut().finally(() => onEnded())}>
        退出
      </Button>
      {open && <AccountDialog me={me} onClose={() => setOpen(false)} onEnded={() => onEnded("密码已修改，请重新登录")} />}
    </Layout.Header>
  );
}

function Desk({ me, onEnded }: { me: Me; onEnded: (why?: string) => void }) {
  const [open, setOpen] = useState<string>();
  const load = useCallback(async () => {
    try {
      const [alerts, conversations] = await Promise.all([api.alerts(), api.conversations()]);
      return { alerts, conversations };
    } catch (problem) {
      if (problem instanceof ApiError && problem.status === 401) onEnded(ENDED);
      throw problem;
    }
  }, [onEnded]);
  const { value, reload, error } = usePolled(load, 2000);
  const waiting = value?.conversations.filter((row) => row.holder === "waiting").length ?? 0;
  useEffect(() => {
    document.title = `${value?.alerts.length ? `(${value.alerts.length}) ` : ""}杏林 · 工作台`;
  }, [value]);
  return (
    <Layout className="desk">
      <Header me={me} onEnded={onEnded}>
        <span className="desk-counts">
          {value ? `${value.alerts.length} 条警报 · ${waiting} 人等待人工` : "正在读取"}
        </span>
        {error && <span role="alert">{error}</span>}
      </Header>
      <Layout hasSider>
        <Layout.Sider width={340} theme="light" className="desk-side">
          <Alerts rows={value?.alerts ?? []} onOpen={setOpen} onChanged={reload} />
          <Queue rows={value?.conversations ?? []} loaded={value !== undefined} open={open} onOpen={setOpen} />
        </Layout.Sider>
        <Layout.Content className="desk-main">
          {open ? (
            <ConversationPane
              key={open}
              row={value?.conversations.find((row) => row.id === open)}
              id={open}
              me={me}
              onChanged={reload}
            />
          ) : (
            <p className="empty">从左边选一个对话。患者要求人工、助手答不上来、或发来照片时，会排在最上面。</p>
          )}
        </Layout.Content>
      </Layout>
    </Layout>
  );
}
