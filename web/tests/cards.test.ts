import { describe, expect, it } from "vitest";

import { beside } from "../src/chat/beside";
import { cutOut } from "../src/chat/cards/AskBack";
import type { AskBackCard, ProgressCard, ReportCard } from "../src/chat/protocol";

const page = { width: 1000, height: 1400 };

describe("the cut-out of a sheet", () => {
  it.each([
    ["in the middle", [400, 600, 470, 630]],
    ["in the corner", [0, 0, 60, 30]],
    ["at the far corner", [950, 1380, 1000, 1400]],
    ["as wide as the page", [0, 700, 1000, 720]],
  ] as [string, AskBackCard["box"]][])("%s holds the box and stays on the page", (_, box) => {
    const cut = cutOut(box, page);
    expect(cut.left).toBeGreaterThanOrEqual(0);
    expect(cut.top).toBeGreaterThanOrEqual(0);
    expect(cut.left + cut.width).toBeLessThanOrEqual(page.width);
    expect(cut.top + cut.height).toBeLessThanOrEqual(page.height);
    expect(cut.left).toBeLessThanOrEqual(box[0]);
    expect(cut.top).toBeLessThanOrEqual(box[1]);
    expect(cut.left + cut.width).toBeGreaterThanOrEqual(box[2]);
    expect(cut.top + cut.height).toBeGreaterThanOrEqual(box[3]);
  });
});

describe("the words beside a report", () => {
  const report: ReportCard = {
    kind: "report",
    title: "生化",
    day: null,
    rows: [{ name: "钾", value: "5.6 mmol/L", range: "3.5-5.3", direction: "high", flag: "偏高" }],
    trends: [],
  };

  it("leave out the rows and keep what they mean", () => {
    const text = "共2项：\n· 钾 5.6 mmol/L，偏高（参考 3.5-5.3）\n钾偏高常见于：…（不是诊断）";
    expect(beside(text, report)).toBe("共2项：\n钾偏高常见于：…（不是诊断）");
  });

  it("stay whole beside a drawn progress", () => {
    const card: ProgressCard = { kind: "progress", title: "练习的进展", trends: [], note: "" };
    expect(beside("今天要练：\n深蹲 5次", card)).toBe("今天要练：\n深蹲 5次");
  });

  it("keep the question beside its picture", () => {
    const card: AskBackCard = { kind: "ask_back", title: "请看一眼单子", picture: "/x", box: [0, 0, 1, 1] };
    expect(beside("这里是 1.7 还是 17？\n（还有2处）", card)).toBe("这里是 1.7 还是 17？\n（还有2处）");
  });
});
