import { describe, expect, it } from "vitest";

import { isLookedAt, stepsOf } from "../src/chat/progress";
import type { ServerMessage } from "../src/chat/protocol";

function photo(more: Partial<ServerMessage>): ServerMessage {
  return {
    type: "message",
    seq: 1,
    id: "1",
    client_id: null,
    author: "patient",
    kind: "image",
    text: "",
    card: null,
    quick_replies: [],
    created_at: "2026-11-22T00:00:00Z",
    label: "",
    state: "answered",
    media: null,
    ...more,
  };
}

function done(message: ServerMessage): string[] {
  return stepsOf(message)
    .filter(([, reached]) => reached)
    .map(([name]) => name);
}

describe("the steps of a photo", () => {
  it.each([
    ["received", ["已收到"], false],
    ["checking", ["已收到"], true],
    ["analysing", ["已收到", "检查清晰度"], true],
    ["done", ["已收到", "检查清晰度", "分析", "看完了"], false],
    ["handed_over", ["已收到", "检查清晰度", "分析", "交给医生"], false],
  ] as const)("%s", (stage, names, looking) => {
    const message = photo({ stage });
    expect(done(message)).toEqual(names);
    expect(isLookedAt(message)).toBe(looking);
  });

  it("says nothing of a doctor where none was asked", () => {
    expect(stepsOf(photo({ stage: "done" })).map(([name]) => name)).not.toContain("交给医生");
  });

  it("waits for consent before anything else", () => {
    expect(stepsOf(photo({ state: "held" }))[1]).toEqual(["等您同意", false]);
    expect(isLookedAt(photo({ state: "held", stage: "checking" }))).toBe(false);
  });

  it("reads messages of before there were stages", () => {
    expect(done(photo({ media: "/api/chat/media/x", state: "waiting" }))).toContain("交给医生");
  });
});
