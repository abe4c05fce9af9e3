import { useCallback, useEffect, useRef, useState } from "react";
import { account } from "./account";
import { api } from "./api";
import { ApiError } from "./http";

// Until when originals may be seen, by conversation: who comes back within the half hour is not asked again.
const leave = new Map<string, number>();

export interface Originals {
  /** Original texts by message number; empty while they are put away. */
  texts: ReadonlyMap<number, string>;
  /** Seconds left, 0 while put away. */
  left: number;
  problem: string;
  /** Shows them; false when a code and a reason must be given first. */
  show: () => boolean;
  /** Asks for leave with a code and a reason, then shows; rejects with a sentence. */
  ask: (code: string, reason: string) => Promise<void>;
  hide: () => void;
}

/** One conversation's originals: fetched when leave was given, again for new messages, gone when the time is up. */
export function useOriginals(id: string, last: number | undefined): Originals {
  const [until, setUntil] = useState(0);
  const [texts, setTexts] = useState<ReadonlyMap<number, string>>(new Map());
  const [problem, setProblem] = useState("");
  const [now, setNow] = useState(Date.now);
  const fetched = useRef(0);

  const hide = useCallback(() => {
    setUntil(0);
    setTexts(new Map());
    fetched.current = 0;
  }, []);

  const begin = useCallback((end: number) => {
    setProblem("");
    setNow(Date.now());
    setUntil(end);
  }, []);

  useEffect(() => {
    if (!until) return;
    const timer = setInterval(() => {
      setNow(Date.now());
      if (Date.now() >= until) hide();
    }, 1000);
    return () => clearInterval(timer);
  }, [until, hide]);

  useEffect(() => {
    if (!until || last === undefined || last <= fetched.current) return;
    let stopped = false;
    const load = async () => {
      try {
        const { messages } = await api.revealed(id, fetched.current);
        if (stopped) return;
        fetched.current = last;
        setTexts((before) => new Map([...before, ...messages.map(({ seq, text }) => [seq, text] as const)]));
      } catch (failed) {
        if (stopped) return;
        // Signed in anew, or the time was up on the server: leave must be asked for again.
        if (failed instanceof ApiError && failed.status === 403) leave.delete(id);
        setProblem(failed instanceof Error ? failed.message : String(failed));
        hide();
      }
    };
    void load();
    return () => {
      stopped = true;
    };
  }, [id, until, last, hide]);

  const show = useCallback(() => {
    const end = leave.get(id) ?? 0;
    if (end <= Date.now()) return false;
    begin(end);
    return true;
  }, [id, begin]);

  const ask = useCallback(
    async (code: string, reason: string) => {
      const { expires_at } = await account.stepUp({ conversation: id }, code, reason);
      const end = Date.parse(expires_at);
      leave.set(id, end);
      begin(end);
    },
    [id, begin],
  );

  return { texts, left: until ? Math.max(0, Math.round((until - now) / 1000)) : 0, problem, show, ask, hide };
}

/** "29:05". */
export const countdown = (seconds: number) =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
