import { describe, expect, it } from "vitest";

import { beside } from "../src/chat/beside";
import type { AppointmentCard, DepartmentCard, SlotCard } from "../src/chat/protocol";

const departments: DepartmentCard = {
  kind: "departments",
  urgency: "within_24h",
  urgency_text: "建议 24 小时内就诊",
  departments: [
    { name: "心血管内科", parent: "内科", reason: "胸闷先看心脏", payload: "/inform" },
    { name: "呼吸内科", parent: "内科", reason: "", payload: "/inform" },
  ],
  rationale: "胸闷两天，活动后加重。",
};

const appointment: AppointmentCard = {
  kind: "appointment",
  appointment_id: "a1",
  state: "booked",
  patient: "张**",
  department: "心血管内科",
  doctor: "林知远",
  doctor_title: "主任医师",
  starts_at: "2026-12-02T09:00:00+08:00",
  ends_at: "2026-12-02T09:30:00+08:00",
  place: "门诊楼三层",
  fee: "50.00",
  bring: ["身份证"],
};

const slots: SlotCard = { kind: "slots", department: "心血管内科", slots: [] };

describe("what is said beside a card", () => {
  it.each([
    ["without a card, all of it", "1. 甲\n2. 乙", null, "1. 甲\n2. 乙"],
    [
      "triage: only what the card leaves out",
      "建议 24 小时内就诊。\n建议看：心血管内科、呼吸内科。\n胸闷两天，活动后加重。\n这不是诊断，请以医生面诊为准。",
      departments,
      "这不是诊断，请以医生面诊为准。",
    ],
    [
      "a booking: what was said first, and the advice at the end",
      "预约好了。\n就诊人：张**\n科室：心血管内科\n医生：林知远 主任医师\n请带：身份证\n来不了请提前取消，把号留给别人。",
      appointment,
      "预约好了。\n来不了请提前取消，把号留给别人。",
    ],
    [
      "a taken slot: why there are others",
      "这个时间刚刚被约满了。下面是最接近的空号，您看哪个合适？\n1. 12月2日 09:00 林知远",
      slots,
      "这个时间刚刚被约满了。下面是最接近的空号，您看哪个合适？",
    ],
  ])("%s", (_what, text, card, expected) => {
    expect(beside(text, card)).toBe(expected);
  });
});

it("lets the consent card speak for itself", () => {
  const card = { kind: "consent", purpose: "media", version: "1.0", title: "照片", link: "/privacy#media" } as const;
  expect(beside("您发来的照片会加密保存。您同意吗？", card)).toBe("");
});
