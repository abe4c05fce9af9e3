"""Free slots: by department, doctor, day and part of day; and the next best when one is gone."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from care.booking.exceptions import UnknownDepartment, UnknownDoctor, WalkInOnly
from hospital.protocol import HospitalSystem, PartOfDay, Slot
from language.departments import department_named

DEFAULT_LIMIT = 12
ALTERNATIVES = 3
LOOK_AHEAD = 60  # free slots that are looked at to find the nearest; a department offers about 30 a day


def find_slots(
    session: Session,
    hospital: HospitalSystem,
    *,
    department: str | None = None,
    doctor: str | None = None,
    day: date | None = None,
    part_of_day: PartOfDay | str | None = None,
    now: datetime,
    limit: int = DEFAULT_LIMIT,
) -> list[Slot]:
    """Free slots after ``now``, earliest first; an empty list when there are none.

    ``department`` may be an everyday name ("心内科"), ``doctor`` a full name or one with a form of address
    ("张主任"). Raises UnknownDepartment, WalkInOnly (emergency) and UnknownDoctor.
    """
    name = None
    if department is not None:
        name = _bookable_department(session, hospital, department)
    part = None if part_of_day is None else PartOfDay(part_of_day)
    if doctor is None:
        return list(hospital.slots(session, after=now, department=name, day=day, part_of_day=part, limit=limit))
    known = hospital.doctors(session, department=name, name=doctor)
    if not known:
        raise UnknownDoctor
    found = [
        slot
        for one in known
        for slot in hospital.slots(session, after=now, doctor_id=one.id, day=day, part_of_day=part, limit=limit)
    ]
    return sorted(found, key=lambda slot: (slot.starts_at, slot.id))[:limit]


def _bookable_department(session: Session, hospital: HospitalSystem, department: str) -> str:
    known = department_named(department)
    name = known.name if known else department.strip()
    info = next((one for one in hospital.departments(session) if one.name == name), None)
    if info is None:
        raise UnknownDepartment
    if info.walk_in:
        raise WalkInOnly
    return info.name


def alternatives_to(
    session: Session, hospital: HospitalSystem, slot: Slot, *, now: datetime, limit: int = ALTERNATIVES
) -> list[Slot]:
    """The next best free slots of the same department when ``slot`` is gone.

    The same doctor in the same half-day comes first, then what is nearest in time.
    """
    day_start = slot.starts_at - timedelta(hours=12)
    found = [
        other
        for other in hospital.slots(session, after=max(now, day_start), department=slot.department, limit=LOOK_AHEAD)
        if other.id != slot.id
    ]
    half_day = (slot.doctor_id, slot.day, slot.part_of_day)
    found.sort(
        key=lambda other: (
            (other.doctor_id, other.day, other.part_of_day) != half_day,
            abs(other.starts_at - slot.starts_at),
            other.doctor_id != slot.doctor_id,
            other.id,
        )
    )
    return found[:limit]
