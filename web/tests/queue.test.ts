import { expect, test } from "vitest";
import { type CaseRow, queryOf } from "../src/console/cases/api";
import { changed, extended, following, merged, neighbour, NOTHING, type Shown } from "../src/console/cases/queue";

const row = (id: string, more: Partial<CaseRow> = {}) => ({ id, state: "open", claimed_by: null, complaint: "", ...more }) as CaseRow;
const shown = (...rows: CaseRow[]): Shown => ({ rows, next: null, fresh: 0 });
const ids = ({ rows }: Shown) => rows.map(({ id }) => id).join("");

test("what is new is counted and moves nothing; what is known changes where it stands", () => {
  const after = merged(shown(row("b"), row("c")), [row("a"), row("b", { claimed_by: "lin" }), row("d")]);
  expect(ids(after)).toBe("bc");
  expect(after.fresh).toBe(2);
  expect(after.rows[0]?.claimed_by).toBe("lin");
  expect(merged(NOTHING, [row("a")])).toMatchObject({ rows: [], fresh: 1 });
});

test("a further page comes behind, without those that are shown already", () => {
  const page = { rows: [row("b"), row("c")], next: "cursor" };
  const after = extended(shown(row("a"), row("b")), page);
  expect([ids(after), after.next]).toEqual(["abc", "cursor"]);
});

test("after closing comes the next that is one's own or nobody's, from the top again at the end", () => {
  const rows = [row("a"), row("b", { claimed_by: "zhou" }), row("c", { state: "closed" }), row("d", { claimed_by: "lin" })];
  expect(following(rows, "a", "lin")?.id).toBe("d");
  expect(following(rows, "d", "lin")?.id).toBe("a");
  expect(following([row("a")], "a", "lin")).toBeUndefined();
  expect(following(changed(shown(...rows), "d", { state: "closed" }).rows, "a", "lin")).toBeUndefined();
});

test("up and down stop at the ends", () => {
  const rows = [row("a"), row("b")];
  expect(neighbour(rows, "a", -1)?.id).toBe("a");
  expect(neighbour(rows, "a", 1)?.id).toBe("b");
  expect(neighbour(rows, undefined, 1)?.id).toBe("a");
  expect(neighbour([], "a", 1)).toBeUndefined();
});

test("a filter is asked for as the routes read it", () => {
  expect(queryOf({ view: "open", kind: "", level: "" })).toBe("");
  expect(queryOf({ view: "closed", kind: "skin", level: "urgent" }, "x=")).toBe("state=closed&kind=skin&level=urgent&after=x%3D");
  expect(queryOf({ view: "mine", kind: "", level: "" })).toBe("mine=true");
});
