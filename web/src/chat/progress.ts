/** How far a file has come, in the patient's words: 已收到 → 检查清晰度 → 分析 → 交给医生. */
import type { MediaStage, ServerMessage } from "./protocol";

const ORDER: readonly MediaStage[] = ["received", "checking", "analysing", "done", "handed_over"];

/** The steps of one file, and which are done. A file that needs no doctor is never said to be on its way to one. */
export function stepsOf(message: ServerMessage): [name: string, done: boolean][] {
  // Messages of before there were stages tell by their state alone.
  const at = message.stage ? ORDER.indexOf(message.stage) : message.media ? 2 : 0;
  const handed = message.stage === "handed_over" || message.state === "waiting";
  const over = message.stage === "done" && !handed;
  return [
    ["已收到", true],
    ...(message.state === "held" ? ([["等您同意", false]] as [string, boolean][]) : []),
    [message.kind === "image" ? "检查清晰度" : "检查文件", at >= ORDER.indexOf("analysing")],
    ["分析", at >= ORDER.indexOf("done") || handed],
    over ? ["看完了", true] : ["交给医生", handed],
  ];
}

/** Whether somebody waits for the engines right now. */
export function isLookedAt(message: ServerMessage): boolean {
  return message.state !== "held" && (message.stage === "checking" || message.stage === "analysing");
}
