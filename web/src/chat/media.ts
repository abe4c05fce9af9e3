/** What may be sent, and the guide shown before the camera opens. */
import type { ChatConfig, GuideSubject, MediaKind } from "./protocol";

const MEGABYTE = 1024 * 1024;

export const KIND_NAMES: Record<MediaKind, string> = { image: "照片", video: "视频", voice: "语音", file: "文件" };

/** What is sent for each guide. */
export const SUBJECT_KIND: Record<GuideSubject, MediaKind> = { skin: "image", report: "image", rehab: "video" };

export interface Guide {
  title: string;
  tips: string[];
}

export const GUIDES: Record<GuideSubject, Guide> = {
  skin: {
    title: "拍皮肤照片",
    tips: ["离皮肤约 20 厘米，先对焦再拍", "白天窗边的自然光，不开闪光灯", "一张拍整体，一张拍最明显的地方"],
  },
  report: {
    title: "拍报告单",
    tips: ["放平在桌面，四个角都拍进去", "光线均匀，不要有反光和手影", "字看得清再发；有几页就拍几张"],
  },
  rehab: {
    title: "拍康复动作视频",
    tips: ["手机横放固定，离人 2 到 3 米，从头到脚都在画面里", "按医生要求选正面或侧面，同一个动作做 3 次", "不超过 1 分钟，旁边最好有人保护"],
  },
};

export function limitOf(kind: MediaKind, config: ChatConfig | null): number {
  return config ? config.limits[`${kind}_bytes`] : Number.POSITIVE_INFINITY;
}

/** A sentence when the file is too large to be taken, told before a byte is sent. */
export function sizeProblem(file: { size: number }, kind: MediaKind, config: ChatConfig | null): string | undefined {
  if (file.size === 0) return "文件是空的，请重新选择。";
  const limit = limitOf(kind, config);
  if (file.size <= limit) return undefined;
  return `${KIND_NAMES[kind]}太大了（上限 ${Math.round(limit / MEGABYTE)} MB），请换一个小一点的。`;
}

/** What a picked file is: many pickers hand out any file whatever was asked for. */
export function kindOf(type: string): MediaKind {
  if (type.startsWith("image/")) return "image";
  if (type.startsWith("video/")) return "video";
  if (type.startsWith("audio/")) return "voice";
  return "file";
}
