import { Alert, Button, Form, Space } from "antd";
import { useCallback, useEffect, useState } from "react";
import { account, type Offered } from "./account";
import { CodeInput } from "./AccountCode";
import { EnrolForm } from "./AccountEnrol";
import { RecoveryCodes } from "./AccountRecoveryCodes";
import { sentence } from "./http";

type Asking = "device" | "codes";

/** One's own second factor: another device, new recovery codes; each proved with the one in force. */
export function AccountFactor() {
  const [since, setSince] = useState<{ enrolled_at: string | null; codes_left: number }>();
  const [asking, setAsking] = useState<Asking>();
  const [offered, setOffered] = useState<Offered>();
  const [codes, setCodes] = useState<string[]>();
  const [refused, setRefused] = useState("");
  const [busy, setBusy] = useState(false);
  const load = useCallback(() => {
    account.factor().then(setSince, (problem: unknown) => setRefused(sentence(problem)));
  }, []);
  useEffect(load, [load]);
  const attempt = async (action: () => Promise<void>) => {
    setBusy(true);
    setRefused("");
    try {
      await action();
    } catch (problem) {
      setRefused(sentence(problem));
    }
    setBusy(false);
  };
  const prove = ({ code }: { code: string }) =>
    attempt(async () => {
      if (asking === "device") setOffered(await account.changeFactor(code));
      else setCodes((await account.newRecoveryCodes(code)).recovery_codes);
      setAsking(undefined);
    });
  const confirm = (code: string) =>
    attempt(async () => {
      setCodes((await account.confirmChangedFactor(code)).recovery_codes);
      setOffered(undefined);
    });
  const kept = () => {
    setCodes(undefined);
    load();
  };
  if (codes) return <RecoveryCodes codes={codes} onKept={kept} />;
  return (
    <>
      {refused && <Alert type="error" title={refused} role="alert" />}
      {offered && <EnrolForm offered={offered} busy={busy} onCode={(code) => void confirm(code)} />}
      {asking && (
        <Form layout="vertical" requiredMark={false} onFinish={(values) => void prove(values)}>
          <CodeInput label="现在的验证器上的 6 位数字" />
          <Space>
            <Button type="primary" htmlType="submit" loading={busy}>
              下一步
            </Button>
            <Button onClick={() => setAsking(undefined)}>取消</Button>
          </Space>
        </Form>
      )}
      {!asking && !offered && (
        <>
          <p>
            {since?.enrolled_at && `${new Date(since.enrolled_at).toLocaleDateString("zh-CN")} 绑定；`}
            还有 {since?.codes_left ?? "…"} 个恢复码没有用过。
          </p>
          <Space>
            <Button onClick={() => setAsking("device")}>换一部手机</Button>
            <Button onClick={() => setAsking("codes")}>换一批恢复码</Button>
          </Space>
        </>
      )}
    </>
  );
}
