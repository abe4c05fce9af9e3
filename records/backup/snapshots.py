"""What a snapshot of a database is, of either kind."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

# Rows by table; with a digest of their content where the copy is not the same file, byte by byte.
Contents = dict[str, dict[str, int | str]]

MEDIA_IDS = "SELECT id FROM media ORDER BY id"
AT_A_TIME = 1000


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One database as it was at one moment.

    ``contents`` is what is in ``file``; ``media`` the ids of the files that the records knew; ``revision`` the
    migration they stood at, None where there are no migrations.
    """

    file: Path
    contents: Contents
    media: Callable[[], Iterator[str]]
    revision: str | None


class Store(Protocol):
    """One database."""

    @property
    def engine(self) -> str:
        """``sqlite`` or ``postgresql``: a snapshot goes back into the same kind only."""
        ...

    @property
    def member(self) -> str:
        """What its snapshot is called in the archive."""
        ...

    def exists(self) -> bool: ...

    def snapshot(self, folder: Path) -> AbstractContextManager[Snapshot]:
        """A consistent copy in ``folder`` while others write; raises ``ToolFailed``."""
        ...

    def refuse_unless_empty(self) -> None:
        """Raise ``NotEmpty`` when something is there already."""
        ...

    def restore(self, snapshot: Path) -> None:
        """Take the snapshot over, whole or not at all; raises ``ToolFailed``."""
        ...

    def contents(self) -> Contents:
        """What is there now."""
        ...

    def clear(self) -> None:
        """Take back what :meth:`restore` did."""
        ...
