import { exact } from "../polling";
import type { CaseShown } from "./api";
import { KIND, OUTCOME, STEP, unfiled } from "./names";

const details = (step: string, of: Record<string, unknown>): string => {
  if (step === "closed") return OUTCOME[String(of["outcome"])] ?? "";
  if (step === "reassigned") return `给 ${String(of["to"])}`;
  if (step === "rang") return `呼叫${String(of["whom"])}，第 ${String(of["rings"])} 次`;
  if (step === "not_filed") return unfiled(of["problem"]);
  if (step === "graded") return of["agrees"] ? "同意机器结果" : "更正机器结果";
  return "";
};

/** What was done about the case, and the patient's other cases. */
export function History({ shown }: { shown: CaseShown }) {
  return (
    <section className="case-history" aria-label="经过">
      <h2>经过</h2>
      <ol>
        {shown.history.map((step) => (
          <li key={step.at + step.step}>
            <time title={exact(step.at)}>{exact(step.at).slice(5)}</time>
            <span>
              {STEP[step.step] ?? step.step} {details(step.step, step.details)}
            </span>
            <span className="muted">{step.by === "xinglin" ? "系统" : step.by}</span>
          </li>
        ))}
      </ol>
      {shown.cases.length > 0 && (
        <>
          <h2>这位患者的其他病例</h2>
          <ul>
            {shown.cases.map((one) => (
              <li key={one.id}>
                <time title={exact(one.opened_at)}>{exact(one.opened_at).slice(0, -3)}</time>
                <a href={`#/cases/${one.id}`}>{KIND[one.kind]}</a>
                <span className="muted">{one.outcome ? (OUTCOME[one.outcome] ?? one.outcome) : "未结束"}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
