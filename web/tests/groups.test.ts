import { expect, test } from "vitest";
import { seatOf } from "../src/console/AccountSeat";
import type { ConversationRow } from "../src/console/api";
import { ofGroup, OWN } from "../src/console/conversations/names";

const row = (id: string, skill_group: string, seat: string | null = null) => ({ id, skill_group, seat }) as ConversationRow;
const rows = [row("a", ""), row("b", "insurance"), row("c", "booking"), row("d", "booking", "me")];
const ids = (group: string, own: string[]) => ofGroup(rows, group, own, "me").map(({ id }) => id).join("");

test("one's own groups: theirs, what waits for nobody in particular, and what one has", () => {
  expect(ids(OWN, ["insurance"])).toBe("abd");
  expect(ids(OWN, [])).toBe("abcd");
});

test("one group, or all", () => {
  expect(ids("booking", ["insurance"])).toBe("cd");
  expect(ids("", ["insurance"])).toBe("abcd");
});

test("a seat in a line, by the names of its groups", () => {
  const groups = [{ id: "insurance", name: "医保组" }];
  expect(seatOf(["insurance", "gone"], 3, groups)).toBe("医保组、gone，最多 3 个");
  expect(seatOf([], null, groups)).toBe("");
});
