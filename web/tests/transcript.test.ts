import { describe, expect, it } from "vitest";

import type { ServerMessage } from "../src/chat/protocol";
import {
  EMPTY,
  inEmergency,
  unsentUploads,
  withFrame,
  withMessages,
  withPending,
  withUpload,
  type UploadEntry,
} from "../src/chat/transcript";

function message(seq: number, more: Partial<ServerMessage> = {}): ServerMessage {
  return {
    type: "message",
    seq,
    id: String(seq),
    client_id: null,
    author: "bot",
    kind: "text",
    text: `${seq}`,
    card: null,
    quick_replies: [],
    created_at: "2026-11-22T00:00:00Z",
    label: "由AI提供",
    state: "answered",
    media: null,
    ...more,
  };
}

const upload: UploadEntry = {
  clientId: "upload-1",
  kind: "image",
  name: "a.jpg",
  size: 10,
  url: "blob:1",
  progress: 0.4,
  state: "uploading",
};

describe("the transcript", () => {
  it("keeps order and drops doubles, whichever way messages come", () => {
    const later = withMessages(EMPTY, [message(5), message(4)]);
    const both = withMessages(later, [message(2), message(4), message(3)]);
    expect(both.messages.map((one) => one.seq)).toEqual([2, 3, 4, 5]);
  });

  it("replaces a message on its way by the stored one", () => {
    const sending = withPending(EMPTY, { type: "message", id: "abc", text: "我的手机 138…" }, "now");
    const stored = withFrame(sending, message(1, { author: "patient", client_id: "abc", text: "我的手机 138****5678" }));
    expect(stored.pending).toEqual([]);
    expect(stored.messages[0]?.text).toBe("我的手机 138****5678");
    // A resend that was already told back is not shown as pending again.
    expect(withPending(stored, { type: "message", id: "abc", text: "再发" }, "now").pending).toEqual([]);
  });

  it("shows a refused message as failed, with the reason", () => {
    const sending = withPending(EMPTY, { type: "message", id: "abc", text: "长" }, "now");
    const refused = withFrame(sending, { type: "error", code: "too_long", text: "太长了", id: "abc" });
    expect(refused.pending[0]).toMatchObject({ state: "failed", error: "太长了" });
  });

  it("moves an upload among the messages when the gateway tells of it", () => {
    const uploading = withUpload(EMPTY, upload);
    expect(unsentUploads(uploading)).toHaveLength(1);
    const told = withFrame(uploading, message(1, { author: "patient", kind: "image", client_id: "upload-1" }));
    expect(unsentUploads(told)).toEqual([]);
    expect(told.uploads[0]).toMatchObject({ state: "sent", progress: 1 });
  });

  it("knows a photo's next step only from the gateway", () => {
    const stored = withMessages(EMPTY, [message(1, { author: "patient", kind: "image", state: "received" })]);
    const checked = withFrame(stored, { type: "state", seq: 1, state: "waiting", media: "/api/chat/media/x", stage: "analysing" });
    expect(checked.messages[0]).toMatchObject({ state: "waiting", media: "/api/chat/media/x", stage: "analysing" });
  });

  it("stops typing when the answer is there", () => {
    const typing = withFrame(EMPTY, { type: "typing", on: true });
    expect(typing.typing).toBe(true);
    expect(withFrame(typing, message(1)).typing).toBe(false);
    expect(withFrame(typing, message(1, { author: "patient" })).typing).toBe(true);
  });

  it("is in an emergency until the house says something else", () => {
    const card = { kind: "emergency", title: "请拨打 120", advice: [], phone: "120", entrance: "" } as const;
    const alarm = withMessages(EMPTY, [message(1, { card: { ...card, advice: [] } })]);
    expect(inEmergency(alarm)).toBe(true);
    expect(inEmergency(withMessages(alarm, [message(2, { author: "patient" })]))).toBe(true);
    expect(inEmergency(withMessages(alarm, [message(2)]))).toBe(false);
  });
});
