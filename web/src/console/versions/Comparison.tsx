import type { Line } from "./api";

const SIGN = { same: " ", removed: "−", added: "+" } as const;
const SAID = { same: "", removed: "删去：", added: "新增：" } as const;

/** Lines on either side of a change are shown with it; the rest is not. */
const AROUND = 2;

/** What changes, line by line; a sign and a word besides the colour. */
export function Comparison({ lines, label }: { lines: Line[]; label: string }) {
  if (lines.every((line) => line.mark === "same")) return <p className="muted">没有改动。</p>;
  return (
    <ol className="comparison" aria-label={label}>
      {lines.map((line, at) =>
        near(lines, at) ? (
          <li key={at} className={line.mark}>
            <span aria-hidden="true">{SIGN[line.mark]}</span>
            <span className="only-read">{SAID[line.mark]}</span>
            <code>{line.text}</code>
          </li>
        ) : null,
      )}
    </ol>
  );
}

export const near = (lines: readonly Line[], at: number) =>
  lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some((line) => line.mark !== "same");
