"""Which backups are kept, and when the next one is due."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.backup import archives, is_due, kept, made_at, prune
from records.backup.names import DAILY, MONTHLY, WEEKLY, archive_name

SHANGHAI = ZoneInfo("Asia/Shanghai")
TONIGHT = datetime(2026, 11, 22, 2, 30, tzinfo=SHANGHAI)


def put(folder: Path, made: datetime) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / archive_name(made)
    path.write_bytes(b"")
    return path


def test_two_years_of_nights_leave_a_week_a_month_and_a_year() -> None:
    """7 days, 4 weeks, 12 months; a day may stand for its week and its month too."""
    nights = [TONIGHT - timedelta(days=day) for day in range(730)]
    keep = kept(nights, zone=SHANGHAI)
    assert set(nights[:DAILY]) <= keep
    assert min(keep) >= TONIGHT - timedelta(days=366)
    months = {(night.year, night.month) for night in keep}
    assert len(months) == MONTHLY
    assert DAILY < len(keep) <= DAILY + WEEKLY + MONTHLY


@given(st.lists(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)), unique=True))  # noqa: DTZ001
def test_the_newest_is_kept_and_keeping_twice_is_keeping_once(made: list[datetime]) -> None:
    keep = kept(made, zone=SHANGHAI)
    assert keep <= set(made)
    assert len(keep) <= DAILY + WEEKLY + MONTHLY
    assert (max(made) in keep) if made else not keep
    assert kept(keep, zone=SHANGHAI) == keep


def test_of_one_day_the_last_is_kept(tmp_path: Path) -> None:
    earlier, later = put(tmp_path, TONIGHT), put(tmp_path, TONIGHT + timedelta(hours=3))
    stranger = tmp_path / "holiday.xlb"
    stranger.write_bytes(b"")
    assert prune(tmp_path, zone=SHANGHAI) == [earlier]
    assert sorted(tmp_path.iterdir()) == sorted([stranger, later])
    assert archives(tmp_path) == [later]


def test_a_name_tells_when_it_was_made(tmp_path: Path) -> None:
    assert made_at(put(tmp_path, TONIGHT)) == TONIGHT
    assert made_at(Path("xinglin-tomorrow.xlb")) is None


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, TONIGHT, True),  # the first night
        (None, TONIGHT.replace(hour=1), False),  # not yet
        (TONIGHT.replace(hour=2, minute=1), TONIGHT, False),  # done
        (TONIGHT - timedelta(days=1), TONIGHT, True),  # last night's
        (TONIGHT - timedelta(hours=1), TONIGHT, True),  # somebody made one before bedtime
        (TONIGHT - timedelta(days=1), TONIGHT.replace(hour=14), True),  # the machine was off all night
        (TONIGHT, TONIGHT.replace(hour=23), False),
    ],
)
def test_when_it_is_due(tmp_path: Path, last: datetime | None, now: datetime, due: bool) -> None:
    if last:
        put(tmp_path, last)
    assert is_due(tmp_path, now=now, hour=2, zone=SHANGHAI) == due
