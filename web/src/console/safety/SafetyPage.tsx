import type { Me } from "../account";
import { ProposedShelf } from "../versions/ProposedShelf";
import type { Words } from "../versions/proposing";
import { type RedFlag, safetyApi } from "./api";

const URGENCY = { call_120: "拨打 120", emergency: "立即急诊" } as const;

const WORDS: Words = {
  label: "红旗",
  group: "红旗症状",
  written: "红旗的写法",
  help: "用 examples 写上患者会说的话，例如 examples: [我妈在厨房昏倒了]，改后的红旗必须认得它们。",
  weaker: "这个修改会让红旗报警变少",
  same: "没有发现报警变少的地方。",
  refused: "没有同意，红旗不变",
  empty: "每条消息都按这些红旗筛查。一位医生提出修改，另一位医生审核同意后才生效；停用一条红旗不能在这里做。",
};

const about = (flag: RedFlag) => (
  <>
    <p>
      {URGENCY[flag.urgency]} · 告诉患者：{flag.advice.join("；")}
    </p>
    <p className="muted">依据：{flag.source}</p>
  </>
);

/** The red flags, and the changes of them that wait for a second clinician. */
export function SafetyPage({ me }: { me: Me }) {
  return <ProposedShelf me={me} api={safetyApi} words={WORDS} about={about} />;
}
