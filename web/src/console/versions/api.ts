// See clinic/versions.py.
import { call } from "../http";

export interface Version {
  version: number;
  note: string;
  by: string;
  approved_by: string | null;
  at: string | null;
}

export interface Line {
  mark: "same" | "removed" | "added";
  text: string;
}

export interface VersionText {
  version: number;
  text: string;
  lines: Line[];
}

/** What a proposed change would mean: why it cannot be used, in what it would watch less closely, every line. */
export interface Checked {
  problem: string;
  weaker: string[];
  lines: Line[];
}

// See clinic/proposing.py.
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

export interface DocumentPage {
  id: string;
  text: string;
  versions: Version[];
}

/** The console's API of documents that two clinicians change together. */
export interface ProposedApi<Row> {
  rows: () => Promise<Row[]>;
  page: (id: string) => Promise<DocumentPage>;
  version: (id: string, version: number) => Promise<VersionText>;
  check: (id: string, text: string) => Promise<Checked>;
  propose: (id: string, text: string, note: string, base: number) => Promise<Proposal>;
  proposals: () => Promise<Proposal[]>;
  proposal: (id: string) => Promise<ProposalPage>;
  decide: (id: string, how: "approve" | "refuse", reason: string) => Promise<void>;
  withdraw: (id: string) => Promise<void>;
}

/** `documents` and `proposals` are the paths of the two. */
export const proposedApi = <Row>(documents: string, proposals: string): ProposedApi<Row> => ({
  rows: () => call<Row[]>("GET", documents),
  page: (id) => call<DocumentPage>("GET", `${documents}/${id}`),
  version: (id, version) => call<VersionText>("GET", `${documents}/${id}/versions/${version}`),
  check: (id, text) => call<Checked>("POST", `${documents}/${id}/check`, { text }),
  propose: (id, text, note, base) => call<Proposal>("POST", `${documents}/${id}/proposals`, { text, note, base }),
  proposals: () => call<Proposal[]>("GET", proposals),
  proposal: (id) => call<ProposalPage>("GET", `${proposals}/${id}`),
  decide: (id, how, reason) => call<void>("POST", `${proposals}/${id}/${how}`, { reason }),
  withdraw: (id) => call<void>("POST", `${proposals}/${id}/withdraw`),
});
