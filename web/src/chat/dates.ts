/** Dates as patients say them, in the hospital's time zone wherever the phone is. */

let zone = "Asia/Shanghai";

export function setZone(name: string): void {
  zone = name;
}

function parts(iso: string | Date): Record<string, string> {
  const format = new Intl.DateTimeFormat("zh-CN", {
    timeZone: zone,
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    weekday: "short",
    hourCycle: "h23",
  });
  return Object.fromEntries(format.formatToParts(new Date(iso)).map((part) => [part.type, part.value]));
}

/** "2026-12-02": a key to group by. */
export function dayKey(iso: string | Date): string {
  const { year, month, day } = parts(iso);
  return `${year}-${month?.padStart(2, "0")}-${day?.padStart(2, "0")}`;
}

export function clock(iso: string | Date): string {
  const { hour, minute } = parts(iso);
  return `${hour}:${minute}`;
}

/** "12月2日". */
export function monthDay(iso: string | Date): string {
  const { month, day } = parts(iso);
  return `${month}月${day}日`;
}

/** "今天", "明天", "后天" or "周三". */
export function dayName(iso: string | Date, now: Date = new Date()): string {
  const days = (Date.parse(dayKey(iso)) - Date.parse(dayKey(now))) / 86_400_000;
  return { 0: "今天", 1: "明天", 2: "后天", [-1]: "昨天" }[days] ?? parts(iso).weekday ?? "";
}

/** "12月2日 周三". */
export function longDay(iso: string | Date, now: Date = new Date()): string {
  return `${monthDay(iso)} ${dayName(iso, now)}`;
}

export function partOfDay(iso: string | Date): "上午" | "下午" | "晚上" {
  const hour = Number(parts(iso).hour);
  if (hour < 12) return "上午";
  return hour < 18 ? "下午" : "晚上";
}

/** When a message was written: only the clock today, with the day before. */
export function stamp(iso: string, now: Date = new Date()): string {
  return dayKey(iso) === dayKey(now) ? clock(iso) : `${longDay(iso, now)} ${clock(iso)}`;
}

/** "¥20", "¥20.50": the fee comes as a decimal string. */
export function yuan(amount: string): string {
  return `¥${amount.replace(/\.00?$/, "")}`;
}
