import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import {
  Connection,
  LONGEST_RETRY_MS,
  PING_EVERY_MS,
  retryDelay,
  SILENCE_MS,
  type Link,
  type OutboxStorage,
  type SocketLike,
} from "../src/chat/connection";
import type { ClientFrame, Outgoing, ServerFrame, ServerMessage } from "../src/chat/protocol";
import { EMPTY, lastSeq, withFrame, type Transcript } from "../src/chat/transcript";

/** A gateway that takes an id once, tells everything after where a browser stands, and can be cut off at any time. */
class Gateway {
  readonly stored: ServerMessage[] = [];
  readonly sockets: FakeSocket[] = [];
  reachable = true;
  /** Swallow what browsers say, as a dead network does. */
  deaf = false;

  open(): SocketLike {
    const socket = new FakeSocket(this);
    this.sockets.push(socket);
    setTimeout(() => {
      if (this.reachable) {
        socket.open = true;
        socket.onopen?.();
      } else {
        socket.onclose?.();
      }
    }, 1);
    return socket;
  }

  hear(socket: FakeSocket, frame: ClientFrame): void {
    if (this.deaf) return;
    if (frame.type === "ping") socket.tell({ type: "pong" });
    if (frame.type === "resume") socket.seq = frame.last_seq;
    if (frame.type === "message" || frame.type === "choice") {
      if (!this.stored.some((message) => message.client_id === frame.id)) {
        this.store("patient", frame.type === "message" ? frame.text : frame.title, frame.id);
        this.store("bot", "好的", null);
      }
    }
    this.pump();
    if (frame.type === "message" || frame.type === "choice") {
      const seq = this.stored.find((message) => message.client_id === frame.id)?.seq ?? 0;
      socket.tell({ type: "ack", id: frame.id, seq, state: "answered" });
    }
  }

  store(author: "patient" | "bot", text: string, clientId: string | null): void {
    const seq = this.stored.length + 1;
    this.stored.push({
      type: "message",
      seq,
      id: String(seq),
      client_id: clientId,
      author,
      kind: "text",
      text,
      card: null,
      quick_replies: [],
      created_at: "2026-11-22T00:00:00Z",
      label: "",
      state: "answered",
      media: null,
    });
  }

  pump(): void {
    for (const socket of this.sockets) {
      for (const message of this.stored) if (message.seq > socket.seq) socket.tell(message);
    }
  }

  cut(): void {
    for (const socket of this.sockets.splice(0)) socket.drop();
  }
}

class FakeSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  open = false;
  seq = Number.POSITIVE_INFINITY;
  readonly heard: ClientFrame[] = [];

  constructor(private readonly gateway: Gateway) {}

  send(data: string): void {
    const frame = JSON.parse(data) as ClientFrame;
    this.heard.push(frame);
    // Delivered a moment later: a cut in between loses it.
    setTimeout(() => this.open && this.gateway.hear(this, frame), 1);
  }

  tell(frame: ServerFrame): void {
    if (!this.open) return;
    if (frame.type === "message") this.seq = frame.seq;
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  close(): void {
    this.open = false;
  }

  drop(): void {
    this.open = false;
    this.onclose?.();
  }
}

class Page {
  transcript: Transcript = EMPTY;
  readonly told: number[] = [];
  readonly links: Link[] = [];
  readonly errors: string[] = [];
  readonly connection: Connection;

  constructor(gateway: Gateway, outbox: OutboxStorage = { load: () => [], save: () => undefined }) {
    this.connection = new Connection({
      prepare: () => (gateway.reachable ? Promise.resolve() : Promise.reject(new Error("away"))),
      open: () => gateway.open(),
      lastSeq: () => lastSeq(this.transcript),
      onFrame: (frame) => {
        if (frame.type === "message") this.told.push(frame.seq);
        if (frame.type === "error") this.errors.push(frame.code);
        this.transcript = withFrame(this.transcript, frame);
      },
      onLink: (link) => this.links.push(link),
      outbox,
      random: () => 0.5,
    });
    this.connection.start();
  }

  get texts(): string[] {
    return this.transcript.messages.map((message) => message.text);
  }
}

