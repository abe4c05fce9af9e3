"""Log files: begun anew each night, kept for six months (Cybersecurity Law art. 21), then deleted."""

import os
import re
import shutil
from datetime import date, datetime
from pathlib import Path

from care.retention.clocks import ClockName, clocks

_DATED = re.compile(r".+-(\d{4})(\d{2})(\d{2})(?:-\d+)?\.log")


def rotate_logs(folder: Path, *, now: datetime) -> list[Path]:
    """Put what every log holds aside under the date of ``now``; returns the files made.

    The processes go on writing into the files that they have open, in append mode: the content is copied and the file
    emptied, never renamed under them.
    """
    made = []
    for log in sorted(folder.glob("*.log")):
        if _date_of(log) is not None or not log.stat().st_size:
            continue
        aside = _free(folder, f"{log.stem}-{now:%Y%m%d}")
        with (
            log.open("rb+") as source,
            os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target,
        ):
            shutil.copyfileobj(source, target)
            # What was written meanwhile comes along; a line that comes just now may be lost, none is kept too long.
            shutil.copyfileobj(source, target)
            source.truncate(0)
        made.append(aside)
    return made


def delete_old_logs(folder: Path, *, now: datetime) -> list[Path]:
    """Delete the dated logs whose time is over; returns them."""
    limit = (now - clocks()[ClockName.LOGS].span).date()
    old = [log for log in sorted(folder.glob("*.log")) if (day := _date_of(log)) is not None and day < limit]
    for log in old:
        log.unlink(missing_ok=True)
    return old


def _free(folder: Path, stem: str) -> Path:
    number, path = 0, folder / f"{stem}.log"
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}.log"
    return path


def _date_of(log: Path) -> date | None:
    found = _DATED.fullmatch(log.name)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
