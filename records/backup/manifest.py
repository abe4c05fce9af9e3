"""What an archive says of itself: the last thing in it, compared with everything before."""

from hashlib import sha256
from typing import IO

from pydantic import AwareDatetime, BaseModel, ConfigDict

from records.backup.snapshots import Contents

NAME = "manifest.json"
FORMAT = 1


class DatabaseCopy(BaseModel):
    """One database: its kind, its snapshot's name in the archive, where its migrations stood, its rows by table."""

    model_config = ConfigDict(frozen=True)

    engine: str
    member: str
    revision: str | None
    contents: Contents


class Manifest(BaseModel):
    """What was copied. ``listing`` is the SHA-256 over name, size and SHA-256 of every member, in their order."""

    model_config = ConfigDict(frozen=True)

    format: int = FORMAT
    created_at: AwareDatetime
    version: str
    databases: dict[str, DatabaseCopy]
    media: int
    media_missing: int
    spool: int
    members: int
    size: int
    listing: str
    keys: bool
    model: str
    settings: list[str]

    def rows(self, database: str = "records") -> int:
        """Rows of a database, over all its tables."""
        copy = self.databases.get(database)
        return sum(int(table["rows"]) for table in copy.contents.values()) if copy else 0


class Listing:
    """Grows with every member, in writing and in checking alike."""

    def __init__(self) -> None:
        self.members = 0
        self.size = 0
        self._digest = sha256()

    def add(self, name: str, size: int, digest: str) -> None:
        self.members += 1
        self.size += size
        self._digest.update(f"{name}\0{size}\0{digest}\n".encode())

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


class Hashed:
    """Reads on from ``file`` and knows the SHA-256 of what was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._digest.update(data)
        return data

    def hexdigest(self) -> str:
        return self._digest.hexdigest()