const say = (id: string, text: string): Outgoing => ({ type: "message", id, text });
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe("the connection", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("resumes from the last seen message before anything else", async () => {
    const gateway = new Gateway();
    gateway.store("patient", "以前说的", "old-id-1");
    const page = new Page(gateway);
    await pass(10);
    expect(gateway.sockets[0]?.heard[0]).toEqual({ type: "resume", last_seq: 0 });
    expect(page.texts).toEqual(["以前说的"]);
    expect(page.links.at(-1)).toBe("open");
  });

  it("sends what was written while it was lost, in order", async () => {
    const gateway = new Gateway();
    gateway.reachable = false;
    const page = new Page(gateway);
    page.connection.send(say("id-00001", "第一句"));
    page.connection.send(say("id-00002", "第二句"));
    await pass(2000);
    expect(page.links.at(-1)).not.toBe("open");
    gateway.reachable = true;
    await pass(LONGEST_RETRY_MS * 2);
    expect(page.texts).toEqual(["第一句", "好的", "第二句", "好的"]);
    expect(page.connection.unacknowledged).toEqual([]);
  });

  it("loses and doubles nothing when the answer to a message was cut off", async () => {
    const gateway = new Gateway();
    const page = new Page(gateway);
    await pass(10);
    page.connection.send(say("id-00001", "肚子疼"));
    // The gateway stores it, but the browser hears nothing of it.
    gateway.store("patient", "肚子疼", "id-00001");
    gateway.store("bot", "多久了？", null);
    gateway.cut();
    expect(page.connection.unacknowledged).toHaveLength(1);
    await pass(3000);
    expect(page.texts).toEqual(["肚子疼", "多久了？"]);
    expect(page.told).toEqual([1, 2]);
    expect(page.connection.unacknowledged).toEqual([]);
  });

  it("survives many cuts at random moments with every message once and in order", async () => {
    const gateway = new Gateway();
    const page = new Page(gateway);
    for (let number = 0; number < 40; number += 1) {
      page.connection.send(say(`id-${String(number).padStart(5, "0")}`, `第${number}句`));
      await pass((number * 7) % 5);
      if (number % 3 === 0) gateway.cut();
      await pass((number * 131) % 900);
    }
    await pass(LONGEST_RETRY_MS * 3);
    const own = page.transcript.messages.filter((message) => message.author === "patient");
    expect(own.map((message) => message.text)).toEqual(Array.from({ length: 40 }, (_, number) => `第${number}句`));
    expect(new Set(page.told).size).toBe(page.told.length);
  });

  it("notices a dead network by silence", async () => {
    const gateway = new Gateway();
    const page = new Page(gateway);
    await pass(10);
    gateway.deaf = true;
    await pass(PING_EVERY_MS + SILENCE_MS + 5);
    expect(page.links).toContain("lost");
    gateway.deaf = false;
    await pass(3000);
    expect(page.links.at(-1)).toBe("open");
  });

  it("does not wait for silence when the phone says that it is offline", async () => {
    const gateway = new Gateway();
    const page = new Page(gateway);
    await pass(10);
    page.connection.offline();
    expect(page.links.at(-1)).toBe("lost");
    await pass(3000);
    expect(page.links.at(-1)).toBe("open");
  });

  it("reconnects at once when the phone is back online", async () => {
    const gateway = new Gateway();
    gateway.reachable = false;
    const page = new Page(gateway);
    await pass(60_000);
    gateway.reachable = true;
    page.connection.hurry();
    await pass(5);
    expect(page.links.at(-1)).toBe("open");
  });

  it("sends again later what came too fast, and gives up what was refused", async () => {
    const gateway = new Gateway();
    const page = new Page(gateway);
    await pass(10);
    gateway.deaf = true;
    page.connection.send(say("id-00001", "太快"));
    page.connection.send(say("id-00002", "太长"));
    gateway.sockets[0]?.tell({ type: "error", code: "slow_down", text: "慢一点", id: "id-00001", retry_after_ms: 500 });
    gateway.sockets[0]?.tell({ type: "error", code: "too_long", text: "太长了", id: "id-00002" });
    await pass(5);
    gateway.deaf = false;
    await pass(600);
    expect(page.errors).toEqual(["too_long"]);
    expect(page.texts).toEqual(["太快", "好的"]);
    expect(page.connection.unacknowledged).toEqual([]);
  });

  it("keeps unacknowledged messages over a reload", async () => {
    const gateway = new Gateway();
    gateway.reachable = false;
    let kept: readonly Outgoing[] = [];
    const outbox: OutboxStorage = { load: () => [...kept], save: (items) => (kept = items) };
    const before = new Page(gateway, outbox);
    before.connection.send(say("id-00001", "重新打开页面"));
    before.connection.stop();
    gateway.reachable = true;
    const after = new Page(gateway, outbox);
    await pass(10);
    expect(after.texts).toEqual(["重新打开页面", "好的"]);
    expect(kept).toEqual([]);
  });

  it("stops when it is told to", async () => {
    const gateway = new Gateway();
    const page = new Page(gateway);
    await pass(10);
    page.connection.stop();
    await pass(LONGEST_RETRY_MS * 4);
    expect(gateway.sockets).toHaveLength(1);
  });
});

describe("waiting before a reconnect", () => {
  it.each([
    [0, 0.5, 500],
    [1, 0.5, 1000],
    [3, 0.5, 4000],
    [20, 0.5, LONGEST_RETRY_MS],
    [0, 0, 400],
    [0, 1, 600],
  ])("attempt %i with chance %d: %i ms", (attempt, random, expected) => {
    expect(retryDelay(attempt, random)).toBe(expected);
  });
});
