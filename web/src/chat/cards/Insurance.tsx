import type { InsuranceCard } from "../protocol";

/** A calculation step by step, and the policy that it follows. */
export function InsuranceView({ card }: { card: InsuranceCard }) {
  return (
    <section className="card insurance" aria-label={card.title}>
      <h3>{card.title}</h3>
      <ol className="sums">
        {card.steps.map(([name, value], index) => (
          <li key={`${index}/${name}`}>
            <span className="number">{index + 1}</span>
            <span>{name}</span>
            <b>{value}</b>
          </li>
        ))}
      </ol>
      {card.total && (
        <p className="total">
          <span>合计</span>
          <b>{card.total}</b>
        </p>
      )}
      <p className="quiet">
        依据：{card.policy}（{card.policy_date}）。实际以医院结算为准。
      </p>
    </section>
  );
}
