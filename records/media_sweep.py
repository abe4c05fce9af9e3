"""Encrypted files that no row speaks of: left by a transaction that was rolled back, or by a process that died."""

import re
import time
from datetime import timedelta
from pathlib import Path

from records.database import read_scope
from records.media import Media, media_folder
from records.wiping import destroy_file

# A file is written moments before its row is committed; no transaction of the house lives a hundredth of this.
SPARED_FOR = timedelta(hours=1)

_MEDIA = re.compile(r"[0-9a-f]{16}")
_UNFINISHED = re.compile(r"\.[0-9a-f]{16}\.[0-9a-f]{8}")


def sweep_media(*, spared_for: timedelta = SPARED_FOR) -> int:
    """Destroy files without a row and unfinished ones, both only when nothing was written to them for ``spared_for``;
    and files of erased owners, which a process that died left behind. Returns how many."""
    now, swept = time.time(), 0
    for path in sorted(media_folder().glob("*")) + sorted(media_folder().glob(".*")):
        if _is_left(path, now - spared_for.total_seconds()):
            swept += destroy_file(path)
    return swept


def _is_left(path: Path, limit: float) -> bool:
    try:
        old = path.stat().st_mtime < limit
    except FileNotFoundError:
        return False
    if _UNFINISHED.fullmatch(path.name):
        return old
    if not _MEDIA.fullmatch(path.name):
        return False
    with read_scope() as session:
        media = session.get(Media, path.name)
        return old if media is None else media.shredded
