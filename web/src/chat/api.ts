/** The gateway's HTTP routes; every address is relative: no other host is ever asked. */
import type { ChatConfig, History, MediaKind } from "./protocol";

async function answer<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error(String(response.status));
  return (await response.json()) as T;
}

export async function openSession(): Promise<string> {
  const response = await fetch("/api/chat/session", { method: "POST" });
  return (await answer<{ session: string }>(response)).session;
}

export async function loadConfig(): Promise<ChatConfig> {
  return answer(await fetch("/api/chat/config"));
}

export async function loadHistory(before: number | null): Promise<History> {
  const query = before === null ? "" : `?before=${before}`;
  return answer(await fetch(`/api/chat/history${query}`));
}

export function socketAddress(place: Location): string {
  return `${place.protocol === "https:" ? "wss" : "ws"}://${place.host}/api/chat/socket`;
}

/** 16 random bytes in hexadecimal. `crypto.randomUUID` is missing on pages served without TLS. */
export function newClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class UploadError extends Error {
  /** `final`: the gateway will refuse the same file again. */
  constructor(
    message: string,
    readonly final: boolean = false,
  ) {
    super(message);
  }
}

const TRY_LATER = new Set([408, 425, 429]);

export interface RunningUpload {
  done: Promise<void>;
  cancel(): void;
}

/** Send one file with progress. Sending it again under the same id changes nothing. */
export function upload(
  file: File,
  kind: MediaKind,
  clientId: string,
  onProgress: (part: number) => void,
): RunningUpload {
  const request = new XMLHttpRequest();
  const done = new Promise<void>((resolve, reject) => {
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status === 200) resolve();
      else {
        const final = request.status >= 400 && request.status < 500 && !TRY_LATER.has(request.status);
        reject(new UploadError(sentence(request.responseText), final));
      }
    };
    request.onerror = () => reject(new UploadError("网络断开了，文件没有发出去。"));
    request.onabort = () => reject(new UploadError(""));
    const form = new FormData();
    form.append("id", clientId);
    form.append("kind", kind);
    form.append("file", file);
    request.open("POST", "/api/chat/media");
    request.send(form);
  });
  return { done, cancel: () => request.abort() };
}

function sentence(body: string): string {
  try {
    const parsed = JSON.parse(body) as { text?: unknown };
    if (typeof parsed.text === "string") return parsed.text;
  } catch {
    // A proxy's page, not ours.
  }
  return "没有发出去，请再试一次。";
}
