"""Days without clinics, as the operator enters them."""

from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hospital.demo.tables import DemoClosedDay, DemoSlot


def closed_days(session: Session) -> dict[date, str]:
    """Every closed day with its reason."""
    return {row.day: row.reason for row in session.scalars(select(DemoClosedDay).order_by(DemoClosedDay.day))}


def close_day(session: Session, *, day: date, reason: str) -> None:
    """Plan no clinic on ``day``. Clinics planned already are stopped by ``care.booking.stop_clinic``, which also
    tells whose appointments fall."""
    row = session.get(DemoClosedDay, day)
    if row is None:
        session.add(DemoClosedDay(day=day, reason=reason))
    else:
        row.reason = reason
    session.flush()


def reopen_day(session: Session, *, day: date) -> None:
    """Take a closed day back. Stopped slots open again, the fallen appointments do not; ``extend_schedule`` plans
    what was never planned."""
    row = session.get(DemoClosedDay, day)
    if row is not None:
        session.delete(row)
    session.execute(update(DemoSlot).where(DemoSlot.day == day, DemoSlot.stopped).values(stopped=False, taken=0))
    session.flush()
