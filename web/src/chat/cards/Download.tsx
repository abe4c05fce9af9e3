import type { DownloadCard } from "../protocol";
import { stamp } from "../dates";

/** The patient's own data, to be fetched once; the address opens in this browser only. */
export function DownloadView({ card, text }: { card: DownloadCard; text: string }) {
  return (
    <section className="card card-download" aria-label={card.title}>
      <p>{text}</p>
      <a className="button button-main button-big" href={card.link} download>
        {card.title}
      </a>
      <p className="label">有效期到 {stamp(card.until)}</p>
    </section>
  );
}
