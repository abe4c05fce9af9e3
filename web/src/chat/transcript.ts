/** The conversation as the page shows it: what the gateway told, in order, then what is still on its way. */
import type { Holder, MediaKind, Outgoing, ServerFrame, ServerMessage } from "./protocol";

export interface UploadEntry {
  clientId: string;
  kind: MediaKind;
  name: string;
  /** Bytes. */
  size: number;
  /** Object URL of the local file, for a thumbnail without a round trip. */
  url: string;
  /** From 0 to 1. */
  progress: number;
  state: "uploading" | "sent" | "failed";
  error?: string;
  /** Refused for what it is: sending it again cannot help. */
  final?: boolean;
}

export interface PendingText {
  item: Outgoing;
  state: "sending" | "failed";
  error?: string;
  createdAt: string;
}

export interface Transcript {
  messages: readonly ServerMessage[];
  pending: readonly PendingText[];
  uploads: readonly UploadEntry[];
  holder: Holder;
  typing: boolean;
  earlier: boolean;
  loaded: boolean;
}

export const EMPTY: Transcript = {
  messages: [],
  pending: [],
  uploads: [],
  holder: "bot",
  typing: false,
  earlier: false,
  loaded: false,
};

export function lastSeq(transcript: Transcript): number {
  return transcript.messages.at(-1)?.seq ?? 0;
}

/** Put messages in, each once and in order, whichever way and how often they came. */
export function withMessages(transcript: Transcript, incoming: readonly ServerMessage[]): Transcript {
  if (incoming.length === 0) return transcript;
  const bySeq = new Map(transcript.messages.map((message) => [message.seq, message]));
  for (const message of incoming) bySeq.set(message.seq, message);
  const arrived = new Set(incoming.map((message) => message.client_id));
  return {
    ...transcript,
    messages: [...bySeq.values()].sort((a, b) => a.seq - b.seq),
    pending: transcript.pending.filter((pending) => !arrived.has(pending.item.id)),
    uploads: transcript.uploads.map((upload) =>
      arrived.has(upload.clientId) ? { ...upload, progress: 1, state: "sent" as const } : upload,
    ),
    // An answer is there: nobody is typing it any more.
    typing: incoming.some((message) => message.author !== "patient") ? false : transcript.typing,
  };
}

export function withPending(transcript: Transcript, item: Outgoing, createdAt: string): Transcript {
  if (transcript.messages.some((message) => message.client_id === item.id)) return transcript;
  const others = transcript.pending.filter((pending) => pending.item.id !== item.id);
  return { ...transcript, pending: [...others, { item, state: "sending", createdAt }] };
}

export function withoutPending(transcript: Transcript, id: string): Transcript {
  return { ...transcript, pending: transcript.pending.filter((pending) => pending.item.id !== id) };
}

export function withUpload(transcript: Transcript, upload: UploadEntry): Transcript {
  const known = transcript.uploads.some((one) => one.clientId === upload.clientId);
  return {
    ...transcript,
    uploads: known
      ? transcript.uploads.map((one) => (one.clientId === upload.clientId ? upload : one))
      : [...transcript.uploads, upload],
  };
}

export function withoutUpload(transcript: Transcript, clientId: string): Transcript {
  return { ...transcript, uploads: transcript.uploads.filter((upload) => upload.clientId !== clientId) };
}

/** What one frame from the gateway changes. */
export function withFrame(transcript: Transcript, frame: ServerFrame): Transcript {
  switch (frame.type) {
    case "message":
      return withMessages(transcript, [frame]);
    case "ack":
    case "state": {
      const messages = transcript.messages.map((message) =>
        message.seq === frame.seq
          ? { ...message, state: frame.state, ...(frame.type === "state" ? { media: frame.media, stage: frame.stage } : {}) }
          : message,
      );
      return { ...transcript, messages };
    }
    case "typing":
      return { ...transcript, typing: frame.on };
    case "holder":
      return { ...transcript, holder: frame.holder };
    case "error":
      return {
        ...transcript,
        pending: transcript.pending.map((pending) =>
          pending.item.id === frame.id ? { ...pending, state: "failed", error: frame.text } : pending,
        ),
      };
    case "pong":
      return transcript;
  }
}

/** Uploads that the gateway has not told back yet: shown after the messages. */
export function unsentUploads(transcript: Transcript): readonly UploadEntry[] {
  const told = new Set(transcript.messages.map((message) => message.client_id));
  return transcript.uploads.filter((upload) => !told.has(upload.clientId));
}

/** Whether an emergency answer is the last word of the house: then nothing may compete with it. */
export function inEmergency(transcript: Transcript): boolean {
  const last = [...transcript.messages].reverse().find((message) => message.author !== "patient");
  return last?.card?.kind === "emergency";
}
