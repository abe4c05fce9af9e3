import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";
import { account, type SignInStep } from "./account";
import { CodeInput } from "./AccountCode";
import { ApiError, sentence } from "./http";

interface Props {
  onNext: (step: SignInStep) => void;
  onRestart: () => void;
}

/** Six digits from the device; or, when it is lost, a recovery code. */
export function SignInFactor({ onNext, onRestart }: Props) {
  const [form] = Form.useForm<{ code: string }>();
  const [lost, setLost] = useState(false);
  const [refused, setRefused] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async ({ code }: { code: string }) => {
    setBusy(true);
    try {
      onNext(await account.proveFactor(code));
    } catch (problem) {
      // Too long on the way: the password has to be given again.
      if (problem instanceof ApiError && problem.status === 409) return onRestart();
      setRefused(sentence(problem));
      form.resetFields();
      setBusy(false);
    }
  };
  return (
    <>
      {refused && <Alert type="error" title={refused} role="alert" />}
      <Form form={form} layout="vertical" onFinish={(values) => void submit(values)} requiredMark={false}>
        {lost ? (
          <Form.Item label="恢复码" name="code" rules={[{ required: true, message: "请输入一个恢复码" }]}>
            <Input autoFocus autoComplete="off" maxLength={32} placeholder="xxxx-xxxx-xxxx" />
          </Form.Item>
        ) : (
          <CodeInput label="手机验证器上的 6 位数字" onFull={form.submit} />
        )}
        <Button type="primary" htmlType="submit" block loading={busy}>
          确定
        </Button>
      </Form>
      <p className="hint">
        <Button type="text" size="small" onClick={() => setLost(!lost)}>
          {lost ? "用手机验证器" : "手机不在身边，用恢复码"}
        </Button>
        <Button type="text" size="small" onClick={onRestart}>
          换一个账号
        </Button>
      </p>
    </>
  );
}
