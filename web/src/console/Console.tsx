import { Button, Layout, Spin } from "antd";
import { useCallback, useEffect, useState } from "react";
import { api, ApiError, type Me } from "./api";
import { Alerts } from "./Alerts";
import { ConversationPane } from "./ConversationPane";
import { PasswordDialog } from "./PasswordDialog";
import { Queue } from "./Queue";
import { SignIn } from "./SignIn";
import { usePolled } from "./polling";

/** The whole console: signing in, then alerts and the queue beside one conversation. */
export function Console() {
  const [me, setMe] = useState<Me | null>();
  useEffect(() => {
    api.me().then(setMe, () => setMe(null));
  }, []);
  if (me === undefined) return <Spin className="centre" aria-label="正在打开" />;
  if (me === null) return <SignIn onDone={setMe} />;
  return <Desk me={me} onEnded={() => setMe(null)} />;
}

function Desk({ me, onEnded }: { me: Me; onEnded: () => void }) {
  const [open, setOpen] = useState<string>();
  const [password, setPassword] = useState(false);
  const load = useCallback(async () => {
    try {
      const [alerts, conversations] = await Promise.all([api.alerts(), api.conversations()]);
      return { alerts, conversations };
    } catch (problem) {
      if (problem instanceof ApiError && problem.status === 401) onEnded();
      throw problem;
    }
  }, [onEnded]);
  const { value, reload, error } = usePolled(load, 2000);
  const waiting = value?.conversations.filter((row) => row.holder === "waiting").length ?? 0;
  useEffect(() => {
    document.title = `${value?.alerts.length ? `(${value.alerts.length}) ` : ""}杏林 · 工作台`;
  }, [value]);
  const signOut = () => void api.signOut().finally(onEnded);
  return (
    <Layout className="desk">
      <Layout.Header className="desk-header">
        <strong>杏林 · 工作台</strong>
        <span className="desk-counts">
          {value ? `${value.alerts.length} 条警报 · ${waiting} 人等待人工` : "正在读取"}
        </span>
        {error && <span role="alert">{error}</span>}
        <span className="spacer" />
        <span>{me.username}</span>
        <Button type="text" onClick={() => setPassword(true)}>
          修改密码
        </Button>
        <Button type="text" onClick={signOut}>
          退出
        </Button>
      </Layout.Header>
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
      {password && <PasswordDialog onClose={() => setPassword(false)} onChanged={onEnded} />}
    </Layout>
  );
}
