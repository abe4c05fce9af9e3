// Reads the engines' JSON leniently: what is missing or of another shape is simply not shown.

import type { Finding } from "../cases/api";

export type Json = Record<string, unknown>;

export const record = (value: unknown): Json => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {});
export const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(record) : []);
export const words = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
export const number = (value: unknown): number | undefined => (typeof value === "number" && Number.isFinite(value) ? value : undefined);
export const string = (value: unknown): string => (typeof value === "string" ? value : "");

export const percent = (share: number) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)}%`;

const LESION: Record<string, string> = {
  ACK: "光化性角化病",
  BCC: "基底细胞癌",
  MEL: "黑色素瘤",
  NEV: "色素痣",
  SCC: "鳞状细胞癌",
  SEK: "脂溢性角化病",
  akiec: "光化性角化 / 鲍恩病",
  bcc: "基底细胞癌",
  bkl: "良性角化样病变",
  df: "皮肤纤维瘤",
  mel: "黑色素瘤",
  nv: "色素痣",
  vasc: "血管性病变",
};

export const lesionName = (name: string) => (LESION[name] ? `${LESION[name]}（${name}）` : name);

export const RISK: Record<string, string> = {
  urgent: "高风险：两周内面诊",
  dermatologist: "建议皮肤科面诊",
  watch: "看起来良性：观察",
  unclear: "机器看不准",
};

/** Classes with their probabilities, the likeliest first. */
export function likely(data: Json): { name: string; share: number }[] {
  return Object.entries(record(data["probabilities"]))
    .flatMap(([name, value]) => (number(value) === undefined ? [] : [{ name, share: number(value)! }]))
    .sort((one, other) => other.share - one.share);
}

export interface Box {
  page: number;
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Item {
  name: string;
  value: string;
  unit: string;
  low: number | undefined;
  high: number | undefined;
  flag: string;
  critical: boolean;
  confidence: number | undefined;
  asked: boolean;
  /** Not what was read, but what the patient says the sheet shows. */
  told: boolean;
  box: Box | undefined;
}

const boxOf = (value: unknown): Box | undefined => {
  const { page, left, top, right, bottom } = record(value);
  const [p, l, t, r, b] = [page, left, top, right, bottom].map(number);
  return l === undefined || t === undefined || r === undefined || b === undefined ? undefined : { page: p ?? 0, left: l, top: t, right: r, bottom: b };
};

/** The rows of a laboratory report, as the patient has put them right: that is what a clinician agrees to. */
export const items = (data: Json): Item[] => {
  const age = number(record(data["patient"])["age_years"]) ?? ADULT;
  return list(data["items"]).map((row) => {
    const read = string(row["value_text"]) || String(row["value"] ?? "");
    const told = string(row["confirmed"]);
    const changed = told !== "" && told !== read;
    return {
      name: string(row["title"]) || string(row["name"]),
      value: changed ? told : read,
      unit: string(row["unit"]),
      low: number(row["low"]),
      high: number(row["high"]),
      flag: changed ? flagOf(Number(told), number(row["low"]), number(row["high"])) : string(row["flag"]),
      critical: changed ? beyond(row, Number(told), age) : Object.keys(record(row["critical"])).length > 0,
      confidence: number(row["confidence"]),
      asked: told === "" && Object.keys(record(row["ask_back"])).length > 0,
      told: changed,
      box: boxOf(row["box"]) ?? boxOf(record(row["ask_back"])["box"]),
    };
  });
};

// As the house judges it (care/report/critical.py): without an age on the sheet the rules for adults hold.
const ADULT = 40;
const beyond = (row: Json, value: number, age: number) =>
  list(row["critical_limits"]).some((limit) => {
    const [from, to] = Array.isArray(limit["age"]) ? (limit["age"] as unknown[]).map(number) : [];
    const [low, high] = [number(limit["low"]), number(limit["high"])];
    if (from === undefined || to === undefined || age < from || age >= to) return false;
    return (low !== undefined && value < low) || (high !== undefined && value > high);
  });

const flagOf = (value: number, low: number | undefined, high: number | undefined) => {
  if (!Number.isFinite(value)) return "unknown";
  if (low !== undefined && value < low) return "low";
  if (high !== undefined && value > high) return "high";
  return low === undefined && high === undefined ? "unknown" : "normal";
};

export interface Page {
  number: number;
  media_id: string;
  /** In the pixels that boxes are in; unknown to older versions of the engine, which then are the picture's own. */
  size: { width: number; height: number } | undefined;
}

const PAGE = /^page(?:_(\d+))?$/;

/** The pages of a report in order: as the engine drew them, else the patient's own photo. */
export function pages({ data, files, source }: Pick<Finding, "data" | "files" | "source">): Page[] {
  const sizes = Array.isArray(data["page_sizes"]) ? (data["page_sizes"] as unknown[]) : [];
  const sizeOf = (page: number) => {
    const [width, height] = Array.isArray(sizes[page]) ? (sizes[page] as unknown[]).map(number) : [];
    return width && height ? { width, height } : undefined;
  };
  const drawn = Object.entries(files).flatMap(([role, { media_id }]) => {
    const found = PAGE.exec(role);
    return found ? [{ number: Number(found[1] ?? 0), media_id }] : [];
  });
  const own = source?.media_type.startsWith("image/") ? [{ number: 0, media_id: source.media_id }] : [];
  return (drawn.length ? drawn : own)
    .sort((one, other) => one.number - other.number)
    .map((page) => ({ ...page, size: sizeOf(page.number) }));
}

export const FLAG: Record<string, string> = { high: "↑", low: "↓", abnormal: "异常", normal: "", unknown: "" };

export const range = ({ low, high }: Item) =>
  low !== undefined && high !== undefined ? `${low}–${high}` : low !== undefined ? `≥ ${low}` : high !== undefined ? `≤ ${high}` : "";

export interface Turn {
  start: number;
  end: number;
  range: number | undefined;
  tempo: number | undefined;
  faults: string[];
}

/** The repetitions of an exercise, in seconds of the clip. */
export const repetitions = (data: Json): Turn[] =>
  list(data["repetitions"]).flatMap((row) => {
    const [start, end] = [number(row["start"]), number(row["end"])];
    if (start === undefined || end === undefined) return [];
    return [{ start, end, range: number(row["range_deg"]), tempo: number(row["tempo_s"]), faults: words(row["faults"]) }];
  });

const EXERCISE: Record<string, string> = {
  squat: "深蹲",
  sit_to_stand: "坐站练习",
  knee_extension: "坐位伸膝",
  straight_leg_raise: "直腿抬高",
  shoulder_flexion: "肩前屈",
  shoulder_abduction: "肩外展",
  elbow_flexion: "屈肘",
  heel_raise: "提踵",
  forward_lunge: "前弓步",
  side_lunge: "侧弓步",
  bridge: "臀桥",
  plank: "平板支撑",
  push_up: "俯卧撑",
  trunk_side_bend: "躯干侧弯",
  cervical_rotation: "颈部旋转",
};

export const exerciseName = (name: string) => EXERCISE[name] ?? name;

export const FORM: Record<string, string> = { correct: "动作正确", incorrect: "动作有误", not_assessable: "无法评估" };
