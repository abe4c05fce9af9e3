import { expect, test } from "vitest";
import { EMPTY, sourceOf, type Suggestion, taken, typed } from "../src/console/conversations/suggested";

const hours: Suggestion = { id: "hours:取药", source: "hours", title: "取药", edition: "医院系统，2026-11-27读取", text: "取药窗口：每天" };

test("a suggestion fills an empty box and is what the reply began as, however it is changed", () => {
  const draft = taken(EMPTY, hours);
  expect(draft).toEqual({ text: "取药窗口：每天", began_as: "hours:取药" });
  expect(typed(draft, "取药窗口每天都开").began_as).toBe("hours:取药");
});

test("what was typed stays above it, and the reply did not begin as a suggestion", () => {
  expect(taken(typed(EMPTY, "您好 "), hours)).toEqual({ text: "您好\n取药窗口：每天", began_as: "" });
});

test("a box that was emptied begins anew", () => {
  expect(typed(taken(EMPTY, hours), " ").began_as).toBe("");
});

test("the source is told once", () => {
  expect(sourceOf(hours)).toBe("开放时间 · 取药 · 医院系统，2026-11-27读取");
  expect(sourceOf({ ...hours, source: "fees", title: "收费" })).toBe("收费 · 医院系统，2026-11-27读取");
});
