// The audit trail: read-only.
import { call } from "./http";

export interface EntryRow {
  seq: number;
  at: string;
  actor_kind: string;
  actor: string;
  address: string;
  action: string;
  patient: string | null;
  subject: string;
  reason: string;
  outcome: string;
  details: Record<string, unknown>;
}

export interface Verified {
  sound: boolean;
  rows: number;
  first: number;
  last: number;
  checkpoints: number;
  findings: { seq: number; what: string }[];
  more_findings: number;
  problems: string[];
}

export interface Wanted {
  actor?: string;
  patient?: string;
  action?: string;
  outcome?: string;
  before?: number;
}

export const audit = {
  entries: (wanted: Wanted) => {
    const asked = Object.entries(wanted).filter(([, value]) => value !== undefined && value !== "");
    return call<EntryRow[]>("GET", `/audit?${new URLSearchParams(asked.map(([name, value]) => [name, String(value)]))}`);
  },
  verify: () => call<Verified>("GET", "/audit/verification"),
};
