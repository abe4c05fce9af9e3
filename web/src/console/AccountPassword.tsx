import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";
import { account } from "./account";
import { sentence } from "./http";

/** The fields `next` and `again` of a form: a new password, twice. */
export function NewPassword() {
  return (
    <>
      <Form.Item
        label="新密码（至少 10 个字符）"
        name="next"
        rules={[{ required: true, min: 10, message: "至少 10 个字符" }]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        label="再输入一次"
        name="again"
        dependencies={["next"]}
        rules={[
          { required: true, message: "请再输入一次" },
          ({ getFieldValue }) => ({
            validator: (_, again: string) =>
              !again || again === getFieldValue("next") ? Promise.resolve() : Promise.reject(new Error("两次不一样")),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </>
  );
}

/** Change one's own password; every session ends, so the person signs in again. */
export function AccountPassword({ onChanged }: { onChanged: () => void }) {
  const [refused, setRefused] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async ({ old, next }: { old: string; next: string }) => {
    setBusy(true);
    try {
      await account.changePassword(old, next);
      onChanged();
    } catch (problem) {
      setRefused(sentence(problem));
      setBusy(false);
    }
  };
  return (
    <>
      {refused && <Alert type="error" title={refused} role="alert" />}
      <Form layout="vertical" requiredMark={false} onFinish={(values) => void submit(values)}>
        <Form.Item label="原密码" name="old" rules={[{ required: true, message: "请输入原密码" }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <NewPassword />
        <Button type="primary" htmlType="submit" loading={busy}>
          修改密码
        </Button>
        <p className="hint">修改后，所有设备上的登录都会结束。</p>
      </Form>
    </>
  );
}
