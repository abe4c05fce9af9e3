import { clock, longDay, yuan } from "../dates";
import type { AppointmentCard } from "../protocol";

const STATES: Record<string, string> = {
  booked: "预约成功",
  changed: "已改约",
  cancelled: "已取消",
  stopped: "医院停诊",
  done: "已就诊",
};

export function AppointmentView({ card }: { card: AppointmentCard }) {
  return (
    <section className={`card appointment appointment-${card.state}`} aria-label="预约信息">
      <p className="appointment-state">{STATES[card.state] ?? card.state}</p>
      <p className="appointment-time">
        <b>{longDay(card.starts_at)}</b>
        <b>
          {clock(card.starts_at)}–{clock(card.ends_at)}
        </b>
      </p>
      <dl className="rows">
        <Row name="就诊人" value={card.patient} />
        <Row name="科室" value={card.department} />
        <Row name="医生" value={[card.doctor, card.doctor_title].filter(Boolean).join(" ")} />
        <Row name="地点" value={card.place} />
        <Row name="挂号费" value={yuan(card.fee)} />
      </dl>
      {card.bring.length > 0 && card.state !== "cancelled" && card.state !== "stopped" && (
        <div className="bring">
          <h4>请带上</h4>
          <ul>
            {card.bring.map((thing) => (
              <li key={thing}>{thing}</li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

function Row({ name, value }: { name: string; value: string }) {
  if (!value) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
