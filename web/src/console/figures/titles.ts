import { KIND } from "../cases/names";
import type { Figures, Traffic } from "./api";

const DAYS = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"];

export const TOPIC: Record<string, string> = {
  departments: "导诊",
  slots: "查号源",
  doctors: "找医生",
  confirm: "确认挂号",
  appointment: "挂号",
  insurance: "医保",
  emergency: "急症",
  photo_guide: "发照片",
  consent: "知情同意",
  download: "下载资料",
};

/** "42 秒", "3 分钟", "1.5 小时". */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} 秒`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} 分钟`;
  return `${(seconds / 3600).toFixed(1)} 小时`;
}

export const share = (part: number, whole: number) => `${Math.round((100 * part) / whole)}%`;

/** "周三" or "15 点": when a bucket began, by the hospital's clock, which the answer is written in. */
export function moment(at: string, by: "hour" | "day"): string {
  const [, month, day, hour] = /^\d+-(\d+)-(\d+)T(\d+)/.exec(at) ?? [];
  const weekday = DAYS[new Date(`${at.slice(0, 10)}T00:00:00Z`).getUTCDay()];
  return by === "hour" ? `${Number(day)} 日 ${Number(hour)} 点` : `${Number(month)}-${Number(day)} ${weekday}`;
}

const top = (counted: Record<string, number>) => Object.entries(counted).sort(([, one], [, other]) => other - one)[0];
const sum = (counted: Record<string, number>) => Object.values(counted).reduce((all, number) => all + number, 0);

export function trafficTitle(traffic: Traffic[], by: "hour" | "day"): string {
  const all = traffic.reduce((number, one) => number + one.patient, 0);
  if (!all) return "这段时间没有患者发来消息";
  const most = traffic.reduce((best, one) => (one.patient > best.patient ? one : best));
  return `患者发来 ${all.toLocaleString("zh-CN")} 条消息，${moment(most.at, by)}最多（${most.patient} 条）`;
}

export function aloneTitle({ conversations, alone }: Figures): string {
  return conversations ? `${share(alone, conversations)} 的对话没有用到人工` : "还没有对话";
}

export function waitTitle({ waits }: Figures): string {
  const asked = waits["handover"];
  if (!asked || asked.median_s === null || asked.p90_s === null) return "还没有人等过人工";
  return `等人工：一半在 ${duration(asked.median_s)}内有人接，九成在 ${duration(asked.p90_s)}内`;
}

export function alarmTitle({ alarms }: Figures): string {
  if (!alarms.raised) return "没有警报";
  const open = alarms.raised - alarms.acknowledged;
  const fast = alarms.waited.median_s === null ? "" : `，一半在 ${duration(alarms.waited.median_s)}内有人处理`;
  return `${alarms.raised} 次警报${fast}${open ? `，${open} 次还没有人处理` : ""}`;
}

export function contentTitle({ content }: Figures): string {
  if (!content.answered) return content.asked ? `问了 ${content.asked} 位患者，还没有人评价` : "还没有问过患者满意不满意";
  return `${content.answered} 位患者评价，${share(content.scores["3"] ?? 0, content.answered)} 满意`;
}

/** Empty while nobody has replied. */
export function suggestedTitle({ traffic, began_as_suggestions }: Figures): string {
  const replies = traffic.reduce((number, one) => number + one.staff, 0);
  return replies ? `人工回复里 ${share(began_as_suggestions, replies)} 从建议的回答开始` : "";
}

/** Empty while nobody is followed up. */
export function followUpTitle({ follow_ups }: Figures): string {
  const { running, asked, answered, cases } = follow_ups;
  if (!running && !asked) return "";
  const told = asked ? `，问了 ${asked} 次，${share(answered, asked)} 有回答，${cases} 次转给医护人员` : "";
  return `正在进行 ${running} 个随访${told}`;
}

export function topicTitle({ topics }: Figures): string {
  const first = top(topics);
  return first ? `助手答得最多的是${TOPIC[first[0]] ?? first[0]}（${share(first[1], sum(topics))}）` : "助手还没有回答过";
}

export function departmentTitle({ departments }: Figures): string {
  const first = top(departments);
  return first ? `${first[0]}最多，占 ${share(first[1], sum(departments))}` : "还没有科室的病例或挂号";
}

export function caseTitle({ cases }: Figures): string {
  const first = top(cases);
  return first ? `新病例 ${sum(cases)} 个，${KIND[first[0] as keyof typeof KIND] ?? first[0]}最多` : "没有新病例";
}
