import { Alert, Input, Modal, Select, Spin } from "antd";
import { useEffect, useState } from "react";
import { sentence } from "../http";
import { type Plan, plansApi, type Start } from "./api";
import { departmentFor, fitting } from "./names";

const WHOSE = ["本人", "孩子", "父亲", "母亲", "配偶", "其他家人"];

interface Props {
  department: string;
  /** The person's own departments. */
  own: readonly string[];
  kind: string | undefined;
  onStart: (start: Start) => Promise<boolean>;
  onCancel: () => void;
}

const today = () => new Date().toLocaleDateString("sv-SE");

/** Which plan, from when, for whom; the fitting one is chosen already. */
export function StartFollowUp({ department, own, kind, onStart, onCancel }: Props) {
  const [plans, setPlans] = useState<Plan[]>();
  const [problem, setProblem] = useState("");
  const [chosen, setChosen] = useState<string>();
  const [startsOn, setStartsOn] = useState(today());
  const [kinship, setKinship] = useState(WHOSE[0]!);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    plansApi.rows().then(
      (found) => setPlans(fitting(found, department, kind)),
      (failed: unknown) => setProblem(sentence(failed)),
    );
  }, [department, kind]);
  const plan = plans?.find((one) => one.id === chosen) ?? plans?.[0];
  const begin = async () => {
    if (!plan) return;
    setBusy(true);
    await onStart({ plan: plan.id, starts_on: startsOn, kinship, department: departmentFor(plan, department, own) });
    setBusy(false);
  };
  return (
    <Modal open title="开始随访" okText="开始" okButtonProps={{ disabled: !plan || !startsOn, loading: busy }} onOk={() => void begin()} onCancel={onCancel} width={480}>
      {problem && <Alert type="warning" showIcon title={problem} role="alert" />}
      {!plans && !problem && <Spin aria-label="正在读取" />}
      {plan && (
        <div className="follow-up-form">
          <label htmlFor="follow-up-plan">随访计划</label>
          <Select id="follow-up-plan" autoFocus value={plan.id} onChange={setChosen} options={(plans ?? []).map((one) => ({ value: one.id, label: one.name }))} />
          <label htmlFor="follow-up-start">从哪天算起（手术、看诊那天）</label>
          <Input id="follow-up-start" type="date" value={startsOn} onChange={(event) => setStartsOn(event.target.value)} />
          <label htmlFor="follow-up-whose">给谁</label>
          <Select id="follow-up-whose" value={kinship} onChange={setKinship} options={WHOSE.map((value) => ({ value, label: value }))} />
          <p className="muted">
            {plan.after}。第 {[...new Set(plan.questions.flatMap(({ days }) => days))].sort((one, other) => one - other).join("、")} 天问，共 {plan.questions.length} 个问题。患者没有同意随访的，会先问他同意不同意。
          </p>
        </div>
      )}
    </Modal>
  );
}
