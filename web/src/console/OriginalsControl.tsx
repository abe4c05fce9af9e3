import { Button } from "antd";
import { useState } from "react";
import { StepUpDialog } from "./AccountStepUp";
import { countdown, type Originals } from "./originals";

/** "查看原文": asks for a code and a reason, then counts down while originals are on the page. */
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
      {asking && (
        <StepUpDialog
          title="查看原文"
          says="姓名、证件号、电话和敏感病情会以原文显示 30 分钟，只限这位患者。您的查看和原因会记入审计。"
          ask={originals.ask}
          onClose={() => setAsking(false)}
        />
      )}
    </span>
  );
}
