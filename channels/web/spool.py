"""Private temporary files of uploads, until they are stored encrypted."""

import os
import time
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from settings import get_settings

# An upload is stored encrypted within minutes; what is older was left by a process that died.
ABANDONED_AFTER = timedelta(hours=24)


def spool_folder() -> Path:
    """The folder of uploads, for this user alone."""
    folder = get_settings().var / "spool"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def open_spooled() -> tuple[Path, BinaryIO]:
    """A new empty file with a name that nobody can guess, mode 0600, open for writing."""
    path = spool_folder() / f"web-{token_hex(16)}"
    return path, os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def sweep_spool(*, older_than: timedelta = ABANDONED_AFTER) -> int:
    """Delete abandoned uploads (GB/T 22239-2019: residual information); returns how many."""
    limit = time.time() - older_than.total_seconds()
    swept = 0
    for path in spool_folder().glob("web-*"):
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
            swept += 1
    return swept
