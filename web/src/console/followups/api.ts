// See clinic/followups.py and clinic/followup_plans.py.
import type { Kind } from "../cases/api";
import { call } from "../http";
import { proposedApi } from "../versions/api";

export type Meaning = "fine" | "soon" | "at_once" | "emergency" | "photo";

export interface Plan {
  id: string;
  name: string;
  after: string;
  departments: string[];
  kinds: Kind[];
  source: string;
  unanswered: "end" | "case";
  ask_at: string;
  retired: boolean;
  version: number;
  questions: { days: number[]; ask: string; answers: [string, Meaning][] }[];
}

export interface Answer {
  day: number;
  ask: string;
  state: "open" | "answered" | "missed" | "skipped";
  answer: string;
  meaning: Meaning | null;
  asked_at: string;
  answered_at: string | null;
}

export interface FollowUp {
  id: string;
  plan: string;
  name: string;
  version: number;
  kinship: string;
  department: string;
  state: "running" | "ended";
  starts_on: string;
  days: number[];
  told_at: string | null;
  started_by: string;
  ended_by: string | null;
  ended_at: string | null;
  ended_why: string | null;
  answers: Answer[];
}

export interface Start {
  plan: string;
  starts_on: string;
  kinship: string;
  department: string;
  case_id?: string;
}

export const plansApi = proposedApi<Plan>("/follow-up-plans", "/follow-up-plan-proposals");

export const followUpApi = {
  of: (conversation: string) => call<FollowUp[]>("GET", `/conversations/${conversation}/follow-ups`),
  start: (conversation: string, start: Start) => call<FollowUp>("POST", `/conversations/${conversation}/follow-ups`, start),
  stop: (id: string) => call<FollowUp>("POST", `/follow-ups/${id}/stop`),
};
