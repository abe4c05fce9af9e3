// See clinic/figures.py.
import { call } from "../http";

export interface Waited {
  number: number;
  median_s: number | null;
  p90_s: number | null;
}

export interface Traffic {
  at: string;
  patient: number;
  bot: number;
  staff: number;
}

export interface Figures {
  traffic: Traffic[];
  conversations: number;
  alone: number;
  alone_share: number | null;
  waits: Record<string, Waited>;
  alarms: { raised: number; acknowledged: number; rang: number; waited: Waited };
  content: { asked: number; answered: number; mean: number | null; scores: Record<string, number> };
  topics: Record<string, number>;
  departments: Record<string, number>;
  cases: Record<string, number>;
  began_as_suggestions: number;
  follow_ups: { running: number; asked: number; answered: number; cases: number };
}

export interface Asked {
  first: string;
  last: string;
  by: "hour" | "day";
}

const queryOf = (asked: Asked) => new URLSearchParams({ ...asked }).toString();

export const readFigures = (asked: Asked) => call<Figures>("GET", `/figures?${queryOf(asked)}`);
export const csvUrl = (asked: Asked) => `/api/console/figures.csv?${queryOf(asked)}`;
