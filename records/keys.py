"""The master key of an installation: a file beside the database, never in it.

Whoever has the database without this file has no originals; whoever loses it has lost them. Back it up apart.
"""

import os
import stat
from functools import cached_property
from pathlib import Path
from secrets import token_bytes, token_hex

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_PREFIX = "xinglin-key-1:"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class VaultKeyError(Exception):
    """The master key cannot be used: missing, readable by others, damaged, or not the one the data was sealed with."""


class MasterKey:
    """32 secret bytes from which every other key is derived (HKDF-SHA256, one ``purpose`` each)."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise VaultKeyError(f"a master key has {KEY_BYTES} bytes, this one has {len(secret)}")
        self._secret = secret

    def __repr__(self) -> str:
        return f"MasterKey({self.id})"

    def derive(self, purpose: str) -> bytes:
        """32 bytes for ``purpose``, which say nothing about the master key or any other purpose."""
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"xinglin/" + purpose.encode()).derive(
            self._secret
        )

    @cached_property
    def id(self) -> str:
        """8 hexadecimal digits that tell keys apart without telling anything of the key."""
        return self.derive("key-id")[:4].hex()


def load_key(path: Path) -> MasterKey:
    """The key in ``path``; raises ``VaultKeyError``."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(4096).decode("ascii").strip()
    except FileNotFoundError:
        raise VaultKeyError(f"no master key at {path}") from None
    except OSError as error:
        raise VaultKeyError(f"the master key at {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise VaultKeyError(f"the master key at {path} is damaged") from None
    if not stat.S_ISREG(mode):
        raise VaultKeyError(f"the master key at {path} is not a plain file")
    if os.name == "posix" and mode & _OTHERS:
        raise VaultKeyError(f"the master key at {path} can be read by others: chmod 600 it, then think of a new one")
    try:
        secret = bytes.fromhex(content.removeprefix(_PREFIX)) if content.startswith(_PREFIX) else b""
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise VaultKeyError(f"the master key at {path} is damaged")
    return MasterKey(secret)


def load_or_create_key(path: Path) -> MasterKey:
    """The key in ``path``, made on first use with mode 0600; raises ``VaultKeyError``.

    Two processes that start at once get the same key: a complete file is linked into place, which fails for
    the second, and that one then reads the first one's.
    """
    if not path.exists():
        _create(path)
    return load_key(path)


def _create(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = path.with_name(f".{path.name}.{token_hex(8)}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(f"{_PREFIX}{token_bytes(KEY_BYTES).hex()}\n".encode())
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(temporary, path)
            except FileExistsError:
                return
            sync_folder(path.parent)
        finally:
            temporary.unlink()
    except OSError as error:
        raise VaultKeyError(f"no master key could be made at {path}: {error.strerror}") from None


def sync_folder(folder: Path) -> None:
    """Make a rename or link in ``folder`` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
