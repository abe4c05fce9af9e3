"""Clinics that the operator opens beside the weekly rota: an evening, a Sunday, one doctor more."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hospital.demo.rota import Sitting, sittings
from hospital.demo.tables import DemoClosedDay, DemoDoctor, DemoSlot
from hospital.protocol import ClinicPast, ClinicPlanned, DayClosed, DoctorUnknown, PartOfDay
from settings import get_settings


def open_clinic(
    session: Session, *, doctor_id: str, day: date, part_of_day: PartOfDay, places: int, place: str, now: datetime
) -> Sequence[str]:
    """See :meth:`hospital.protocol.HospitalSystem.open_clinic`. The row of the doctor is locked: of two operators who
    open the same clinic, the second is told that it is planned."""
    doctor = session.get(DemoDoctor, doctor_id, with_for_update=True)
    if doctor is None:
        raise DoctorUnknown(doctor_id)
    if session.get(DemoClosedDay, day) is not None:
        raise DayClosed(day)
    ahead = [one for one in sittings(day, part_of_day, get_settings().zone) if one.starts_at > now]
    if not ahead:
        raise ClinicPast(day)
    planned = select(DemoSlot.id).where(
        DemoSlot.doctor_id == doctor_id, DemoSlot.day == day, DemoSlot.part_of_day == part_of_day
    )
    if session.scalar(planned.limit(1)) is not None:
        raise ClinicPlanned(day)
    slots = [
        DemoSlot(
            id=f"{doctor.id}-{sitting.starts_at:%Y%m%d%H%M}",
            doctor_id=doctor.id,
            department=doctor.department,
            day=day,
            part_of_day=part_of_day,
            starts_at=sitting.starts_at,
            ends_at=sitting.ends_at,
            capacity=capacity,
            place=place,
        )
        for sitting, capacity in _shared(ahead, places)
    ]
    session.add_all(slots)
    session.flush()
    return [slot.id for slot in slots]


def _shared(ahead: Sequence[Sitting], places: int) -> Iterator[tuple[Sitting, int]]:
    """``places`` over the half-hours as evenly as they go, the earlier ones first; half-hours without one fall away."""
    each, more = divmod(places, len(ahead))
    for number, sitting in enumerate(ahead):
        if capacity := each + (number < more):
            yield sitting, capacity
