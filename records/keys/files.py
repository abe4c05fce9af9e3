"""Secret files: written whole or not at all, for this user alone, by one process at a time."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from records.keys.master import VaultKeyError

MAX_BYTES = 64 * 1024
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def read_secret(path: Path, *, what: str = "master key") -> str:
    """The text of a secret file. Raises ``VaultKeyError`` when it is missing, damaged or readable by others."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(MAX_BYTES)
    except FileNotFoundError:
        raise VaultKeyError(f"no {what} at {path}") from None
    except OSError as error:
        raise VaultKeyError(f"the {what} at {path} cannot be read: {error.strerror}") from None
    if not stat.S_ISREG(mode):
        raise VaultKeyError(f"the {what} at {path} is not a plain file")
    if os.name == "posix" and mode & _OTHERS:
        raise VaultKeyError(f"the {what} at {path} can be read by others: chmod 600 it, then think of a new one")
    try:
        return content.decode("ascii")
    except UnicodeDecodeError:
        raise VaultKeyError(f"the {what} at {path} is damaged") from None


def write_secret(path: Path, content: str) -> None:
    """Replace the file at ``path``; mode 0600 from its first byte on. Raises ``OSError``."""
    temporary = path.with_name(f".{path.name}.{token_hex(8)}")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content.encode("ascii"))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Only one process at a time changes the secret files of ``folder``; it is made when it is missing."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Make a rename or link in ``folder`` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
