"""The demo hospital's day as it is planned: half a day of one doctor a row."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from hospital.demo.tables import DemoDoctor, DemoSlot
from hospital.protocol import Clinic, PartOfDay


def planned_clinics(session: Session, *, day: date, department: str | None = None) -> Sequence[Clinic]:
    """See :meth:`hospital.protocol.HospitalSystem.clinics`. A clinic is stopped when all of its slots are."""
    open_slots = func.sum(1 - cast(DemoSlot.stopped, Integer))
    query = (
        select(
            DemoDoctor.id,
            DemoDoctor.name,
            DemoDoctor.title,
            DemoSlot.department,
            DemoSlot.part_of_day,
            func.min(DemoSlot.starts_at),
            func.max(DemoSlot.ends_at),
            func.sum(DemoSlot.capacity),
            func.sum(DemoSlot.taken),
            open_slots,
        )
        .join(DemoDoctor, DemoDoctor.id == DemoSlot.doctor_id)
        .where(DemoSlot.day == day)
        .group_by(
            DemoDoctor.id,
            DemoDoctor.name,
            DemoDoctor.title,
            DemoDoctor.position,
            DemoSlot.department,
            DemoSlot.part_of_day,
        )
        .order_by(DemoSlot.department, DemoDoctor.position, func.min(DemoSlot.starts_at))
    )
    if department is not None:
        query = query.where(DemoSlot.department == department)
    return [
        Clinic(known, name, title, of, PartOfDay(part), starts_at, ends_at, capacity, taken, stopped=left == 0)
        for known, name, title, of, part, starts_at, ends_at, capacity, taken, left in session.execute(query)
    ]
