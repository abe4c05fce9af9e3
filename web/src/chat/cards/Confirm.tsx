import { useChat } from "../context";
import type { ConfirmCard } from "../protocol";

/** A booking before it is made: read, then one big button. */
export function ConfirmView({ card, pressable }: { card: ConfirmCard; pressable: boolean }) {
  const { chat } = useChat();
  return (
    <section className="card card-confirm" aria-label={card.title}>
      <h3>{card.title}</h3>
      <dl className="rows">
        {card.rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {pressable && (
        <div className="confirm-buttons">
          <button
            type="button"
            className="button button-main button-big"
            onClick={() => chat.choose(card.confirm.title, card.confirm.payload)}
          >
            {card.confirm.title}
          </button>
          <button
            type="button"
            className="button button-plain"
            onClick={() => chat.choose(card.change.title, card.change.payload)}
          >
            {card.change.title}
          </button>
        </div>
      )}
    </section>
  );
}
