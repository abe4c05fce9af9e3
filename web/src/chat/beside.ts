/** A reply's text is complete by itself, for channels that draw no card; beside the card only the rest is shown. */
import type { Card } from "./protocol";

const NUMBERED = /^\s*\d+\s*[.、．)]/;
const SENTENCE_END = /[。！？!?：:…~]$/;

/** The sentences of `text` that `card` does not say itself; all of it without a card. */
export function beside(text: string, card: Card | null): string {
  if (!card) return text;
  if (card.kind === "consent" || card.kind === "download") return ""; // these cards say the whole of it
  if (card.kind === "ask_back") return text; // this one shows where to look, and says nothing
  if (card.kind === "progress") return text; // the plan itself; only some of its numbers are drawn
  if (card.kind === "report") return withoutRows(text); // its rows are lines of their own
  const said = [...strings(card)].map(bare).filter((one) => one.length > 1);
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => {
      const words = bare(line);
      if (!words || NUMBERED.test(line) || !SENTENCE_END.test(line)) return false;
      // The card says the whole line, or the line is one of its rows in words.
      return !said.some((one) => one.includes(words)) && said.filter((one) => words.includes(one)).length < 2;
    })
    .join("\n");
}

function withoutRows(text: string): string {
  return text
    .split("\n")
    .filter((line) => !line.startsWith("·"))
    .join("\n");
}

function bare(text: string): string {
  return text.replace(/[\p{P}\p{S}\p{Z}\s]+/gu, "");
}

function* strings(node: unknown): Generator<string> {
  if (typeof node === "string") yield node;
  else if (Array.isArray(node)) for (const item of node) yield* strings(item);
  else if (node && typeof node === "object") {
    for (const [key, item] of Object.entries(node)) if (key !== "payload" && key !== "kind") yield* strings(item);
  }
}
