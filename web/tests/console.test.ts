import { expect, test } from "vitest";
import { items, likely, range, repetitions } from "../src/console/findings/data";
import { playhead, secondsAt } from "../src/console/findings/RehabView";
import { zoomed } from "../src/console/findings/Zoomable";
import { FILING, unfiled } from "../src/console/cases/names";
import type { Figures } from "../src/console/figures/api";
import { alarmTitle, aloneTitle, contentTitle, departmentTitle, followUpTitle, moment, suggestedTitle, trafficTitle, waitTitle } from "../src/console/figures/titles";
import type { FollowUp, Plan } from "../src/console/followups/api";
import { departmentFor, fitting, stateOf, stretches } from "../src/console/followups/names";
import { counting } from "../src/console/desk/clock";
import { parsed } from "../src/console/desk/route";

test.each([
  [42, "0:42"],
  [65, "1:05"],
  [3 * 3600 + 7 * 60, "3:07:00"],
  [3 * 86400, "3 天"],
  [-5, "0:00"], // a clock that goes before ours
])("%i s of waiting are %s", (seconds, said) => {
  const now = Date.parse("2026-11-27T10:00:00Z");
  expect(counting(new Date(now - seconds * 1000).toISOString(), now)).toBe(said);
});

test("an address leads to a page that the person may see", () => {
  expect(parsed("#/cases/0123456789abcdef", ["cases"])).toEqual({ page: "cases", id: "0123456789abcdef" });
  expect(parsed("#/cases", ["conversations"])).toEqual({ page: "conversations", id: undefined });
  for (const wrong of ["", "#/nowhere", "#/cases/../x", "#sign-in=role"]) expect(parsed(wrong, ["cases"]).id).toBeUndefined();
});

test("the point under the pointer stays there while the wheel zooms; smaller than whole is whole", () => {
  const at = { x: 100, y: 40 };
  const view = zoomed({ scale: 1, x: 0, y: 0 }, 2, at);
  expect(view).toEqual({ scale: 2, x: -100, y: -40 });
  expect((at.x - view.x) / view.scale).toBe(100);
  expect(zoomed(view, 0.1, at)).toEqual({ scale: 1, x: 0, y: 0 });
  expect(zoomed(view, 100, at).scale).toBe(8);
});

test("the playhead stands where the engine's chart has that second, and back", () => {
  expect(playhead(0, 20)).toBeCloseTo(40 / 720);
  expect(playhead(20, 20)).toBeCloseTo(710 / 720);
  expect(secondsAt(playhead(7.5, 20), 20)).toBeCloseTo(7.5);
  expect(secondsAt(0, 20)).toBe(0);
});

test("findings of another shape show nothing and break nothing", () => {
  expect(likely({ probabilities: { NEV: 0.2, MEL: 0.7, odd: "much" } }).map(({ name }) => name)).toEqual(["MEL", "NEV"]);
  expect(likely({})).toEqual([]);
  expect(repetitions({ repetitions: [{ start: 1 }, { start: 1, end: 2.5, range_deg: 80, faults: ["x"] }, null] })).toHaveLength(1);
  expect(items({ items: "none" })).toEqual([]);
  const [item] = items({ items: [{ name: "K", title: "钾", value_text: "6.8", low: 3.5, high: 5.3, critical: { rule: "k" }, box: { page: 0, left: 1, top: 2, right: 3 } }] });
  expect([item?.name, item?.critical, item?.box, range(item!)]).toEqual(["钾", true, undefined, "3.5–5.3"]);
});

test("what the patient has put right is what the clinician sees and agrees to", () => {
  const potassium = {
    name: "钾", value_text: "68", value: 68, low: 3.5, high: 5.3, flag: "high", critical: { rule: "potassium_high" },
    ask_back: { reason: "impossible" }, critical_limits: [{ low: null, high: 6.2, age: [0.08, 200] }],
  };
  const seen = (confirmed?: string) => {
    const [item] = items({ items: [confirmed === undefined ? potassium : { ...potassium, confirmed }] });
    return [item!.value, item!.flag, item!.critical, item!.asked, item!.told];
  };
  expect(seen()).toEqual(["68", "high", true, true, false]);
  expect(seen("")).toEqual(["68", "high", true, true, false]); // they cannot read it either
  expect(seen("68")).toEqual(["68", "high", true, false, false]);
  expect(seen("4.6")).toEqual(["4.6", "normal", false, false, true]);
  expect(seen("6.8")).toEqual(["6.8", "high", true, false, true]);
  expect(seen("阳性")).toEqual(["阳性", "unknown", false, false, true]);
});

test("how a report stands in the hospital's records is said in one way", () => {
  expect(FILING).toEqual({ waiting: "待归档", filed: "已归档到医院系统", failed: "归档失败" });
  expect(unfiled("no_patient")).toContain("姓名");
  expect(unfiled("something new")).toBe("");
});

const NOBODY = { number: 0, median_s: null, p90_s: null };
const figures = (more: Partial<Figures>): Figures => ({
  traffic: [],
  conversations: 0,
  alone: 0,
  alone_share: null,
  waits: {},
  alarms: { raised: 0, acknowledged: 0, rang: 0, waited: NOBODY },
  content: { asked: 0, answered: 0, mean: null, scores: {} },
  topics: {},
  departments: {},
  cases: {},
  began_as_suggestions: 0,
  follow_ups: { running: 0, asked: 0, answered: 0, cases: 0 },
  ...more,
});

