import { EVERY_DEPARTMENT } from "../account";
import type { Answer, FollowUp, Meaning, Plan } from "./api";

export const MEANING: Record<Meaning, string> = {
  fine: "没问题",
  soon: "24 小时内看",
  at_once: "马上看",
  emergency: "按急症处理",
  photo: "医生看照片",
};

export const UNANSWERED = { end: "一直不回答就结束", case: "一直不回答就建立病例" } as const;

const ENDED: Record<string, string> = {
  done: "已问完",
  unanswered: "没有回答，已结束",
  no_consent: "患者没有同意随访",
  by_patient: "患者退订",
  by_staff: "已停止",
};

const UNSAID = { open: "等患者回答", answered: "", missed: "没有回答", skipped: "没有问" } as const;

/** "还没有通知患者", "下次第 7 天", "已问完". */
export function stateOf(one: FollowUp): string {
  if (one.state === "ended") return ENDED[one.ended_why ?? ""] ?? "已结束";
  if (!one.told_at) return "还没有通知患者";
  const asked = Math.max(0, ...one.answers.map(({ day }) => day));
  if (one.answers.some(({ state }) => state === "open")) return `第 ${asked} 天，等患者回答`;
  const next = one.days.find((day) => day > asked);
  return next === undefined ? "快问完了" : `下次第 ${next} 天`;
}

export const answerOf = (one: Answer) => one.answer || UNSAID[one.state];

/** Whose a follow-up is: the case's department; else one of the person's own that the plan is meant for, or the first of
    either. Of somebody of every department the plan's. */
export function departmentFor(plan: Plan, department: string, own: readonly string[]): string {
  const mine = own.filter((one) => one !== EVERY_DEPARTMENT);
  return department || mine.find((one) => plan.departments.includes(one)) || mine[0] || plan.departments[0] || "";
}

/** Plans that are meant for this department or kind of case first; retired ones are not offered. */
export function fitting(plans: readonly Plan[], department: string, kind: string | undefined): Plan[] {
  const fits = (one: Plan) => Number(one.departments.includes(department)) + Number(kind !== undefined && (one.kinds as string[]).includes(kind));
  return plans.filter((one) => !one.retired).sort((one, other) => fits(other) - fits(one));
}

/** A scale's eleven numbers, said as the stretches that mean the same. */
export function stretches(answers: [string, Meaning][]): [string, Meaning][] {
  const found: [string, string, Meaning][] = [];
  for (const [title, means] of answers) {
    const last = found.at(-1);
    if (/^\d+$/.test(title) && last?.[2] === means) last[1] = title;
    else found.push([title, title, means]);
  }
  return found.map(([from, to, means]) => [from === to ? from : `${from}–${to}`, means]);
}
