import type { ReportCard } from "../protocol";
import { TrendChart } from "./TrendChart";

const ARROWS = { low: "↓", high: "↑", abnormal: "≠" } as const;

/** What is out of range, a row each, and what changed since earlier reports. */
export function ReportView({ card }: { card: ReportCard }) {
  return (
    <section className="card report" aria-label={card.title}>
      <h3>
        {card.title}
        {card.day && <time dateTime={card.day}>{card.day}</time>}
      </h3>
      {card.rows.length > 0 && (
        <ul className="values">
          {card.rows.map((row) => (
            <li key={row.name} className={row.direction}>
              <span className="name">{row.name}</span>
              <b>
                {row.value}
                <span className="arrow" aria-hidden="true">
                  {ARROWS[row.direction]}
                </span>
              </b>
              <span className="quiet">{row.range && `参考 ${row.range}`}</span>
              <span className="flag">{row.flag}</span>
            </li>
          ))}
        </ul>
      )}
      {card.trends.map((trend) => (
        <TrendChart key={trend.title} trend={trend} />
      ))}
    </section>
  );
}
