"""When something is open, in the words that a patient reads."""

from collections.abc import Sequence

from care.booking.display import WEEKDAYS
from care.texts import text
from hospital.protocol import OpeningHours

WEEK = 7


def hours_line(hours: OpeningHours) -> str:
    """One line: "取药窗口：每天 08:00–20:00"."""
    return text(
        "dialogue.hours.line",
        what=hours.what,
        days=_days(hours.weekdays),
        opens=f"{hours.opens:%H:%M}",
        closes=f"{hours.closes:%H:%M}",
    )


def _days(weekdays: Sequence[int]) -> str:
    if len(weekdays) == WEEK:
        return text("dialogue.hours.every_day")
    names = [f"周{WEEKDAYS[day - 1]}" for day in weekdays]
    unbroken = list(weekdays) == list(range(weekdays[0], weekdays[0] + len(weekdays)))
    if unbroken and len(names) > 2:  # noqa: PLR2004
        return text("dialogue.hours.to", first=names[0], last=names[-1])
    return "、".join(names)
