import { Button } from "antd";
import { type PointerEvent, type ReactNode, useEffect, useRef, useState, type WheelEvent } from "react";

const MOST = 8;
const STEP = 1.25;

interface View {
  scale: number;
  x: number;
  y: number;
}

const WHOLE: View = { scale: 1, x: 0, y: 0 };

/** Zooms about a point of the frame, never below the whole picture. */
export function zoomed({ scale, x, y }: View, by: number, at: { x: number; y: number }): View {
  const next = Math.min(MOST, Math.max(1, scale * by));
  if (next === 1) return WHOLE;
  const ratio = next / scale;
  return { scale: next, x: at.x - (at.x - x) * ratio, y: at.y - (at.y - y) * ratio };
}

/** A picture that the wheel zooms where the pointer is and the mouse drags; buttons do the same for the keyboard. */
export function Zoomable({ children, label, tools }: { children: ReactNode; label: string; tools?: ReactNode }) {
  const frame = useRef<HTMLDivElement>(null);
  const [view, setView] = useState(WHOLE);
  const drag = useRef<{ x: number; y: number } | undefined>(undefined);

  useEffect(() => {
    // React's own listener is passive: the page would scroll too.
    const stop = (event: Event) => event.preventDefault();
    const element = frame.current;
    element?.addEventListener("wheel", stop, { passive: false });
    return () => element?.removeEventListener("wheel", stop);
  }, []);

  const place = (event: { clientX: number; clientY: number }) => {
    const box = frame.current!.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const wheel = (event: WheelEvent) => {
    const at = place(event);
    setView((before) => zoomed(before, event.deltaY < 0 ? STEP : 1 / STEP, at));
  };
  const middle = () => ({ x: (frame.current?.clientWidth ?? 0) / 2, y: (frame.current?.clientHeight ?? 0) / 2 });
  const by = (factor: number) => setView((before) => zoomed(before, factor, middle()));
  const move = (event: PointerEvent) => {
    if (!drag.current) return;
    const [dx, dy] = [event.clientX - drag.current.x, event.clientY - drag.current.y];
    drag.current = { x: event.clientX, y: event.clientY };
    setView((before) => (before.scale === 1 ? before : { ...before, x: before.x + dx, y: before.y + dy }));
  };
  return (
    <figure className="zoomable">
      <figcaption className="zoom-tools">
        {tools}
        <span className="spacer" />
        <span className="muted" role="status">
          {Math.round(view.scale * 100)}%
        </span>
        <Button size="small" aria-label="缩小" onClick={() => by(1 / STEP)}>
          −
        </Button>
        <Button size="small" aria-label="放大" onClick={() => by(STEP)}>
          ＋
        </Button>
        <Button size="small" onClick={() => setView(WHOLE)}>
          全图
        </Button>
      </figcaption>
      <div
        ref={frame}
        className="zoom-frame"
        role="img"
        aria-label={label}
        onWheel={wheel}
        onPointerDown={(event) => {
          drag.current = { x: event.clientX, y: event.clientY };
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={move}
        onPointerUp={() => {
          drag.current = undefined;
        }}
        onDoubleClick={() => setView(WHOLE)}
      >
        <div className="zoom-content" style={{ transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})` }}>
          {children}
        </div>
      </div>
    </figure>
  );
}
