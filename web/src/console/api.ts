// The console's API: patients. Signing in and accounts are in account.ts.
import { call } from "./http";

export { ApiError, call } from "./http";

export interface AlertRow {
  id: string;
  case_id: string | null;
  conversation_id: string;
  flags: string[];
  urgency: string;
  words: string;
  created_at: string;
  escalated_at: string | null;
  called: string;
  rings: number;
}

export type Holder = "bot" | "waiting" | "seat";

export interface ConversationRow {
  id: string;
  channel: string;
  holder: Holder;
  seat: string | null;
  waiting_since: string | null;
  last_patient_at: string | null;
  last_words: string;
  promised_at: string | null;
  skill_group: string;
}

export interface MessageRow {
  id: string;
  seq: number;
  author: "patient" | "bot" | "staff";
  kind: string;
  text: string;
  card: { kind: string } | null;
  media_id: string | null;
  media_type: string | null;
  created_at: string;
}

export interface Note {
  id: string;
  by: string;
  text: string;
  at: string;
}

export interface SeatDesk {
  holds: number;
  capacity: number;
  groups: { id: string; name: string; on_duty: number }[];
  /** Ids of the seat's own groups; none when it takes every group's. */
  own: string[];
}

/** What an outside system sent about the patient. */
export interface DocumentRow {
  id: string;
  partner: string;
  kind: string;
  text: string;
  received_at: string;
}

export interface Revealed {
  expires_at: string;
  messages: { seq: number; text: string }[];
}

export const api = {
  alerts: () => call<AlertRow[]>("GET", "/alerts"),
  acknowledge: (id: string) => call<void>("POST", `/alerts/${id}/acknowledge`),
  conversations: () => call<ConversationRow[]>("GET", "/conversations"),
  messages: (id: string) => call<MessageRow[]>("GET", `/conversations/${id}/messages`),
  documents: (id: string) => call<DocumentRow[]>("GET", `/conversations/${id}/documents`),
  revealed: (id: string, after: number) => call<Revealed>("GET", `/conversations/${id}/revealed?after=${after}`),
  take: (id: string) => call<void>("POST", `/conversations/${id}/take`),
  giveBack: (id: string) => call<void>("POST", `/conversations/${id}/give-back`),
  desk: () => call<SeatDesk>("GET", "/desk"),
  notes: (id: string) => call<Note[]>("GET", `/conversations/${id}/notes`),
  writeNote: (id: string, text: string) => call<void>("POST", `/conversations/${id}/notes`, { text }),
  transfer: (id: string, to: string, note: string) => call<void>("POST", `/conversations/${id}/transfer`, { to, note }),
  reply: (id: string, text: string, began_as = "") => call<MessageRow>("POST", `/conversations/${id}/reply`, { text, began_as }),
};

export const mediaUrl = (id: string) => `/api/console/media/${id}`;
