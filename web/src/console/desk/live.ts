import { useEffect, useRef, useState } from "react";

export type Topic = "cases" | "alerts" | "conversations";

type Listener = (topics: ReadonlySet<Topic>) => void;

const listeners = new Set<Listener>();
let source: EventSource | undefined;
let alive = false;
const watchers = new Set<(alive: boolean) => void>();
let onEnded = () => {};

const tell = (now: boolean) => {
  alive = now;
  for (const watcher of watchers) watcher(now);
};

/** Opens the one stream of this page; it mends itself. `ended` is called when the session is over. */
export function listen(ended: () => void): () => void {
  onEnded = ended;
  source = new EventSource("/api/console/events");
  source.addEventListener("open", () => tell(true));
  source.addEventListener("changed", (event) => {
    const topics = new Set(JSON.parse((event as MessageEvent<string>).data) as Topic[]);
    for (const listener of listeners) listener(topics);
  });
  source.addEventListener("ended", () => onEnded());
  source.addEventListener("error", () => {
    tell(false);
    // A refused stream is never opened again by the browser: the session may be over.
    if (source?.readyState === EventSource.CLOSED) onEnded();
  });
  return () => {
    source?.close();
    source = undefined;
    tell(false);
  };
}

/** Calls `act` when one of `topics` has moved. */
export function useLive(topics: readonly Topic[], act: () => void): void {
  const current = useRef(act);
  current.current = act;
  const wanted = topics.join();
  useEffect(() => {
    const listener: Listener = (moved) => {
      if (wanted.split(",").some((topic) => moved.has(topic as Topic))) current.current();
    };
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, [wanted]);
}

/** Whether the stream is open now. */
export function useConnected(): boolean {
  const [connected, setConnected] = useState(alive);
  useEffect(() => {
    watchers.add(setConnected);
    return () => void watchers.delete(setConnected);
  }, []);
  return connected;
}
