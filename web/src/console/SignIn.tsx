import { Alert, Button, Card, Divider, Form, Input } from "antd";
import { useCallback, useEffect, useState } from "react";
import { account, type Me, type SignInStep } from "./account";
import { sentence } from "./http";
import { SignInEnrol } from "./SignInEnrol";
import { SignInFactor } from "./SignInFactor";
import { SignInPassword } from "./SignInPassword";

const TITLE = {
  first: "杏林 · 工作台",
  factor: "动态码",
  enrol: "绑定手机验证器",
  password: "换成自己的密码",
  done: "杏林 · 工作台",
} as const;

/** Name and password, then the second factor (enrolled at the first time), then a password of one's own where needed. */
export function SignIn({ onDone, ended = "" }: { onDone: (me: Me) => void; ended?: string }) {
  const [step, setStep] = useState<SignInStep["next"] | "first">("first");
  const advance = ({ next, me }: SignInStep) => {
    if (me) onDone(me);
    else setStep(next);
  };
  const restart = useCallback(() => setStep("first"), []);
  return (
    <main className="centre">
      <Card title={TITLE[step]} className="sign-in">
        {step === "first" && <FirstStep onNext={advance} ended={ended} />}
        {step === "factor" && <SignInFactor onNext={advance} onRestart={restart} />}
        {step === "enrol" && <SignInEnrol onNext={advance} onRestart={restart} />}
        {step === "password" && <SignInPassword onNext={advance} onRestart={restart} />}
      </Card>
    </main>
  );
}

function FirstStep({ onNext, ended }: { onNext: (step: SignInStep) => void; ended: string }) {
  const [refused, setRefused] = useState(() => sentenceOfProvider() || ended);
  const [busy, setBusy] = useState(false);
  const [provider, setProvider] = useState("");
  useEffect(() => {
    account.ways().then(
      (ways) => setProvider(ways.provider),
      () => undefined,
    );
  }, []);
  const submit = async ({ username, password }: { username: string; password: string }) => {
    setBusy(true);
    try {
      onNext(await account.signIn(username.trim(), password));
    } catch (problem) {
      setRefused(sentence(problem));
      setBusy(false);
    }
  };
  return (
    <>
      {refused && <Alert type="error" title={refused} role="alert" />}
      <Form layout="vertical" onFinish={(values) => void submit(values)} requiredMark={false}>
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
      {provider && (
        <>
          <Divider plain>或</Divider>
          <Button block href="/api/console/oidc/start">
            用{provider}登录
          </Button>
        </>
      )}
      <p className="hint">第一批账号的密码在启动时显示；忘了密码或丢了手机，请找安全管理员重置。</p>
    </>
  );
}

const PROVIDER: Record<string, string> = {
  refused: "统一认证没有通过，请重试",
  role: "您在统一认证里没有工作台的岗位，请找管理员开通",
  disabled: "这个账号已停用，请找安全管理员",
  away: "统一认证现在连不上，请稍后再试",
};

/** Why the hospital's own sign-in sent us back without a session; it says so behind the address's #. */
function sentenceOfProvider(): string {
  const why = new URLSearchParams(location.hash.slice(1)).get("sign-in");
  if (!why) return "";
  history.replaceState(null, "", location.pathname);
  return PROVIDER[why] ?? PROVIDER["refused"]!;
}
