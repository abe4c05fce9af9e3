import { Alert, Button, Checkbox, Typography } from "antd";
import { useState } from "react";

/** Ten codes that can be read this once; goes on only when the person says that they are kept. */
export function RecoveryCodes({ codes, onKept }: { codes: string[]; onKept: () => void }) {
  const [kept, setKept] = useState(false);
  return (
    <div className="recovery">
      <Alert
        type="warning"
        title="这 10 个恢复码只显示这一次"
        description="手机丢了或不在身边时，每个恢复码可以代替动态码用一次。请打印或抄下来，放在安全的地方。"
      />
      <ul className="recovery-codes" aria-label="恢复码">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <Typography.Paragraph copyable={{ text: codes.join("\n"), tooltips: false }}>全部复制</Typography.Paragraph>
      <Checkbox checked={kept} onChange={(event) => setKept(event.target.checked)}>
        我已经保存好了
      </Checkbox>
      <Button type="primary" block disabled={!kept} onClick={onKept}>
        继续
      </Button>
    </div>
  );
}
