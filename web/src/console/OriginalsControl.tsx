import { Alert, Button, Form, Input, Modal } from "antd";
import { useState } from "react";
import { countdown, type Originals } from "./originals";

/** "查看原文": asks for the password and a reason, then counts down while originals are on the page. */
export function OriginalsControl({ originals }: { originals: Originals }) {
  const [asking, setAsking] = useState(false);
  if (originals.left)
    return (
      <span className="originals">
        <span role="timer" aria-label="原文可见的剩余时间">
          原文可见，还剩 {countdown(originals.left)}
        </span>
        <Button size="small" onClick={originals.hide}>
          收起原文
        </Button>
      </span>
    );
  return (
    <span className="originals">
      {originals.problem && <span role="alert">{originals.problem}</span>}
      <Button size="small" onClick={() => setAsking(!originals.show())}>
        查看原文
      </Button>
      {asking && <Ask ask={originals.ask} onClose={() => setAsking(false)} />}
    </span>
  );
}

function Ask({ ask, onClose }: { ask: Originals["ask"]; onClose: () => void }) {
  const [form] = Form.useForm<{ password: string; reason: string }>();
  const [refused, setRefused] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    const { password, reason } = await form.validateFields();
    setBusy(true);
    try {
      await ask(password, reason.trim());
      onClose();
    } catch (problem) {
      setRefused(problem instanceof Error ? problem.message : String(problem));
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      title="查看原文"
      okText="查看"
      confirmLoading={busy}
      onOk={() => void submit().catch(() => undefined)}
      onCancel={onClose}
    >
      <p className="muted">姓名、证件号、电话和敏感病情会以原文显示 30 分钟，只限这位患者。您的查看和原因会记入审计。</p>
      {refused && <Alert type="error" title={refused} role="alert" />}
      <Form form={form} layout="vertical" requiredMark={false}>
        <Form.Item label="查看原因" name="reason" rules={[{ required: true, whitespace: true, min: 4, message: "请写明原因，至少 4 个字" }]}>
          <Input.TextArea autoFocus maxLength={200} autoSize={{ minRows: 2, maxRows: 4 }} placeholder="如：电话回访，需要核对联系方式" />
        </Form.Item>
        <Form.Item label="您的登录密码" name="password" rules={[{ required: true, message: "请输入密码" }]}>
          <Input.Password autoComplete="current-password" onPressEnter={() => void submit().catch(() => undefined)} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
