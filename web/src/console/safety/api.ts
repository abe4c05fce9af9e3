// See clinic/safety.py and clinic/safety_proposals.py.
import { call } from "../http";
import type { Line, Version, VersionText } from "../versions/api";

export interface RedFlag {
  id: string;
  name: string;
  urgency: "call_120" | "emergency";
  advice: string[];
  source: string;
  version: number;
}

export interface RedFlagPage {
  id: string;
  text: string;
  versions: Version[];
}

export interface Checked {
  problem: string;
  weaker: string[];
  lines: Line[];
}

export interface Proposal {
  id: string;
  name: string;
  note: string;
  by: string;
  at: string;
  state: "proposed" | "approved" | "refused" | "withdrawn";
  decided_by: string | null;
  decided_at: string | null;
  decision: string;
  own: boolean;
}

export interface ProposalPage extends Proposal {
  text: string;
  checked: Checked | null;
}

export const safetyApi = {
  flags: () => call<RedFlag[]>("GET", "/red-flags"),
  flag: (id: string) => call<RedFlagPage>("GET", `/red-flags/${id}`),
  version: (id: string, version: number) => call<VersionText>("GET", `/red-flags/${id}/versions/${version}`),
  check: (id: string, text: string) => call<Checked>("POST", `/red-flags/${id}/check`, { text }),
  propose: (id: string, text: string, note: string, base: number) => call<Proposal>("POST", `/red-flags/${id}/proposals`, { text, note, base }),
  proposals: () => call<Proposal[]>("GET", "/red-flag-proposals"),
  proposal: (id: string) => call<ProposalPage>("GET", `/red-flag-proposals/${id}`),
  decide: (id: string, how: "approve" | "refuse", reason: string) => call<void>("POST", `/red-flag-proposals/${id}/${how}`, { reason }),
  withdraw: (id: string) => call<void>("POST", `/red-flag-proposals/${id}/withdraw`),
};
