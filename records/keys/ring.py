"""The key ring: a file beside the database, never in it, that holds every master key still in use.

Whoever has the database without this file has no originals; whoever loses it has lost them. Back it up apart.

The file is JSON. One that an earlier version made holds a single key in one line; it is read as it is, and becomes a
ring when a key is added.
"""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_bytes
from typing import Any

from records.keys.ciphers import KEY_BYTES, NONCE_BYTES, Algorithm
from records.keys.files import alone_in, read_secret, write_secret
from records.keys.master import MasterKey, VaultKeyError
from records.keys.provider import KeyClass, Wrapped

VERSION = 2
_EARLIER_PREFIX = "xinglin-key-1:"


@dataclass(frozen=True, slots=True)
class RingKey:
    """One master key, what it is for and when it was made; the newest of a class is the active one."""

    key: MasterKey
    key_class: KeyClass
    made_at: str


Ring = tuple[RingKey, ...]


def parse_ring(content: str, path: Path) -> Ring:
    """The keys in a file's text, oldest first; raises ``VaultKeyError``."""
    content = content.strip()
    try:
        if content.startswith(_EARLIER_PREFIX):
            secret = bytes.fromhex(content.removeprefix(_EARLIER_PREFIX))
            return (RingKey(MasterKey(secret), KeyClass.NORMAL, ""),)
        document = json.loads(content)
        if document["version"] != VERSION:
            raise VaultKeyError(f"the master key at {path} was written by a later version")
        ring = tuple(_key(entry) for entry in document["keys"])
    except (ValueError, KeyError, TypeError):
        ring = ()
    except VaultKeyError as error:
        if "later version" in str(error):
            raise
        ring = ()
    if not ring:
        raise VaultKeyError(f"the master key at {path} is damaged")
    return ring


def _key(entry: dict[str, Any]) -> RingKey:
    key = MasterKey(bytes.fromhex(entry["secret"]))
    if key.id != entry["id"]:
        raise ValueError("a key that is not the one it was")
    return RingKey(key, KeyClass(entry["class"]), str(entry["made_at"]))


def format_ring(ring: Ring) -> str:
    """The file's text."""
    keys = [
        {"id": one.key.id, "class": one.key_class, "made_at": one.made_at, "secret": one.key.in_file} for one in ring
    ]
    return json.dumps({"version": VERSION, "keys": keys}, indent=1) + "\n"


def new_key(key_class: KeyClass) -> RingKey:
    """A fresh random master key."""
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    return RingKey(MasterKey(token_bytes(KEY_BYTES)), key_class, made_at)


class FileKeys:
    """A ``KeyProvider`` on one file. A change that another process made is seen at the next wrap, and at the first
    master key that is not known here."""

    def __init__(self, path: Path, *, algorithm: Algorithm = Algorithm.AES_256_GCM) -> None:
        self._path = path
        self._algorithm = algorithm
        self._lock = threading.Lock()
        self._ring: Ring = ()
        self._seen: tuple[int, int, int] = (0, 0, 0)

    def __repr__(self) -> str:
        return f"FileKeys({self._path})"

    def active_id(self, key_class: KeyClass) -> str:
        """See ``KeyProvider``; stats the file each time."""
        return self._active(key_class).id

    def master_ids(self, key_class: KeyClass) -> list[str]:
        """See ``KeyProvider``."""
        return [one.key.id for one in self._load() if one.key_class is key_class]

    def holds(self, master_id: str) -> bool:
        """See ``KeyProvider``."""
        return any(one.key.id == master_id for one in self._load())

    def wrap(self, key_class: KeyClass, secret: bytes, *, associated: bytes) -> Wrapped:
        """See ``KeyProvider``."""
        key = self._active(key_class)
        return Wrapped(key.id, key.wrap(self._algorithm, token_bytes(NONCE_BYTES), secret, associated))

    def unwrap(self, wrapped: Wrapped, *, associated: bytes) -> bytes:
        """See ``KeyProvider``."""
        return self._named(wrapped.master_id).unwrap(wrapped.blob, associated)

    def rotate(self, key_class: KeyClass) -> str:
        """See ``KeyProvider``."""
        self._active(KeyClass.NORMAL)  # an empty folder gets its first key first
        added = new_key(key_class)
        self._change(lambda ring: (*ring, added))
        return added.key.id

    def retire(self, master_id: str) -> bool:
        """See ``KeyProvider``."""
        if master_id in {self.active_id(key_class) for key_class in {one.key_class for one in self._load()}}:
            raise VaultKeyError(f"master key {master_id} is the active one")
        self._change(lambda ring: tuple(one for one in ring if one.key.id != master_id))
        return True

    def earlier(self, master_id: str | None, purpose: str) -> bytes | None:
        """See ``KeyProvider``."""
        if master_id is not None:
            return self._named(master_id).derive(purpose)
        self._active(KeyClass.NORMAL)
        return next(one.key for one in self._load() if one.key_class is KeyClass.NORMAL).derive(purpose)

    def _active(self, key_class: KeyClass) -> MasterKey:
        if not self._path.exists():
            self._change(lambda ring: ring)
        for one in reversed(self._load()):
            if one.key_class is key_class:
                return one.key
        self._change(lambda ring: ring if _has(ring, key_class) else (*ring, new_key(key_class)))
        return next(one.key for one in reversed(self._load()) if one.key_class is key_class)

    def _named(self, master_id: str) -> MasterKey:
        for ring in (self._ring, self._load()):
            for one in ring:
                if one.key.id == master_id:
                    return one.key
        raise VaultKeyError(
            f"sealed under master key {master_id}, which is not in {self._path}: put the right file back"
        )

    def _load(self) -> Ring:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            raise VaultKeyError(f"no master key at {self._path}: put the right file back") from None
        except OSError as error:
            raise VaultKeyError(f"the master key at {self._path} cannot be read: {error.strerror}") from None
        now = (found.st_ino, found.st_mtime_ns, found.st_size)
        with self._lock:
            if now != self._seen or not self._ring:
                self._ring = parse_ring(read_secret(self._path), self._path)
                self._seen = now
            return self._ring

    def _change(self, change: Callable[[Ring], Ring]) -> None:
        """Read, change and write the ring while no other process does; a missing file begins with one key."""
        try:
            with alone_in(self._path.parent):
                if self._path.exists():
                    ring = parse_ring(read_secret(self._path), self._path)
                    changed = change(ring)
                else:
                    ring = ()
                    changed = change((new_key(KeyClass.NORMAL),))
                if changed != ring:
                    write_secret(self._path, format_ring(changed))
        except OSError as error:
            raise VaultKeyError(f"the master key at {self._path} cannot be written: {error.strerror}") from None


def _has(ring: Ring, key_class: KeyClass) -> bool:
    return any(one.key_class is key_class for one in ring)


def load_key(path: Path) -> MasterKey:
    """The newest normal key in the file at ``path``; raises ``VaultKeyError``."""
    for one in reversed(parse_ring(read_secret(path), path)):
        if one.key_class is KeyClass.NORMAL:
            return one.key
    raise VaultKeyError(f"the master key at {path} is damaged")


def load_or_create_key(path: Path) -> MasterKey:
    """As ``load_key``; a missing file is made first, by one process. Raises ``VaultKeyError``."""
    FileKeys(path).active_id(KeyClass.NORMAL)
    return load_key(path)
