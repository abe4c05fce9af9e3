import { useCallback, useEffect, useState } from "react";
import { useKeys } from "../desk/keys";
import { useLive } from "../desk/live";
import { sourceOf, type Suggestion, suggestions } from "./suggested";

interface Props {
  conversation: string;
  /** Whatever changes when there may be others: who holds it, the last message. */
  stand: string;
  /** Ids of the box that is then written on in. */
  box: string;
  disabled?: boolean;
  onTake: (one: Suggestion) => void;
}

/** Up to three answers with their sources; a click or the key 1, 2, 3 puts one into the box. None is sent from here. */
export function Suggestions({ conversation, stand, box, disabled = false, onTake }: Props) {
  const [rows, setRows] = useState<Suggestion[]>([]);
  const [moment, setMoment] = useState(0);
  useLive(
    ["conversations"],
    useCallback(() => setMoment((now) => now + 1), []),
  );
  useEffect(() => {
    let stopped = false;
    suggestions(conversation).then(
      (found) => stopped || setRows(found.rows),
      () => stopped || setRows([]),
    );
    return () => {
      stopped = true;
    };
  }, [conversation, stand, moment]);
  const take = (place: number) => {
    const one = rows[place];
    if (!one || disabled) return;
    onTake(one);
    document.querySelector<HTMLTextAreaElement>(`#${box}`)?.focus();
  };
  useKeys({ "1": () => take(0), "2": () => take(1), "3": () => take(2) });
  if (!rows.length) return null;
  return (
    <section className="suggestions" aria-label="建议的回答，选一条放进回复框，改好再发">
      <ul>
        {rows.map((one, place) => (
          <li key={one.id}>
            <button type="button" disabled={disabled} aria-keyshortcuts={String(place + 1)} title={one.text} onClick={() => take(place)}>
              <kbd aria-hidden="true">{place + 1}</kbd>
              <span className="suggestion-text">{one.text}</span>
              <span className="suggestion-source">{sourceOf(one)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
