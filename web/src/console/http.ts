// One request to the console's API. The cookie is HttpOnly; the header below is what no page of another site can send.
import { personIsHere } from "./presence";

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** A sentence for whatever went wrong. */
export const sentence = (problem: unknown) => (problem instanceof Error ? problem.message : String(problem));

/** Calls `/api/console` + path; rejects with an ApiError whose message can be shown. Status 0: the line is cut. */
export async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/console${path}`, {
      method,
      // What the page asks for by itself does not keep a session from ending.
      headers: {
        "X-Xinglin-Console": personIsHere() ? "1" : "poll",
        ...(body ? { "Content-Type": "application/json" } : {}),
      },
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
