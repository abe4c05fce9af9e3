"""When the hospital stops a clinic: its appointments become ``STOPPED`` and each patient is offered the next."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.booking.slots import alternatives_to
from hospital.protocol import HospitalSystem, PartOfDay, Slot
from records.appointments import Appointment, AppointmentState


@dataclass(frozen=True, slots=True)
class StoppedVisit:
    """An appointment that will not take place, and what to offer instead (best first, perhaps nothing)."""

    appointment: Appointment
    alternatives: tuple[Slot, ...]


def stop_clinic(
    session: Session,
    hospital: HospitalSystem,
    *,
    day: date,
    doctor_id: str | None = None,
    part_of_day: PartOfDay | None = None,
    now: datetime,
) -> list[StoppedVisit]:
    """Stop a doctor's clinic on a day (or everybody's: a holiday) and its open appointments with it.

    Returns every appointment that was stopped by this call with the next free slots; a second call returns none. The
    caller tells the patients. Appointments whose visit has begun are left alone.
    """
    stopped = hospital.stop_clinic(session, day=day, doctor_id=doctor_id, part_of_day=part_of_day)
    query = (
        select(Appointment)
        .where(
            Appointment.slot_id.in_(stopped),
            Appointment.state == AppointmentState.BOOKED,
            Appointment.starts_at > now,
        )
        .order_by(Appointment.created_at, Appointment.id)
        .with_for_update()
    )
    found = []
    for appointment in session.scalars(query):
        appointment.state = AppointmentState.STOPPED
        appointment.changed_at = now
        slot = hospital.slot(session, appointment.slot_id)
        others = alternatives_to(session, hospital, slot, now=now) if slot else []
        found.append(StoppedVisit(appointment, tuple(others)))
    session.flush()
    return found
