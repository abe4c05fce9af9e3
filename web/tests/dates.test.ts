import { describe, expect, it } from "vitest";

import { clock, dayName, longDay, partOfDay, stamp, yuan } from "../src/chat/dates";

// 2026-12-01 is a Tuesday; 23:30 in Shanghai is still the 1st there and 15:30 UTC.
const NOW = new Date("2026-12-01T15:30:00Z");

describe("dates in the hospital's time zone", () => {
  it.each([
    ["2026-12-01T02:00:00Z", "今天"],
    ["2026-12-01T16:30:00Z", "明天"],
    ["2026-12-03T01:00:00Z", "后天"],
    ["2026-12-06T01:00:00Z", "周日"],
    ["2026-11-30T01:00:00Z", "昨天"],
  ])("%s is %s", (iso, expected) => expect(dayName(iso, NOW)).toBe(expected));

  it("says day, clock and part of the day", () => {
    expect(longDay("2026-12-02T01:00:00Z", NOW)).toBe("12月2日 明天");
    expect(clock("2026-12-02T00:05:00Z")).toBe("08:05");
    expect(clock("2026-12-01T16:00:00Z")).toBe("00:00");
    expect(partOfDay("2026-12-02T03:59:00Z")).toBe("上午");
    expect(partOfDay("2026-12-02T04:00:00Z")).toBe("下午");
    expect(partOfDay("2026-12-02T10:00:00Z")).toBe("晚上");
    expect(stamp("2026-12-01T15:00:00Z", NOW)).toBe("23:00");
    expect(stamp("2026-11-30T15:00:00Z", NOW)).toBe("11月30日 昨天 23:00");
  });

  it.each([
    ["50.00", "¥50"],
    ["20.50", "¥20.50"],
    ["7", "¥7"],
  ])("fee %s is %s", (fee, expected) => expect(yuan(fee)).toBe(expected));
});
