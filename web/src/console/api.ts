// The console's API. The cookie is HttpOnly; the header below is what no page of another site can send.

export interface Me {
  username: string;
  role: string;
}

export interface AlertRow {
  id: string;
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

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/console${path}`, {
      method,
      headers: { "X-Xinglin-Console": "1", ...(body ? { "Content-Type": "application/json" } : {}) },
      body: body ? JSON.stringify(body) : null,
    });
  } catch {
    throw new ApiError(0, "连接断开了，正在重试");
  }
  if (!response.ok) {
    const detail = await response
      .json()
      .then((json: { detail?: unknown }) => json.detail)
      .catch(() => undefined);
    throw new ApiError(response.status, typeof detail === "string" ? detail : "操作没有成功，请重试");
  }
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export const api = {
  me: () => call<Me>("GET", "/me"),
  signIn: (username: string, password: string) => call<Me>("POST", "/sign-in", { username, password }),
  signOut: () => call<void>("POST", "/sign-out"),
  changePassword: (old: string, next: string) => call<void>("POST", "/password", { old, new: next }),
  alerts: () => call<AlertRow[]>("GET", "/alerts"),
  acknowledge: (id: string) => call<void>("POST", `/alerts/${id}/acknowledge`),
  conversations: () => call<ConversationRow[]>("GET", "/conversations"),
  messages: (id: string) => call<MessageRow[]>("GET", `/conversations/${id}/messages`),
  documents: (id: string) => call<DocumentRow[]>("GET", `/conversations/${id}/documents`),
  stepUp: (conversation: string, password: string, reason: string) =>
    call<{ expires_at: string }>("POST", "/step-up", { conversation, password, reason }),
  revealed: (id: string, after: number) => call<Revealed>("GET", `/conversations/${id}/revealed?after=${after}`),
  take: (id: string) => call<void>("POST", `/conversations/${id}/take`),
  giveBack: (id: string) => call<void>("POST", `/conversations/${id}/give-back`),
  reply: (id: string, text: string) => call<MessageRow>("POST", `/conversations/${id}/reply`, { text }),
};

export const mediaUrl = (id: string) => `/api/console/media/${id}`;
