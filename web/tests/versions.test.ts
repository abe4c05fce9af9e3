import { expect, test } from "vitest";
import type { CannedVersion } from "../src/console/canned/api";
import { kindLines } from "../src/console/canned/CannedHistory";
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

test("what kind of case a canned reply is for is compared too, and nothing stands of one that was thrown away", () => {
  const version = (kind: CannedVersion["kind"], dropped = false) => ({ kind, dropped }) as CannedVersion;
  const said = (inUse: CannedVersion, old: CannedVersion) => kindLines(inUse, old).map((line) => `${line.mark} ${line.text}`);
  expect(said(version("skin"), version("skin"))).toEqual(["same 用于：皮肤"]);
  expect(said(version("skin"), version(""))).toEqual(["removed 用于：皮肤", "added 用于：所有病例"]);
  expect(said(version("", true), version("skin"))).toEqual(["added 用于：皮肤"]);
  expect(said(version("skin"), version("", true))).toEqual(["removed 用于：皮肤"]);
});
