// Answers that the house knows to a patient's last message: see clinic/suggestions.py.
import { call } from "../http";

export interface Suggestion {
  id: string;
  source: "canned" | "policy" | "preparation" | "hours" | "fees" | "department";
  title: string;
  edition: string;
  text: string;
}

export const SOURCE: Record<Suggestion["source"], string> = {
  canned: "常用回复",
  policy: "医保政策",
  preparation: "检查准备",
  hours: "开放时间",
  fees: "收费",
  department: "科室",
};

/** Where a suggestion stands, in a line: "检查准备 · 胃镜 · 医院系统，2026-11-27读取". */
export const sourceOf = ({ source, title, edition }: Suggestion) =>
  [SOURCE[source], ...(title === SOURCE[source] ? [] : [title]), edition].join(" · ");

/** What is being written, and the suggestion it began as ("" for none). */
export interface Draft {
  text: string;
  began_as: string;
}

export const EMPTY: Draft = { text: "", began_as: "" };

/** A suggestion taken into the box: what was typed already stays, above it, and is then what the reply began as. */
export const taken = (draft: Draft, { id, text }: Suggestion): Draft =>
  draft.text.trim() ? { text: `${draft.text.trimEnd()}\n${text}`, began_as: draft.began_as } : { text, began_as: id };

/** What is typed; a box that was emptied begins anew. */
export const typed = (draft: Draft, text: string): Draft => (text.trim() ? { ...draft, text } : { ...EMPTY, text });

export const suggestions = (conversation: string) =>
  call<{ seq: number | null; rows: Suggestion[] }>("GET", `/conversations/${conversation}/suggestions`);
