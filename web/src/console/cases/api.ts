// The console's API of cases: see clinic/cases.py, case_page.py, case_work.py, grading.py.
import { call } from "../http";

export type Kind = "skin" | "rehab" | "report" | "emergency" | "handover" | "complaint" | "follow_up";
export type Level = "emergency" | "urgent" | "routine" | "second_look";
export type State = "open" | "claimed" | "closed";

export interface Who {
  name: string;
  sex: "female" | "male" | null;
  age_years: number | null;
  number: string;
}

export interface CaseRow {
  id: string;
  kind: Kind;
  level: Level;
  state: State;
  conversation_id: string;
  department: string;
  complaint: string;
  reasons: string[];
  sampled: boolean;
  opened_at: string;
  due_at: string;
  claimed_by: string | null;
  closed_at: string | null;
  outcome: string | null;
  who: Who;
}

export interface CasePage {
  rows: CaseRow[];
  next: string | null;
}

export interface Counts {
  kinds: Partial<Record<Kind, number>>;
  levels: Partial<Record<Level, number>>;
  unclaimed: number;
  overdue: number;
  mine: number;
}

export interface FileShown {
  media_id: string;
  media_type: string;
}

export interface Finding {
  id: string;
  kind: string;
  version: string;
  created_at: string;
  special: boolean;
  gone: boolean;
  data: Record<string, unknown>;
  files: Record<string, FileShown>;
  source: FileShown | null;
}

export interface Label {
  agrees: boolean;
  content: Record<string, unknown>;
  by: string;
  at: string;
}

/** How far a confirmed report has come into the hospital's own records. */
export interface Filing {
  state: "waiting" | "filed" | "failed";
  problem: string;
  at: string;
}

export interface CaseShown {
  case: CaseRow;
  holder: "bot" | "waiting" | "seat";
  seat: string | null;
  said: { seq: number; text: string; media_id: string | null; media_type: string | null; created_at: string; about: boolean }[];
  finding: Finding | null;
  labels: Label[];
  filing: Filing | null;
  earlier: Finding[];
  cases: { id: string; kind: Kind; level: Level; state: State; outcome: string | null; opened_at: string }[];
  history: { step: string; by: string; details: Record<string, unknown>; at: string }[];
}

export interface Colleague {
  username: string;
  name: string;
  role: string;
  departments: string[];
  on_duty: boolean;
}

export interface Canned {
  id: string;
  kind: string;
  title: string;
  text: string;
  own: boolean;
  /** Of the staff's own: the version in use, which a change names. */
  version: number;
}

export interface CaseFilter {
  view: "open" | "mine" | "closed";
  kind: Kind | "";
  level: Level | "";
}

export const queryOf = ({ view, kind, level }: CaseFilter, after = "") => {
  const query = new URLSearchParams();
  if (view === "closed") query.append("state", "closed");
  if (view === "mine") query.append("mine", "true");
  if (kind) query.append("kind", kind);
  if (level) query.append("level", level);
  if (after) query.append("after", after);
  return query.toString();
};

export type PasiRegions = Partial<
  Record<"head" | "arms" | "trunk" | "legs", { erythema: number; induration: number; desquamation: number; area: number }>
>;

export const caseApi = {
  list: (filter: CaseFilter, after = "") => call<CasePage>("GET", `/cases?${queryOf(filter, after)}`),
  counts: () => call<Counts>("GET", "/cases/counts"),
  one: (id: string) => call<CaseShown>("GET", `/cases/${id}`),
  claim: (id: string) => call<void>("POST", `/cases/${id}/claim`),
  release: (id: string) => call<void>("POST", `/cases/${id}/release`),
  reassign: (id: string, to: string) => call<void>("POST", `/cases/${id}/reassign`, { to }),
  close: (id: string, outcome: string) => call<void>("POST", `/cases/${id}/close`, { outcome }),
  file: (id: string, own: boolean) => call<void>("POST", `/cases/${id}/file`, { own }),
  reply: (id: string, text: string, began_as: string) => call<void>("POST", `/cases/${id}/reply`, { text, began_as }),
  grade: (id: string, body: { agrees: boolean; graded: unknown; note: string }) => call<void>("POST", `/cases/${id}/grade`, body),
  pasi: (regions: PasiRegions) => call<{ score: number; parts: Record<string, number> }>("POST", "/pasi", { regions }),
  colleagues: (id: string) => call<Colleague[]>("GET", `/cases/${id}/colleagues`),
  canned: (kind: string, words: string) =>
    call<Canned[]>("GET", `/canned-replies?${new URLSearchParams({ ...(kind ? { kind } : {}), words }).toString()}`),
};

export const LABELS_URL = "/api/console/labels";
