import { clock, longDay, yuan } from "../dates";
import type { DoctorCard } from "../protocol";
import { BookDoctor } from "./BookDoctor";

export function DoctorsView({ card, pressable }: { card: DoctorCard; pressable: boolean }) {
  return (
    <section className="card" aria-label="医生">
      <ul className="options">
        {card.doctors.map((doctor) => (
          <li key={`${doctor.department}/${doctor.name}`}>
            <div>
              <h3>
                {doctor.name}
                <span className="tag">{doctor.title}</span>
              </h3>
              <p className="quiet">{doctor.department}</p>
              {doctor.skills.length > 0 && <p>擅长：{doctor.skills.join("、")}</p>}
              {doctor.next_slot_at && (
                <p className="quiet">
                  最近有号 {longDay(doctor.next_slot_at)} {clock(doctor.next_slot_at)}
                  {doctor.fee && <b className="fee"> {yuan(doctor.fee)}</b>}
                </p>
              )}
            </div>
            {doctor.payload && <BookDoctor doctor={doctor} pressable={pressable} />}
          </li>
        ))}
      </ul>
    </section>
  );
}