test("a chart's title says the finding", () => {
  const day = (at: string, patient: number) => ({ at, patient, bot: 0, staff: 0 });
  expect(trafficTitle([day("2026-11-25T00:00:00+08:00", 9), day("2026-11-26T00:00:00+08:00", 3)], "day")).toBe("患者发来 12 条消息，11-25 周三最多（9 条）");
  expect(moment("2026-11-26T15:00:00+08:00", "hour")).toBe("26 日 15 点");
  expect(aloneTitle(figures({ conversations: 8, alone: 7 }))).toBe("88% 的对话没有用到人工");
  expect(waitTitle(figures({ waits: { handover: { number: 3, median_s: 42, p90_s: 500 } } }))).toBe("等人工：一半在 42 秒内有人接，九成在 8 分钟内");
  expect(alarmTitle(figures({ alarms: { raised: 3, acknowledged: 2, rang: 1, waited: { number: 2, median_s: 34, p90_s: 60 } } }))).toBe(
    "3 次警报，一半在 34 秒内有人处理，1 次还没有人处理",
  );
  expect(contentTitle(figures({ content: { asked: 5, answered: 4, mean: 2.5, scores: { "3": 3, "1": 1 } } }))).toBe("4 位患者评价，75% 满意");
  const replied = { at: "2026-11-25T00:00:00+08:00", patient: 4, bot: 0, staff: 4 };
  expect(suggestedTitle(figures({ traffic: [replied], began_as_suggestions: 1 }))).toBe("人工回复里 25% 从建议的回答开始");
  expect(suggestedTitle(figures({}))).toBe("");
  expect(followUpTitle(figures({}))).toBe("");
  expect(followUpTitle(figures({ follow_ups: { running: 3, asked: 8, answered: 6, cases: 2 } }))).toBe("正在进行 3 个随访，问了 8 次，75% 有回答，2 次转给医护人员");
  expect(departmentTitle(figures({ departments: { 皮肤科: 3, 骨科: 1 } }))).toBe("皮肤科最多，占 75%");
});

const plan = (more: Partial<Plan>): Plan => ({
  id: "one",
  name: "一个计划",
  after: "看完病",
  departments: [],
  kinds: [],
  source: "",
  unanswered: "end",
  ask_at: "10:00",
  retired: false,
  version: 0,
  questions: [],
  ...more,
});

test("the plans that fit come first, the retired ones not at all", () => {
  const all = [plan({ id: "any" }), plan({ id: "skin", departments: ["皮肤科"], kinds: ["skin"] }), plan({ id: "gone", retired: true }), plan({ id: "report", kinds: ["report"] })];
  expect(fitting(all, "皮肤科", "skin").map(({ id }) => id)).toEqual(["skin", "any", "report"]);
  expect(fitting(all, "", "report").map(({ id }) => id)).toEqual(["report", "any", "skin"]);
  expect(fitting(all, "", undefined).map(({ id }) => id)).toEqual(["any", "skin", "report"]);
});

test("a follow-up is the case's department's, else one that its clinician may see", () => {
  const surgery = plan({ departments: ["普外科", "骨科"] });
  expect(departmentFor(surgery, "泌尿外科", ["骨科"])).toBe("泌尿外科");
  expect(departmentFor(surgery, "", ["皮肤科", "骨科"])).toBe("骨科");
  expect(departmentFor(surgery, "", ["皮肤科"])).toBe("皮肤科");
  expect(departmentFor(surgery, "", ["*"])).toBe("普外科");
  expect(departmentFor(plan({}), "", ["*"])).toBe("");
});

test("how a follow-up stands, in words", () => {
  const answer = { day: 1, ask: "疼吗", state: "answered", answer: "2", meaning: "fine", asked_at: "", answered_at: "" } as const;
  const one: FollowUp = { id: "1", plan: "p", name: "n", version: 0, kinship: "本人", department: "", state: "running", starts_on: "", days: [1, 3], told_at: "x", started_by: "li", ended_by: null, ended_at: null, ended_why: null, answers: [] };
  expect(stateOf({ ...one, told_at: null })).toBe("还没有通知患者");
  expect(stateOf(one)).toBe("下次第 1 天");
  expect(stateOf({ ...one, answers: [answer] })).toBe("下次第 3 天");
  expect(stateOf({ ...one, answers: [answer, { ...answer, state: "open", answer: "" }] })).toBe("第 1 天，等患者回答");
  expect(stateOf({ ...one, state: "ended", ended_why: "by_patient" })).toBe("患者退订");
});

test("a scale is said in stretches", () => {
  const numbers = Array.from({ length: 11 }, (_, at): [string, "fine" | "soon" | "at_once"] => [String(at), at < 4 ? "fine" : at < 7 ? "soon" : "at_once"]);
  expect(stretches(numbers)).toEqual([
    ["0–3", "fine"],
    ["4–6", "soon"],
    ["7–10", "at_once"],
  ]);
  expect(stretches([["好", "fine"], ["很好", "fine"]])).toEqual([["好", "fine"], ["很好", "fine"]]);
});

test("without numbers a title says so", () => {
  const none = figures({});
  expect([trafficTitle([], "day"), aloneTitle(none), waitTitle(none), alarmTitle(none), contentTitle(none)]).toEqual([
    "这段时间没有患者发来消息",
    "还没有对话",
    "还没有人等过人工",
    "没有警报",
    "还没有问过患者满意不满意",
  ]);
});
