import { Alert, Button, Card, Form, Input } from "antd";
import { useState } from "react";
import { api, type Me } from "./api";

/** Name and password; one sentence when they are refused. */
export function SignIn({ onDone }: { onDone: (me: Me) => void }) {
  const [refused, setRefused] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async ({ username, password }: { username: string; password: string }) => {
    setBusy(true);
    try {
      onDone(await api.signIn(username.trim(), password));
    } catch (problem) {
      setRefused(problem instanceof Error ? problem.message : String(problem));
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className="centre">
      <Card title="杏林 · 工作台" className="sign-in">
        {refused && <Alert type="error" title={refused} role="alert" />}
        <Form layout="vertical" onFinish={submit} requiredMark={false}>
          <Form.Item label="账号" name="username" rules={[{ required: true, message: "请输入账号" }]}>
            <Input autoComplete="username" autoFocus />
          </Form.Item>
          <Form.Item label="密码" name="password" rules={[{ required: true, message: "请输入密码" }]}>
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          <Button type="primary" htmlType="submit" block loading={busy}>
            登录
          </Button>
        </Form>
        <p className="hint">第一个账号 admin 的密码在启动时显示；忘了可以运行 xinglin password admin。</p>
      </Card>
    </main>
  );
}
