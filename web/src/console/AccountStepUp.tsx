import { Alert, Form, Input, Modal } from "antd";
import { useState } from "react";
import { CodeInput } from "./AccountCode";
import { sentence } from "./http";

interface Props {
  title: string;
  says: string;
  /** Asks for leave; rejects with a sentence. */
  ask: (code: string, reason: string) => Promise<void>;
  onClose: () => void;
  /** Signed in at the hospital's own provider: there is no code, the person goes there again first. */
  byProvider?: boolean;
}

/** More than usual for half an hour: a code and a reason. */
export function StepUpDialog({ title, says, ask, onClose, byProvider = false }: Props) {
  const [form] = Form.useForm<{ code?: string; reason: string }>();
  const [refused, setRefused] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    const { code, reason } = await form.validateFields();
    setBusy(true);
    try {
      await ask(code ?? "", reason.trim());
      onClose();
    } catch (problem) {
      setRefused(sentence(problem));
      form.resetFields(["code"]);
      setBusy(false);
    }
  };
  const ok = () => void submit().catch(() => undefined);
  return (
    <Modal open title={title} okText="查看" confirmLoading={busy} onOk={ok} onCancel={onClose}>
      <p className="muted">{says}</p>
      {refused && <Alert type="error" title={refused} role="alert" />}
      <Form form={form} layout="vertical" requiredMark={false} onFinish={ok}>
        <Form.Item
          label="查看原因"
          name="reason"
          rules={[{ required: true, whitespace: true, min: 4, message: "请写明原因，至少 4 个字" }]}
        >
          <Input.TextArea
            autoFocus
            maxLength={200}
            autoSize={{ minRows: 2, maxRows: 4 }}
            placeholder="如：电话回访，需要核对联系方式"
          />
        </Form.Item>
        {byProvider ? (
          <p>
            <a href="/api/console/oidc/start?again=1">先到医院统一认证再验证一次</a>，两分钟内回来查看。
          </p>
        ) : (
          <CodeInput label="手机验证器上的 6 位数字" focus={false} onFull={ok} />
        )}
      </Form>
    </Modal>
  );
}
