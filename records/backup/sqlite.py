"""SQLite's databases: copied by its online backup, in one step, so that writers wait for nothing."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from records.backup.failures import NotEmpty, ToolFailed
from records.backup.snapshots import MEDIA_IDS, Contents, Snapshot

_BESIDE = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class SqliteStore:
    """One database file."""

    name: str
    path: Path
    engine: str = "sqlite"

    @property
    def member(self) -> str:
        return f"{self.name}.db"

    def exists(self) -> bool:
        return self.path.is_file()

    @contextmanager
    def snapshot(self, folder: Path) -> Iterator[Snapshot]:
        """See :class:`records.backup.snapshots.Store`."""
        file = folder / self.member
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            with closing(_reading(self.path)) as source, closing(sqlite3.connect(file)) as copy:
                # All pages in one step: a reader in WAL mode, who neither waits nor is waited for.
                source.backup(copy, pages=-1)
                # The copy is one file: no log beside it, nothing that a later reader would have to write.
                copy.execute("PRAGMA journal_mode=DELETE")
                _check(copy)
                contents, revision = _counted(copy), _revision(copy)
        except sqlite3.Error as error:
            raise ToolFailed(f"SQLite {self.member}，{type(error).__name__}") from None

        def media() -> Iterator[str]:
            with closing(_reading(file)) as found:
                for (media_id,) in found.execute(MEDIA_IDS) if "media" in contents else ():
                    yield media_id

        yield Snapshot(file, contents, media, revision)

    def refuse_unless_empty(self) -> None:
        if self.path.exists():
            raise NotEmpty(str(self.path))

    def restore(self, snapshot: Path) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.move(snapshot, self.path)
        self.path.chmod(0o600)

    def contents(self) -> Contents:
        with closing(_reading(self.path)) as database:
            _check(database)
            return _counted(database)

    def clear(self) -> None:
        for file in (self.path, *(self.path.with_name(self.path.name + more) for more in _BESIDE)):
            file.unlink(missing_ok=True)


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)


def _check(database: sqlite3.Connection) -> None:
    found = [row[0] for row in database.execute("PRAGMA quick_check(1)")]
    if found != ["ok"]:
        raise ToolFailed("SQLite quick_check")


def _tables(database: sqlite3.Connection) -> list[str]:
    return [
        name
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1"
        )
    ]


def _counted(database: sqlite3.Connection) -> Contents:
    counted: Contents = {}
    for table in _tables(database):
        # A table's name cannot be a parameter; this one comes from the database itself, and is quoted.
        query = 'SELECT COUNT(*) FROM "{}"'.format(table.replace('"', '""'))  # nosec B608  # noqa: S608
        (rows,) = database.execute(query).fetchone()
        counted[table] = {"rows": rows}
    return counted


def _revision(database: sqlite3.Connection) -> str | None:
    if "alembic_version" not in _tables(database):
        return None
    found = database.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(found[0]) if found else None
