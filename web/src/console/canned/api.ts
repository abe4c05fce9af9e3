// See clinic/canned.py.
import type { Canned, Kind } from "../cases/api";
import { call } from "../http";

export interface NewCanned {
  title: string;
  text: string;
  kind: Kind | null;
}

export const cannedApi = {
  all: () => call<Canned[]>("GET", "/canned-replies"),
  add: (one: NewCanned) => call<Canned>("POST", "/canned-replies", one),
  change: (id: string, one: NewCanned) => call<Canned>("PUT", `/canned-replies/${id}`, one),
  drop: (id: string) => call<void>("DELETE", `/canned-replies/${id}`),
};
