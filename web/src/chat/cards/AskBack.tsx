import { useState } from "react";

import type { AskBackCard } from "../protocol";

// Around the place that is asked about, as a share of the strip's height: the row must be known again.
const AROUND = 1.2;
const LEAST_SHARE = 0.45;

/** The place on the patient's own sheet, cut out of its page and enlarged. */
export function AskBackView({ card }: { card: AskBackCard }) {
  const [page, setPage] = useState<{ width: number; height: number } | null>(null);
  const [gone, setGone] = useState(false);
  if (gone) return null; // the question stands in words beside it
  const box = page && inPixels(card.box, page);
  const cut = page && box && cutOut(box, page);
  return (
    <figure className="card ask-back">
      <figcaption>{card.title}</figcaption>
      <div className="cut" style={cut ? { aspectRatio: `${cut.width} / ${cut.height}` } : undefined}>
        <img
          src={card.picture}
          alt={card.title}
          onLoad={(event) =>
            setPage({ width: event.currentTarget.naturalWidth, height: event.currentTarget.naturalHeight })
          }
          onError={() => setGone(true)}
          style={
            page && cut
              ? {
                  width: `${(page.width / cut.width) * 100}%`,
                  left: `${(-cut.left / cut.width) * 100}%`,
                  top: `${(-cut.top / cut.height) * 100}%`,
                }
              : undefined
          }
        />
        {cut && box && (
          <span
            className="mark"
            style={{
              left: `${((box[0] - cut.left) / cut.width) * 100}%`,
              top: `${((box[1] - cut.top) / cut.height) * 100}%`,
              width: `${((box[2] - box[0]) / cut.width) * 100}%`,
              height: `${((box[3] - box[1]) / cut.height) * 100}%`,
            }}
          />
        )}
      </div>
    </figure>
  );
}

type Rectangle = AskBackCard["box"];

function inPixels([left, top, right, bottom]: Rectangle, page: { width: number; height: number }): Rectangle {
  return [left * page.width, top * page.height, right * page.width, bottom * page.height];
}

/** The part of the page that is shown: the box with what is around it, never beyond the page. */
export function cutOut(
  [left, top, right, bottom]: Rectangle,
  page: { width: number; height: number },
): { left: number; top: number; width: number; height: number } {
  const height = Math.min(page.height, (bottom - top) * (1 + 2 * AROUND));
  const width = Math.min(page.width, Math.max((right - left) * (1 + 2 * AROUND), page.width * LEAST_SHARE, height * 3));
  const within = (middle: number, size: number, whole: number) =>
    Math.min(Math.max(0, middle - size / 2), whole - size);
  return {
    left: within((left + right) / 2, width, page.width),
    top: within((top + bottom) / 2, height, page.height),
    width,
    height,
  };
}
