// See clinic/knowledge.py.
import { call } from "../http";
import type { Line, Version, VersionText } from "../versions/api";

export type Kind = "policy" | "preparation";

export interface DocumentRow {
  kind: Kind;
  name: string;
  latest: Version;
}

export interface Document {
  kind: Kind;
  name: string;
  text: string;
  versions: Version[];
}

const at = (kind: Kind, name: string) => `/knowledge/${kind}/${encodeURIComponent(name)}`;

export const knowledgeApi = {
  all: () => call<DocumentRow[]>("GET", "/knowledge"),
  one: (kind: Kind, name: string) => call<Document>("GET", at(kind, name)),
  version: (kind: Kind, name: string, version: number) => call<VersionText>("GET", `${at(kind, name)}/versions/${version}`),
  check: (kind: Kind, name: string, text: string) => call<{ problem: string; lines: Line[] }>("POST", `${at(kind, name)}/check`, { text }),
  publish: (kind: Kind, name: string, text: string, note: string, base: number) => call<Version>("PUT", at(kind, name), { text, note, base }),
};
