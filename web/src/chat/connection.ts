/**
 * The way to the gateway and back: reconnects by itself, sends each message until the gateway has it.
 *
 * Nothing is lost: what was not acknowledged is sent again after a reconnect, under the same id. Nothing is doubled:
 * the gateway takes an id once, and tells everything after `lastSeq()` in order.
 */
import type { ClientFrame, Outgoing, ServerFrame } from "./protocol";

export type Link = "connecting" | "open" | "lost";

/** What of a browser's WebSocket is used; tests give their own. */
export interface SocketLike {
  send(data: string): void;
  close(): void;
  onopen: (() => void) | null;
  onclose: (() => void) | null;
  onmessage: ((event: { data: string }) => void) | null;
}

/** Where unacknowledged messages survive a reload: this tab's sessionStorage, never longer. */
export interface OutboxStorage {
  load(): Outgoing[];
  save(items: readonly Outgoing[]): void;
}

export interface ConnectionOptions {
  /** Makes sure of a session; rejects when the gateway cannot be reached. */
  prepare(): Promise<void>;
  open(): SocketLike;
  lastSeq(): number;
  onFrame(frame: ServerFrame): void;
  onLink(link: Link): void;
  outbox: OutboxStorage;
  random?: () => number;
}

export const FIRST_RETRY_MS = 500;
export const LONGEST_RETRY_MS = 15_000;
export const PING_EVERY_MS = 20_000;
export const SILENCE_MS = 10_000;

/** Waiting time before the n-th reconnect (from 0), with a fifth of chance so that not all come at once. */
export function retryDelay(attempt: number, random: number): number {
  const delay = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt);
  return Math.round(delay * (0.8 + 0.4 * random));
}

export class Connection {
  private socket: SocketLike | null = null;
  private opened = false;
  private stopped = true;
  private attempt = 0;
  private generation = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private pingTimer: ReturnType<typeof setTimeout> | undefined;
  private silenceTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly resendTimers = new Set<ReturnType<typeof setTimeout>>();
  private readonly outbox = new Map<string, Outgoing>();

  constructor(private readonly options: ConnectionOptions) {
    for (const item of options.outbox.load()) this.outbox.set(item.id, item);
  }

  /** Messages that the gateway has not acknowledged, in the order they were written. */
  get unacknowledged(): readonly Outgoing[] {
    return [...this.outbox.values()];
  }

  start(): void {
    this.stopped = false;
    void this.connect();
  }

  stop(): void {
    this.stopped = true;
    this.drop();
  }

  /** Reconnect now: the phone says that it is online again, or the page has come to the front. */
  hurry(): void {
    if (this.stopped) return;
    if (this.opened) {
      this.ping();
    } else if (this.retryTimer !== undefined) {
      this.attempt = 0;
      void this.connect();
    }
  }

  /** The phone says that it has no network: no need to wait for silence. */
  offline(): void {
    if (!this.stopped && this.opened) this.lose();
  }

  send(item: Outgoing): void {
    this.outbox.set(item.id, item);
    this.saveOutbox();
    if (this.opened) this.write(item);
  }

  /** The page has shown everything up to `seq`. */
  seen(seq: number): void {
    if (this.opened) this.write({ type: "seen", last_seq: seq });
  }

  private async connect(): Promise<void> {
    const generation = ++this.generation;
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    this.options.onLink(this.attempt === 0 ? "connecting" : "lost");
    try {
      await this.options.prepare();
      if (this.stopped || generation !== this.generation) return;
      this.listen(this.options.open(), generation);
    } catch {
      if (!this.stopped && generation === this.generation) this.retryLater();
    }
  }

  private listen(socket: SocketLike, generation: number): void {
    this.socket = socket;
    socket.onopen = () => {
      if (generation !== this.generation) return;
      this.opened = true;
      this.write({ type: "resume", last_seq: this.options.lastSeq() });
      for (const item of this.outbox.values()) this.write(item);
      this.options.onLink("open");
      this.schedulePing();
    };
    socket.onmessage = (event) => {
      if (generation !== this.generation) return;
      // Only what comes back proves a connection; opening alone may be a proxy's doing.
      this.attempt = 0;
      clearTimeout(this.silenceTimer);
      this.hear(JSON.parse(event.data) as ServerFrame);
    };
    socket.onclose = () => {
      if (generation === this.generation) this.lose();
    };
  }

  private hear(frame: ServerFrame): void {
    if (frame.type === "ack") this.settle(frame.id);
    if (frame.type === "message" && frame.client_id) this.settle(frame.client_id);
    if (frame.type === "error" && frame.id) {
      const item = this.outbox.get(frame.id);
      if (frame.code === "slow_down" && item) {
        this.resendLater(item, frame.retry_after_ms ?? 1000);
        return;
      }
      this.settle(frame.id);
    }
    this.options.onFrame(frame);
  }

  private resendLater(item: Outgoing, delay: number): void {
    const timer = setTimeout(() => {
      this.resendTimers.delete(timer);
      if (this.opened && this.outbox.has(item.id)) this.write(item);
    }, delay);
    this.resendTimers.add(timer);
  }

  private settle(id: string): void {
    if (this.outbox.delete(id)) this.saveOutbox();
  }

  private saveOutbox(): void {
    this.options.outbox.save(this.unacknowledged);
  }

  private write(frame: ClientFrame): void {
    this.socket?.send(JSON.stringify(frame));
  }

  private schedulePing(): void {
    clearTimeout(this.pingTimer);
    this.pingTimer = setTimeout(() => this.ping(), PING_EVERY_MS);
  }

  private ping(): void {
    this.write({ type: "ping" });
    this.schedulePing();
    clearTimeout(this.silenceTimer);
    // A phone that changed networks keeps a dead socket open for minutes.
    this.silenceTimer = setTimeout(() => this.lose(), SILENCE_MS);
  }

  private lose(): void {
    this.drop();
    if (!this.stopped) this.retryLater();
  }

  private retryLater(): void {
    const delay = retryDelay(this.attempt, (this.options.random ?? Math.random)());
    this.attempt += 1;
    this.options.onLink("lost");
    this.retryTimer = setTimeout(() => void this.connect(), delay);
  }

  private drop(): void {
    this.generation += 1;
    this.opened = false;
    for (const timer of [this.retryTimer, this.pingTimer, this.silenceTimer, ...this.resendTimers]) clearTimeout(timer);
    this.resendTimers.clear();
    this.retryTimer = undefined;
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }
}
