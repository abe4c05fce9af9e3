"""Days and hours of a programme: plain arithmetic, by the hospital's clock."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta

from care.rehab.rules import rules

DAYS_OF_A_WEEK = 7


def is_due(day: date, *, days: Collection[int], starts_on: date, ends_on: date) -> bool:
    """Whether ``day`` is one of the programme's. ``days`` are ISO weekdays; both ends belong to it."""
    return starts_on <= day <= ends_on and day.isoweekday() in days


def next_due(after: date, *, days: Collection[int], starts_on: date, ends_on: date) -> date | None:
    """The first of the programme's days after ``after``, None when there is none."""
    first = max(after + timedelta(days=1), starts_on)
    for ahead in range(DAYS_OF_A_WEEK):
        day = first + timedelta(days=ahead)
        if is_due(day, days=days, starts_on=starts_on, ends_on=ends_on):
            return day
    return None


def may_remind(now: datetime, *, remind_at: time) -> bool:
    """Whether now, in the hospital's zone, is the time to remind: from ``remind_at`` on, and never at night."""
    return max(remind_at, rules().quiet.end) <= now.time().replace(tzinfo=None) < rules().quiet.start


def is_by_day(remind_at: time) -> bool:
    """Whether a reminder at this hour does not come at night."""
    return rules().quiet.end <= remind_at < rules().quiet.start


def missed(reminded: Iterable[date], *, last_done: date | None, active_since: date, today: date) -> list[date]:
    """The days since the last session on which the patient was reminded and sent nothing, oldest first; today is not
    over. A day without a reminder (the house was off, a person held the conversation) is not held against anybody."""
    since = max(active_since, last_done + timedelta(days=1)) if last_done else active_since
    return sorted(day for day in set(reminded) if since <= day < today)
