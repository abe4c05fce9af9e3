import { expect, test } from "vitest";
import { parsed } from "../src/console/desk/route";
import type { Line } from "../src/console/versions/api";
import { near } from "../src/console/versions/Comparison";

test("of a long text only the lines around a change are shown", () => {
  const lines: Line[] = Array.from({ length: 9 }, (_, at) => ({ mark: at === 4 ? "added" : "same", text: String(at) }));
  expect(lines.map((_, at) => near(lines, at))).toEqual([false, false, true, true, true, true, true, false, false]);
});

test("the pages of what the house says and screens for have an address", () => {
  expect(parsed("#/knowledge", ["figures", "knowledge"])).toEqual({ page: "knowledge", id: undefined });
  expect(parsed("#/safety", ["cases"]).page).toBe("cases");
});
