import type { ConsentCard } from "../protocol";

/** What is asked for, before the answers that stand below as buttons; the whole text is one touch away. */
export function ConsentView({ card, text }: { card: ConsentCard; text: string }) {
  return (
    <section className="card card-consent" aria-label={`请您同意：${card.title}`}>
      <h3>{card.title}</h3>
      <p>{text}</p>
      <a href={card.link} target="_blank" rel="noopener">
        查看全文
      </a>
    </section>
  );
}
