/** The page's one model: connection, transcript and uploads. React only draws it. */
import { loadHistory, newClientId, openSession, socketAddress, upload, UploadError, type RunningUpload } from "./api";
import { Connection, type Link, type SocketLike } from "./connection";
import { sizeProblem } from "./media";
import type { ChatConfig, MediaKind, Outgoing, ServerFrame } from "./protocol";
import {
  EMPTY,
  lastSeq,
  withFrame,
  withMessages,
  withoutPending,
  withoutUpload,
  withPending,
  withUpload,
  type Transcript,
  type UploadEntry,
} from "./transcript";

const OUTBOX = "xinglin.outbox";
const SESSION = "xinglin.session";

export interface ChatState {
  transcript: Transcript;
  link: Link;
  config: ChatConfig | null;
}

export class Chat {
  private state: ChatState = { transcript: EMPTY, link: "connecting", config: null };
  private readonly listeners = new Set<() => void>();
  private readonly connection: Connection;
  private readonly files = new Map<string, File>();
  private readonly running = new Map<string, RunningUpload>();
  private loadingEarlier = false;

  constructor() {
    this.connection = new Connection({
      prepare: () => this.prepare(),
      open: () => new WebSocket(socketAddress(location)) as unknown as SocketLike,
      lastSeq: () => lastSeq(this.state.transcript),
      onFrame: (frame) => this.hear(frame),
      onLink: (link) => this.change({ link }),
      outbox: { load: loadOutbox, save: saveOutbox },
    });
    const now = new Date().toISOString();
    for (const item of this.connection.unacknowledged) this.edit((before) => withPending(before, item, now));
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): ChatState => this.state;

  configure(config: ChatConfig): void {
    this.change({ config });
  }

  start(): () => void {
    const hurry = () => {
      if (document.visibilityState === "visible") this.connection.hurry();
    };
    const offline = () => this.connection.offline();
    window.addEventListener("online", hurry);
    window.addEventListener("offline", offline);
    document.addEventListener("visibilitychange", hurry);
    this.connection.start();
    return () => {
      window.removeEventListener("online", hurry);
      window.removeEventListener("offline", offline);
      document.removeEventListener("visibilitychange", hurry);
      this.connection.stop();
    };
  }

  say(text: string): void {
    const trimmed = text.trim();
    if (trimmed) this.send({ type: "message", id: newClientId(), text: trimmed });
  }

  choose(title: string, payload: string): void {
    this.send({ type: "choice", id: newClientId(), title, payload });
  }

  askForPerson(): void {
    this.choose("转人工", "/request_human");
  }

  retry(id: string): void {
    const pending = this.state.transcript.pending.find((one) => one.item.id === id);
    if (pending) this.send(pending.item);
  }

  discard(id: string): void {
    this.edit((before) => withoutPending(before, id));
  }

  async loadEarlier(): Promise<void> {
    const first = this.state.transcript.messages[0];
    if (!first || !this.state.transcript.earlier || this.loadingEarlier) return;
    this.loadingEarlier = true;
    try {
      const page = await loadHistory(first.seq);
      this.edit((before) => ({ ...withMessages(before, page.messages), earlier: page.earlier }));
    } catch {
      // Scrolling up again tries again.
    } finally {
      this.loadingEarlier = false;
    }
  }

  sendFile(file: File, kind: MediaKind): void {
    const clientId = newClientId();
    const problem = sizeProblem(file, kind, this.state.config);
    const entry: UploadEntry = {
      clientId,
      kind,
      name: file.name,
      size: file.size,
      url: URL.createObjectURL(file),
      progress: 0,
      state: "uploading",
    };
    this.files.set(clientId, file);
    if (problem) {
      this.edit((before) => withUpload(before, { ...entry, state: "failed", error: problem, final: true }));
      return;
    }
    this.edit((before) => withUpload(before, entry));
    void this.run(entry, file);
  }

  retryUpload(clientId: string): void {
    const entry = this.uploadOf(clientId);
    const file = this.files.get(clientId);
    if (!entry || !file || entry.state !== "failed" || entry.final) return;
    const again: UploadEntry = { ...entry, state: "uploading", progress: 0 };
    delete again.error;
    this.edit((before) => withUpload(before, again));
    void this.run(again, file);
  }

  cancelUpload(clientId: string): void {
    this.running.get(clientId)?.cancel();
    const entry = this.uploadOf(clientId);
    if (entry) URL.revokeObjectURL(entry.url);
    this.files.delete(clientId);
    this.edit((before) => withoutUpload(before, clientId));
  }

  private async run(entry: UploadEntry, file: File): Promise<void> {
    const running = upload(file, entry.kind, entry.clientId, (progress) =>
      this.updateUpload(entry.clientId, (now) => (now.state === "uploading" ? { ...now, progress } : now)),
    );
    this.running.set(entry.clientId, running);
    try {
      await running.done;
      this.files.delete(entry.clientId);
      this.updateUpload(entry.clientId, (now) => ({ ...now, progress: 1, state: "sent" }));
    } catch (error) {
      const known = error instanceof UploadError;
      const text = known ? error.message : "没有发出去，请再试一次。";
      const final = known && error.final;
      this.updateUpload(entry.clientId, (now) => ({ ...now, state: "failed", error: text, final }));
    } finally {
      this.running.delete(entry.clientId);
    }
  }

  private uploadOf(clientId: string): UploadEntry | undefined {
    return this.state.transcript.uploads.find((one) => one.clientId === clientId);
  }

  private updateUpload(clientId: string, change: (now: UploadEntry) => UploadEntry): void {
    const entry = this.uploadOf(clientId);
    if (entry) this.edit((before) => withUpload(before, change(entry)));
  }

  private send(item: Outgoing): void {
    this.edit((before) => withPending(before, item, new Date().toISOString()));
    this.connection.send(item);
  }

  /** A session first, then the newest page of history; only then the socket, which goes on from there. */
  private async prepare(): Promise<void> {
    const session = await openSession();
    const before = sessionStorage.getItem(SESSION);
    if (before !== null && before !== session) {
      // Another person's session now (cookies were cleared): what is shown belongs to the one before.
      sessionStorage.setItem(SESSION, session);
      saveOutbox([]);
      location.reload();
      throw new Error("session changed");
    }
    sessionStorage.setItem(SESSION, session);
    if (this.state.transcript.loaded) return;
    const page = await loadHistory(null);
    this.edit((now) => ({
      ...withMessages(now, page.messages),
      earlier: page.earlier,
      holder: page.holder,
      loaded: true,
    }));
  }

  private hear(frame: ServerFrame): void {
    this.edit((before) => withFrame(before, frame));
    if (frame.type === "message" && frame.author !== "patient") this.connection.seen(frame.seq);
  }

  private edit(change: (before: Transcript) => Transcript): void {
    this.change({ transcript: change(this.state.transcript) });
  }

  private change(part: Partial<ChatState>): void {
    this.state = { ...this.state, ...part };
    for (const listener of this.listeners) listener();
  }
}

function loadOutbox(): Outgoing[] {
  try {
    return JSON.parse(sessionStorage.getItem(OUTBOX) ?? "[]") as Outgoing[];
  } catch {
    return [];
  }
}

function saveOutbox(items: readonly Outgoing[]): void {
  try {
    if (items.length) sessionStorage.setItem(OUTBOX, JSON.stringify(items));
    else sessionStorage.removeItem(OUTBOX);
  } catch {
    // A full or forbidden storage costs only the survival of a reload.
  }
}
