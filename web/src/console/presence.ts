// Whether somebody is at the page: keys, mouse, touch or wheel in the last minute.
const LATELY_MS = 60_000;

let last = -Infinity;

/** Call it once: listens for signs of a person. */
export function watchForAPerson(target: Pick<EventTarget, "addEventListener"> = document, now = Date.now): void {
  const here = () => {
    last = now();
  };
  here();
  for (const sign of ["keydown", "pointerdown", "pointermove", "wheel"])
    target.addEventListener(sign, here, { capture: true, passive: true });
}

export const personIsHere = (now = Date.now()) => now - last < LATELY_MS;
