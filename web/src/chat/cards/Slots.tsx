import { useId, useState, type KeyboardEvent } from "react";

import { useChat } from "../context";
import { clock, dayKey, dayName, longDay, monthDay, partOfDay, yuan } from "../dates";
import type { SlotCard, SlotOption } from "../protocol";

/** A strip of dates, and the times of the chosen one in blocks: booking without the keyboard. */
export function SlotsView({ card, pressable }: { card: SlotCard; pressable: boolean }) {
  const { chat } = useChat();
  const id = useId();
  const days = groupBy(card.slots, (slot) => dayKey(slot.starts_at));
  const [chosen, setChosen] = useState(days.keys().next().value ?? "");
  const slots = days.get(chosen) ?? [];
  const parts = groupBy(slots, (slot) => partOfDay(slot.starts_at));
  const keys = [...days.keys()];

  const moved = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = keys[(keys.indexOf(chosen) + step + keys.length) % keys.length];
    if (next === undefined) return;
    setChosen(next);
    document.getElementById(`${id}${next}`)?.focus();
  };

  if (card.slots.length === 0) {
    return <section className="card card-empty">{card.department} 最近没有号了，可以换一天或换个科室再看看。</section>;
  }
  return (
    <section className="card card-slots" aria-label={`${card.department} 可预约的时间`}>
      <h3>{card.department}</h3>
      <div className="dates" role="tablist" aria-label="日期" onKeyDown={moved}>
        {[...days].map(([day, of]) => {
          const at = of[0]?.starts_at ?? day;
          return (
            <button
              key={day}
              id={`${id}${day}`}
              type="button"
              role="tab"
              aria-selected={day === chosen}
              aria-controls={`${id}panel`}
              tabIndex={day === chosen ? 0 : -1}
              onClick={() => setChosen(day)}
            >
              <span>{dayName(at)}</span>
              <b>{monthDay(at)}</b>
            </button>
          );
        })}
      </div>
      <div id={`${id}panel`} role="tabpanel" aria-labelledby={`${id}${chosen}`}>
        {[...parts].map(([part, of]) => (
          <div key={part} className="part">
            <h4>{part}</h4>
            <div className="times">
              {of.map((slot) => (
                <SlotButton
                  key={slot.slot_id}
                  slot={slot}
                  disabled={!pressable || slot.remaining === 0 || !slot.payload}
                  onPress={() =>
                    chat.choose(`${longDay(slot.starts_at)} ${clock(slot.starts_at)} ${slot.doctor}`, slot.payload)
                  }
                />
              ))}
            </div>
          </div>
        ))}
      </div>
    </section>
  );
}

function SlotButton({ slot, disabled, onPress }: { slot: SlotOption; disabled: boolean; onPress(): void }) {
  return (
    <button type="button" className="time" disabled={disabled} onClick={onPress}>
      <b>{clock(slot.starts_at)}</b>
      <span className="time-doctor">
        {slot.doctor} <span className="quiet">{slot.doctor_title}</span>
      </span>
      <span className="time-foot">
        <span>{yuan(slot.fee)}</span>
        <span className={slot.remaining <= 2 ? "few" : "quiet"}>{slot.remaining ? `余${slot.remaining}` : "已满"}</span>
      </span>
    </button>
  );
}

function groupBy<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
