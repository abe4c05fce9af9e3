"""Days and hours of a programme."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.rehab.rules import rules
from care.rehab.schedule import is_by_day, is_due, may_remind, missed, next_due
from settings import get_settings

MONDAY = date(2026, 11, 23)
days = st.frozensets(st.integers(1, 7), min_size=1)
dates = st.dates(date(2026, 1, 1), date(2027, 12, 31))
spans = st.tuples(dates, st.integers(0, 366)).map(lambda one: (one[0], one[0] + timedelta(days=one[1])))


@given(days=days, span=spans, after=dates)
def test_the_next_day_is_the_first_one_that_is_due(days: frozenset[int], span: tuple[date, date], after: date) -> None:
    starts_on, ends_on = span
    found = next_due(after, days=days, starts_on=starts_on, ends_on=ends_on)
    last = found - timedelta(days=1) if found else ends_on
    between = [after + timedelta(days=one) for one in range(1, max(0, (last - after).days) + 1)]
    assert not [day for day in between if is_due(day, days=days, starts_on=starts_on, ends_on=ends_on)]
    if found is not None:
        assert found > after
        assert is_due(found, days=days, starts_on=starts_on, ends_on=ends_on)


@given(days=days, span=spans)
def test_a_week_has_as_many_days_as_were_prescribed(days: frozenset[int], span: tuple[date, date]) -> None:
    week = [span[0] + timedelta(days=one) for one in range(7)]
    due = [day for day in week if is_due(day, days=days, starts_on=span[0], ends_on=week[-1])]
    assert {day.isoweekday() for day in due} == days


@pytest.mark.parametrize(
    ("hour", "remind_at", "may"),
    [
        ("08:59", "09:00", False),  # before its time
        ("09:00", "09:00", True),
        ("20:59", "09:00", True),  # late, since the house was off: still today
        ("21:00", "09:00", False),  # night
        ("03:00", "09:00", False),
        ("07:30", "07:00", False),  # prescribed before night ends: the night ends first
        ("08:00", "07:00", True),
    ],
)
def test_when_it_may_remind(hour: str, remind_at: str, may: bool) -> None:
    now = datetime.combine(MONDAY, time.fromisoformat(hour), get_settings().zone)
    assert may_remind(now, remind_at=time.fromisoformat(remind_at)) is may


@given(minutes=st.integers(0, 24 * 60 - 1))
def test_an_hour_that_can_be_prescribed_is_never_at_night(minutes: int) -> None:
    hour = (datetime.combine(MONDAY, time()) + timedelta(minutes=minutes)).time()
    quiet = rules().quiet
    assert is_by_day(hour) is (quiet.end <= hour < quiet.start)


def on(*offsets: int) -> list[date]:
    return [MONDAY + timedelta(days=one) for one in offsets]


@pytest.mark.parametrize(
    ("reminded", "last_done", "active_since", "today", "expected"),
    [
        ([0, 2, 4], None, 0, 4, [0, 2]),  # today is not over
        ([0, 2, 4], None, 0, 5, [0, 2, 4]),
        ([0, 2, 4], 2, 0, 7, [4]),  # what was done since breaks the stretch
        ([0, 2, 4], 4, 0, 7, []),
        ([0, 2, 4], None, 3, 7, [4]),  # before it was taken up again it stood still
        ([0, 2, 4], 5, 3, 7, []),
        ([], None, 0, 7, []),  # nobody reminded: nobody missed
        ([4, 0, 0], None, 0, 7, [0, 4]),
    ],
)
def test_which_days_were_missed(
    reminded: list[int], last_done: int | None, active_since: int, today: int, expected: list[int]
) -> None:
    found = missed(
        on(*reminded),
        last_done=on(last_done)[0] if last_done is not None else None,
        active_since=on(active_since)[0],
        today=on(today)[0],
    )
    assert found == on(*expected)


def test_every_rule_has_its_reason() -> None:
    read = rules()
    for one in (read.missed_days, read.falling, read.refused_videos, read.quiet, read.naming_days, read.course_hours):
        assert len(one.reason) >= 15
