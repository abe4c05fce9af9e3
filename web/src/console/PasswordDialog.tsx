import { Alert, Form, Input, Modal } from "antd";
import { useState } from "react";
import { api } from "./api";

/** Change one's own password; every session ends, so the person signs in again. */
export function PasswordDialog({ onClose, onChanged }: { onClose: () => void; onChanged: () => void }) {
  const [form] = Form.useForm<{ old: string; next: string }>();
  const [refused, setRefused] = useState("");
  const submit = async () => {
    const { old, next } = await form.validateFields();
    try {
      await api.changePassword(old, next);
      onChanged();
    } catch (problem) {
      setRefused(problem instanceof Error ? problem.message : String(problem));
    }
  };
  return (
    <Modal open title="修改密码" okText="修改" onOk={() => void submit()} onCancel={onClose}>
      {refused && <Alert type="error" title={refused} role="alert" />}
      <Form form={form} layout="vertical" requiredMark={false}>
        <Form.Item label="原密码" name="old" rules={[{ required: true, message: "请输入原密码" }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Form.Item label="新密码（至少 10 个字符）" name="next" rules={[{ required: true, min: 10, message: "至少 10 个字符" }]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
