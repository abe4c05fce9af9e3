// See clinic/canned.py.
import type { Canned, Kind } from "../cases/api";
import { call } from "../http";
import type { Line, Version } from "../versions/api";

export interface NewCanned {
  title: string;
  text: string;
  kind: Kind | null;
}

export interface CannedVersion extends Version {
  title: string;
  text: string;
  kind: Kind | "";
  dropped: boolean;
  lines: Line[];
}

export const cannedApi = {
  all: () => call<Canned[]>("GET", "/canned-replies"),
  dropped: () => call<Canned[]>("GET", "/canned-replies/dropped"),
  versions: (id: string) => call<CannedVersion[]>("GET", `/canned-replies/${id}/versions`),
  add: (one: NewCanned) => call<Canned>("POST", "/canned-replies", one),
  change: (id: string, one: NewCanned, base: number, note: string) => call<Canned>("PUT", `/canned-replies/${id}`, { ...one, base, note }),
  drop: (id: string) => call<void>("DELETE", `/canned-replies/${id}`),
};
