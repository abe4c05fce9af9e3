import { useCallback, useEffect, useRef, useState } from "react";

/** Calls `load` now and every `everyMs`, never twice at once; keeps what it last gave. */
export function usePolled<T>(load: () => Promise<T>, everyMs: number): { value: T | undefined; reload: () => void; error: string } {
  const [value, setValue] = useState<T>();
  const [error, setError] = useState("");
  const [round, setRound] = useState(0);
  const current = useRef(load);
  current.current = load;
  useEffect(() => {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout>;
    const once = async () => {
      try {
        const next = await current.current();
        if (!stopped) {
          setValue(next);
          setError("");
        }
      } catch (problem) {
        if (!stopped) setError(problem instanceof Error ? problem.message : String(problem));
      }
      if (!stopped) timer = setTimeout(once, everyMs);
    };
    void once();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [everyMs, round, load]);
  const reload = useCallback(() => setRound((number) => number + 1), []);
  return { value, reload, error };
}

/** "3 分钟前", for a list; the exact time belongs into a title. */
export function ago(iso: string | null, now = Date.now()): string {
  if (!iso) return "";
  const seconds = Math.max(0, Math.round((now - Date.parse(iso)) / 1000));
  if (seconds < 60) return `${seconds} 秒`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} 分钟`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} 小时`;
  return `${Math.floor(seconds / 86400)} 天`;
}

export const exact = (iso: string | null) => (iso ? new Date(iso).toLocaleString("zh-CN") : "");
