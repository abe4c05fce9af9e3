import type { CaseRow } from "./api";

/** What the queue shows: rows stay where they are until the person asks for the new ones. */
export interface Shown {
  rows: readonly CaseRow[];
  next: string | null;
  /** Cases that have come since and are not shown yet. */
  fresh: number;
}

export const NOTHING: Shown = { rows: [], next: null, fresh: 0 };

/** A first page as it was just read, put into what is shown: known rows change in place, new ones are only counted,
 * and rows that are gone stay until the next time everything is shown anew. */
export function merged(shown: Shown, latest: readonly CaseRow[]): Shown {
  if (!shown.rows.length) return { ...shown, fresh: latest.length };
  const now = new Map(latest.map((row) => [row.id, row]));
  const known = new Set(shown.rows.map((row) => row.id));
  return {
    ...shown,
    rows: shown.rows.map((row) => now.get(row.id) ?? row),
    fresh: latest.filter((row) => !known.has(row.id)).length,
  };
}

/** A further page behind what is shown. */
export function extended(shown: Shown, page: { rows: CaseRow[]; next: string | null }): Shown {
  const known = new Set(shown.rows.map((row) => row.id));
  return { ...shown, rows: [...shown.rows, ...page.rows.filter((row) => !known.has(row.id))], next: page.next };
}

/** Marks a case in place: what this person did shows at once. */
export function changed(shown: Shown, id: string, change: Partial<CaseRow>): Shown {
  return { ...shown, rows: shown.rows.map((row) => (row.id === id ? { ...row, ...change } : row)) };
}

/** The case to open after `id`: the next one that is this person's or nobody's, from the top again at the end. */
export function following(rows: readonly CaseRow[], id: string | undefined, me: string): CaseRow | undefined {
  const at = rows.findIndex((row) => row.id === id);
  const around = [...rows.slice(at + 1), ...rows.slice(0, Math.max(at, 0))];
  return around.find((row) => row.state !== "closed" && (row.claimed_by === null || row.claimed_by === me));
}

/** One row up or down from `id`; stays at the ends. */
export function neighbour(rows: readonly CaseRow[], id: string | undefined, step: 1 | -1): CaseRow | undefined {
  const at = rows.findIndex((row) => row.id === id);
  if (at < 0) return rows[0];
  return rows[Math.min(rows.length - 1, Math.max(0, at + step))];
}
