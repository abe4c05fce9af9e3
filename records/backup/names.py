"""How archives are called, which are kept, and when the next one is due."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

DAILY, WEEKLY, MONTHLY = 7, 4, 12
SUFFIX = ".xlb"
_STAMP = "xinglin-%Y%m%dT%H%M%SZ"


def archive_name(made: datetime) -> str:
    """``xinglin-20261122T020000Z.xlb``: sorts as time does."""
    return made.astimezone(UTC).strftime(_STAMP) + SUFFIX


def made_at(path: Path) -> datetime | None:
    """When an archive was made, by its name; None for a file that is none."""
    if path.suffix != SUFFIX:
        return None
    try:
        return datetime.strptime(path.stem, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def archives(folder: Path) -> list[Path]:
    """The folder's archives, oldest first."""
    return sorted(path for path in folder.iterdir() if made_at(path)) if folder.is_dir() else []


def kept(made: Iterable[datetime], *, zone: ZoneInfo) -> set[datetime]:
    """Which to keep: the newest of each of the last 7 days, 4 weeks and 12 months that have one, and the newest."""
    newest_first = sorted(made, reverse=True)
    keep = set(newest_first[:1])
    for most, period in ((DAILY, _day), (WEEKLY, _week), (MONTHLY, _month)):
        seen: dict[object, datetime] = {}
        for moment in newest_first:
            seen.setdefault(period(moment.astimezone(zone).date()), moment)
        keep |= set(list(seen.values())[:most])
    return keep


def prune(folder: Path, *, zone: ZoneInfo) -> list[Path]:
    """Delete the archives that are kept no longer; returns them."""
    found = {path: made for path in archives(folder) if (made := made_at(path))}
    keep = kept(found.values(), zone=zone)
    gone = [path for path, made in found.items() if made not in keep]
    for path in gone:
        path.unlink()
    return gone


def is_due(folder: Path, *, now: datetime, hour: int, zone: ZoneInfo) -> bool:
    """Whether the night's backup has not been made: it is past ``hour``, and there is none since."""
    local = now.astimezone(zone)
    if local.hour < hour:
        return False
    since = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return not any((made := made_at(path)) and made >= since for path in archives(folder))


def _day(moment: date) -> date:
    return moment


def _week(moment: date) -> tuple[int, int]:
    return moment.isocalendar()[:2]


def _month(moment: date) -> tuple[int, int]:
    return moment.year, moment.month
