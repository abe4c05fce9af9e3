"""Fills the demo hospital: its doctors, and a schedule that always reaches 28 days ahead.

Both may run at any time and any number of times; what is there already stays as it is, bookings included.
"""

from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hospital.demo.rota import CAPACITY, HALF_DAYS, HORIZON_DAYS, holidays, sits, sittings
from hospital.demo.staff import invented_doctors
from hospital.demo.tables import DemoClosedDay, DemoDoctor, DemoSlot
from records.database import utc_now
from settings import get_settings

CHUNK = 5_000


def seed(session: Session, now: datetime | None = None, *, days: int = HORIZON_DAYS) -> None:
    """Doctors, fixed holidays and the schedule of the next ``days``; harmless when repeated."""
    _insert_missing(session, DemoDoctor.__table__, list(invented_doctors()))
    extend_schedule(session, now or utc_now(), days=days)


def extend_schedule(session: Session, now: datetime, *, days: int = HORIZON_DAYS) -> int:
    """Make the schedule reach ``days`` from ``now``; returns how many slots were added. Run once a day."""
    first = now.astimezone(get_settings().zone).date()
    last = first + timedelta(days=days - 1)
    closed = [{"day": day, "reason": reason} for day, reason in holidays(first, last).items()]
    # Only days beyond what was ever planned get the fixed holidays, so that a reopened one stays open.
    planned_to = session.scalar(select(func.max(DemoSlot.day)))
    _insert_missing(
        session, DemoClosedDay.__table__, [row for row in closed if planned_to is None or row["day"] > planned_to]
    )
    return _insert_missing(session, DemoSlot.__table__, _slot_rows(session, first, last))


def _slot_rows(session: Session, first: date, last: date) -> list[dict[str, Any]]:
    zone = get_settings().zone
    shut = set(session.scalars(select(DemoClosedDay.day).where(DemoClosedDay.day.between(first, last))))
    columns = (DemoSlot.doctor_id, DemoSlot.day, DemoSlot.part_of_day)
    full = {tuple(row) for row in session.execute(select(*columns).where(DemoSlot.day.between(first, last)).distinct())}
    doctors = list(session.scalars(select(DemoDoctor).order_by(DemoDoctor.department, DemoDoctor.position)))
    staff: dict[str, int] = {}
    for doctor in doctors:
        staff[doctor.department] = staff.get(doctor.department, 0) + 1
    rows: list[dict[str, Any]] = []
    for step in range((last - first).days + 1):
        day = first + timedelta(days=step)
        if day in shut:
            continue
        plan = {part: list(sittings(day, part, zone)) for part in HALF_DAYS}
        for doctor, part in product(doctors, HALF_DAYS):
            if (doctor.id, day, part) in full or not sits(doctor.position, staff[doctor.department], day, part):
                continue
            rows += [
                {
                    "id": f"{doctor.id}-{sitting.starts_at:%Y%m%d%H%M}",
                    "doctor_id": doctor.id,
                    "department": doctor.department,
                    "day": day,
                    "part_of_day": part.value,
                    "starts_at": sitting.starts_at,
                    "ends_at": sitting.ends_at,
                    "capacity": CAPACITY.get(doctor.title, 4),
                    "taken": 0,
                    "stopped": False,
                }
                for sitting in plan[part]
            ]
    return rows


def _insert_missing(session: Session, table: Any, rows: list[dict[str, Any]]) -> int:
    assert isinstance(table, Table)
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    added = 0
    for start in range(0, len(rows), CHUNK):
        insert = postgresql.insert(table) if on_postgresql else sqlite.insert(table)
        # Two processes may extend at once: whoever is second adds nothing.
        session.execute(insert.on_conflict_do_nothing(), rows[start : start + CHUNK])
        added += len(rows[start : start + CHUNK])
    return added
