import { Alert, Button, Form } from "antd";
import { useState } from "react";
import { account, type SignInStep } from "./account";
import { NewPassword } from "./AccountPassword";
import { ApiError, sentence } from "./http";

interface Props {
  onNext: (step: SignInStep) => void;
  onRestart: () => void;
}

/** After a one-time password: one's own. */
export function SignInPassword({ onNext, onRestart }: Props) {
  const [refused, setRefused] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async ({ next }: { next: string }) => {
    setBusy(true);
    try {
      onNext(await account.choosePassword(next));
    } catch (problem) {
      if (problem instanceof ApiError && [401, 409].includes(problem.status)) return onRestart();
      setRefused(sentence(problem));
      setBusy(false);
    }
  };
  return (
    <>
      <p className="muted">您用的是一次性密码，别人见过它。请换成只有自己知道的。</p>
      {refused && <Alert type="error" title={refused} role="alert" />}
      <Form layout="vertical" requiredMark={false} onFinish={(values) => void submit(values)}>
        <NewPassword />
        <Button type="primary" htmlType="submit" block loading={busy}>
          保存并进入
        </Button>
      </Form>
    </>
  );
}
