import type { ProgressCard } from "../protocol";
import { TrendChart } from "./TrendChart";

/** How the exercises have gone, a line each. */
export function ProgressView({ card }: { card: ProgressCard }) {
  return (
    <section className="card progress" aria-label={card.title}>
      <h3>{card.title}</h3>
      {card.trends.map((trend) => (
        <TrendChart key={trend.title} trend={trend} />
      ))}
      <p className="quiet">{card.note}</p>
    </section>
  );
}
