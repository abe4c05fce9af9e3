import { useChat } from "../context";
import type { DepartmentCard } from "../protocol";
import { BookDoctor } from "./BookDoctor";

/** The departments to go to, best first, with why. */
export function DepartmentsView({ card, pressable }: { card: DepartmentCard; pressable: boolean }) {
  const { chat } = useChat();
  const doctors = card.doctors ?? [];
  return (
    <section className="card" aria-label="建议就诊科室">
      <p className={`urgency urgency-${card.urgency}`}>{card.urgency_text}</p>
      <ol className="options">
        {card.departments.map((department, index) => (
          <li key={department.name} className={index === 0 ? "first" : ""}>
            <div>
              <h3>
                {department.name}
                {index === 0 && <span className="tag">首选</span>}
              </h3>
              {department.parent && department.parent !== department.name && <p className="quiet">{department.parent}</p>}
              {department.reason && <p>{department.reason}</p>}
            </div>
            {department.payload && (
              <button
                type="button"
                className={index === 0 ? "button button-main" : "button"}
                aria-label={`挂${department.name}`}
                disabled={!pressable}
                onClick={() => chat.choose(`挂${department.name}`, department.payload)}
              >
                挂号
              </button>
            )}
          </li>
        ))}
      </ol>
      {doctors.length > 0 && (
        <>
          <p className="quiet recommended">可以约这位医生</p>
          <ul className="options">
            {doctors.map((doctor) => (
              <li key={doctor.name}>
                <div>
                  <h3>
                    {doctor.name}
                    <span className="tag">{doctor.title}</span>
                  </h3>
                  {doctor.reason && <p>{doctor.reason}</p>}
                </div>
                <BookDoctor doctor={doctor} pressable={pressable} />
              </li>
            ))}
          </ul>
        </>
      )}
      {card.rationale && (
        <details className="why">
          <summary>为什么这样建议</summary>
          <p>{card.rationale}</p>
        </details>
      )}
    </section>
  );
}
