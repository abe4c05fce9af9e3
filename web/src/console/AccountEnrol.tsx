import { Button, Form, QRCode, Typography } from "antd";
import type { Offered } from "./account";
import { CodeInput } from "./AccountCode";

interface Props {
  offered: Offered;
  busy: boolean;
  onCode: (code: string) => void;
}

/** The secret for an authenticator application, drawn here and nowhere else, and the first code that proves it. */
export function EnrolForm({ offered, busy, onCode }: Props) {
  const [form] = Form.useForm<{ code: string }>();
  return (
    <div className="enrol">
      <ol>
        <li>在手机上装一个验证器（如微信小程序“腾讯身份验证器”、Microsoft Authenticator），它不需要联网。</li>
        <li>用它扫下面的码；扫不了就手工输入密钥。</li>
        <li>输入它显示的 6 位数字。</li>
      </ol>
      <div role="img" aria-label="二维码，内容与下面的密钥相同" className="enrol-code">
        <div aria-hidden="true">
          <QRCode value={offered.uri} type="svg" size={192} errorLevel="M" />
        </div>
      </div>
      <p className="enrol-secret">
        密钥{" "}
        <Typography.Text code copyable={{ text: offered.secret, tooltips: false }}>
          {offered.secret.replace(/(.{4})(?=.)/g, "$1 ")}
        </Typography.Text>
      </p>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={({ code }) => onCode(code)}>
        <CodeInput label="验证器显示的 6 位数字" />
        <Button type="primary" htmlType="submit" block loading={busy}>
          绑定
        </Button>
      </Form>
    </div>
  );
}
