import { Alert, Spin, Tag } from "antd";
import { lazy, Suspense } from "react";
import type { Finding, Label } from "../cases/api";
import { exact } from "../polling";
import { record, string } from "./data";
import { ReportView } from "./ReportView";
import { SkinView } from "./SkinView";

const RehabView = lazy(() => import("./RehabView").then((found) => ({ default: found.RehabView })));

interface Props {
  finding: Finding;
  labels: Label[];
  onChanged: () => Promise<void>;
}

const PROBLEM: Record<string, string> = {
  blurred: "太模糊",
  dark: "太暗",
  bright: "太亮",
  far: "拍得太远",
  document: "是一张报告",
  screenshot: "是截图",
  no_skin: "没有拍到皮肤",
  no_lesion: "没有看到皮损",
};

/** What the machine found, with its confidence and version; and what a clinician has made of it. */
export function FindingView({ finding, labels }: Props) {
  if (finding.special)
    return <Alert type="info" showIcon title="这份结果特别敏感（5 级）。需要查看请点右上角“查看原文”，写明原因。" />;
  if (finding.gone) return <Alert type="warning" showIcon title="这份结果已经删除或无法读取，原始文件也可能不在了。" />;
  const problem = string(record(finding.data["quality"])["problem"]);
  return (
    <section className="finding" aria-label="机器结果">
      <h2>
        机器结果 <span className="muted">版本 {finding.version || "未知"}</span>
        <span className="muted">{exact(finding.created_at).slice(0, -3)}</span>
        {labels.length > 0 && (
          <Tag className={labels.at(-1)!.agrees ? "agrees" : "differs"}>
            {labels.at(-1)!.by} {labels.at(-1)!.agrees ? "同意" : "已更正"}
          </Tag>
        )}
      </h2>
      {problem && <Alert type="warning" showIcon title={`没有读出来：${PROBLEM[problem] ?? problem}`} />}
      {finding.kind === "skin" && <SkinView finding={finding} />}
      {finding.kind === "rehab" && (
        <Suspense fallback={<Spin aria-label="正在打开" />}>
          <RehabView finding={finding} />
        </Suspense>
      )}
      {finding.kind === "report" && <ReportView finding={finding} />}
      <p className="muted small">由AI提供，供医生参考，不告诉患者诊断。</p>
    </section>
  );
}
