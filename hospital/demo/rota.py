"""The weekly rota: which doctor sits when, and the half-hour slots of a half-day. Deterministic, no dice."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hospital.protocol import PartOfDay

SLOT = timedelta(minutes=30)
HORIZON_DAYS = 28
SATURDAY = 6
HALF_DAYS = {
    PartOfDay.MORNING: (time(8, 0), time(12, 0)),
    PartOfDay.AFTERNOON: (time(13, 30), time(17, 0)),
}
# No doctor sits then by the rota; an operator may open a clinic.
EVENING = (time(17, 30), time(20, 0))
CAPACITY = {"主任医师": 3, "副主任医师": 4, "主治医师": 5}

# Public holidays on fixed dates (全国年节及纪念日放假办法, 2025 on). Those of the lunar calendar and the exchanged
# working days are announced each year: the operator enters them.
FIXED_HOLIDAYS = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}


@dataclass(frozen=True, slots=True)
class Sitting:
    """One half-hour of the rota, by the hospital's clock."""

    part_of_day: PartOfDay
    starts_at: datetime
    ends_at: datetime


def sits(position: int, doctors: int, day: date, part: PartOfDay) -> bool:
    """Whether the doctor at ``position`` of ``doctors`` sits then.

    Half-days go round the department, two doctors at a time where it has more than two, so that every half-day from
    Monday to Saturday has somebody.
    """
    if day.isoweekday() > SATURDAY:
        return False
    # Five a day: prime to 2, 3 and 4, so that nobody has all the mornings.
    turn = (day.isoweekday() - 1) * 5 + (part is PartOfDay.AFTERNOON)
    on_duty = {turn % doctors, (turn + 1) % doctors} if doctors > 2 else {turn % doctors}  # noqa: PLR2004
    return position in on_duty


def sittings(day: date, part: PartOfDay, zone: ZoneInfo) -> Iterator[Sitting]:
    """The half-hours of a half-day."""
    opens, closes = HALF_DAYS.get(part, EVENING)
    start, end = datetime.combine(day, opens, zone), datetime.combine(day, closes, zone)
    while start < end:
        yield Sitting(part, start, start + SLOT)
        start += SLOT


def holidays(first: date, last: date) -> dict[date, str]:
    """The fixed public holidays from ``first`` to ``last``."""
    days = (first + timedelta(days=step) for step in range((last - first).days + 1))
    return {day: FIXED_HOLIDAYS[day.month, day.day] for day in days if (day.month, day.day) in FIXED_HOLIDAYS}
