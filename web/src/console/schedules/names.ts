import type { PartOfDay } from "./api";

export const PART: Record<PartOfDay, string> = { morning: "上午", afternoon: "下午", evening: "夜间" };
