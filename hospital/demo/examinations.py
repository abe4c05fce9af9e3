"""Examinations of the demo hospital: booked by whoever ordered them, told to whom they are for."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hospital.demo.tables import DemoBooking, DemoDoctor, DemoExamination, DemoSlot
from hospital.protocol import Examination, Visit


def book_examination(session: Session, *, patient_id: str, name: str, starts_at: datetime, place: str) -> Examination:
    """Book an examination, as a doctor's order does; the demo hospital has no order entry of its own."""
    row = DemoExamination(patient_id=patient_id, name=name, starts_at=starts_at, place=place)
    session.add(row)
    session.flush()
    return _examination(row)


def booked_examinations(session: Session, *, patient_ids: Sequence[str], after: datetime) -> Sequence[Examination]:
    """See ``HospitalSystem.examinations``."""
    query = (
        select(DemoExamination)
        .where(
            DemoExamination.patient_id.in_(patient_ids),
            DemoExamination.state == "booked",
            DemoExamination.starts_at > after,
        )
        .order_by(DemoExamination.starts_at, DemoExamination.id)
    )
    return [_examination(row) for row in session.scalars(query)]


def past_visits(session: Session, *, patient_ids: Sequence[str], since: datetime, until: datetime) -> Sequence[Visit]:
    """See ``HospitalSystem.visits``: bookings that were kept count as visits."""
    query = (
        select(DemoBooking.patient_id, DemoSlot.department, DemoDoctor.name, DemoSlot.starts_at)
        .join(DemoSlot, DemoSlot.id == DemoBooking.slot_id)
        .join(DemoDoctor, DemoDoctor.id == DemoSlot.doctor_id)
        .where(
            DemoBooking.patient_id.in_(patient_ids),
            DemoBooking.state == "booked",
            DemoSlot.starts_at >= since,
            DemoSlot.ends_at <= until,
        )
        .order_by(DemoSlot.starts_at.desc(), DemoSlot.id)
    )
    return [Visit(*row) for row in session.execute(query)]


def _examination(row: DemoExamination) -> Examination:
    return Examination(row.id, row.patient_id, row.name, row.starts_at, row.place)
