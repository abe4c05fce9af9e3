"""Plain or encrypted files destroyed, not only unlinked."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

WIPED_AT_ONCE = 1024 * 1024
WAITS_S = 1.0


def destroy_file(path: Path) -> bool:
    """Overwrite a file with zeros and remove it (GB/T 22239-2019: residual information); False when there is none.

    On copy-on-write file systems and flash the old blocks may outlive this; what makes kept media unreadable is that
    their data key is gone.
    """
    try:
        with path.open("r+b") as file:
            left = os.fstat(file.fileno()).st_size
            while left > 0:
                left -= file.write(bytes(min(left, WIPED_AT_ONCE)))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return False
    return True


def wipe_write_ahead_log(engine: Engine) -> bool:
    """Empty SQLite's write-ahead log into the database, where deleted content is overwritten (``secure_delete``): what
    was erased stays in neither. False when somebody is reading just then, and on other databases, which keep their
    logs for recovery: there a rotated master key makes the wrapped data keys in them useless."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return False
    with closing(sqlite3.connect(engine.url.database, timeout=WAITS_S)) as connection:
        connection.execute("PRAGMA secure_delete=ON")
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
