import type { Me } from "../account";
import { KIND } from "../cases/names";
import { ProposedShelf } from "../versions/ProposedShelf";
import type { Words } from "../versions/proposing";
import { type Plan, plansApi } from "./api";
import "./followups.css";
import { MEANING, stretches, UNANSWERED } from "./names";

const WORDS: Words = {
  label: "随访计划",
  group: "随访计划",
  written: "随访计划的写法",
  help: "标为 emergency 的选项要写患者会说的话，必须触发红旗；不能写药和用量。改动只用于以后开始的随访。",
  weaker: "这个修改会让随访看得没有以前紧",
  same: "没有发现看得更松的地方。",
  refused: "没有同意，计划不变",
  empty: "医生在病例或对话里为患者开始随访，系统按计划在白天提问，回答不好的进病例队列。一位医生提出修改，另一位医生审核同意后才生效。",
};

const BLANK = `id: new_plan
name: 新的随访计划
for:
  departments: []
  after: 从什么时候开始
source: 依据哪份指南
unanswered: case
questions:
  - days: [3]
    ask: 问患者什么？
    options:
      - {title: 好, means: fine}
      - {title: 不好, means: soon}
`;

const about = (plan: Plan) => (
  <>
    <p>
      {[...plan.departments, ...plan.kinds.map((kind) => `${KIND[kind]}病例`)].join("、")} · {plan.after} · {plan.ask_at} 提问 · {UNANSWERED[plan.unanswered]}
      {plan.retired && " · 已停用"}
    </p>
    <p className="muted">依据：{plan.source}</p>
    <table className="plan-questions">
      <thead>
        <tr>
          <th scope="col">第几天</th>
          <th scope="col">问什么</th>
          <th scope="col">回答和处理</th>
        </tr>
      </thead>
      <tbody>
        {plan.questions.map((one) => (
          <tr key={one.ask}>
            <td>{one.days.join("、")}</td>
            <td>{one.ask}</td>
            <td>
              <ul>
                {stretches(one.answers).map(([title, means]) => (
                  <li key={title}>
                    {title} <span className="muted">{MEANING[means]}</span>
                  </li>
                ))}
              </ul>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </>
);

const state = (plan: Plan) => (plan.retired ? "已停用" : plan.version ? `第 ${plan.version} 版` : "");

/** The plans of follow-ups: read-only but for clinicians, who change and add them two by two. */
export function PlansPage({ me }: { me: Me }) {
  return <ProposedShelf me={me} api={plansApi} words={WORDS} about={about} state={state} blank={{ name: "新的计划", text: BLANK }} />;
}
