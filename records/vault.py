"""The vault: originals of personal data, encrypted one by one; everything else keeps a reference to them.

AES-256-GCM. Owner, kind and reference are associated data: an entry copied to another owner's row, or relabelled,
does not open.
"""

import hmac
import struct
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from records.database import Base, UtcDateTime, new_id, utc_now
from records.keys import MasterKey, VaultKeyError, load_or_create_key
from records.masking.kinds import PersonalKind
from settings import get_settings

__all__ = [
    "Vault",
    "VaultEntry",
    "VaultEntryDamaged",
    "VaultEntryNotFound",
    "VaultError",
    "VaultKeyError",
    "get_vault",
]

NONCE_BYTES = 12
TAG_BYTES = 16
_SEAL_VERSION = b"\x01"
_KEY_ID_BYTES = 4
_SEAL_HEADER = len(_SEAL_VERSION) + _KEY_ID_BYTES + NONCE_BYTES


class VaultError(Exception):
    """Something is wrong with what the vault holds."""


class VaultEntryNotFound(VaultError):
    """This owner has no such entry."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class VaultEntryDamaged(VaultError):
    """An entry was altered, moved or cut after it was written."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class VaultEntry(Base):
    """One original. ``shown`` is its masked form, for screens; ``key_id`` the master key it was sealed under."""

    __tablename__ = "vault_entry"

    ref: Mapped[str] = mapped_column(String(16), primary_key=True)
    owner: Mapped[str] = mapped_column(String(32), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    nonce: Mapped[bytes] = mapped_column(LargeBinary(NONCE_BYTES))
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(String(8), index=True)
    shown: Mapped[str] = mapped_column(String(128))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


def bind(*parts: str) -> bytes:
    """Associated data of several parts; each carries its length, so that no two lists give the same bytes."""
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return b"".join(struct.pack(">I", len(part)) + part for part in encoded)


class Vault:
    """Seals and opens under one master key. Holds no session: the transaction belongs to the caller."""

    def __init__(self, key: MasterKey) -> None:
        self._key = key
        self._entries = AESGCM(key.derive("vault/entry"))
        self._sealing = AESGCM(key.derive("vault/seal"))
        self._fingerprinting = key.derive("vault/fingerprint")

    def __repr__(self) -> str:
        return f"Vault({self._key.id})"

    def store(self, session: Session, *, owner: str, kind: PersonalKind, original: str, shown: str) -> str:
        """Keep ``original`` for ``owner`` (an account id); returns its reference, 16 hexadecimal digits."""
        ref, nonce = new_id(), token_bytes(NONCE_BYTES)
        plain = original.encode("utf-8", "surrogatepass")
        session.add(
            VaultEntry(
                ref=ref,
                owner=owner,
                kind=str(kind),
                nonce=nonce,
                ciphertext=self._entries.encrypt(nonce, plain, bind("entry", owner, str(kind), ref)),
                key_id=self._key.id,
                shown=shown,
            )
        )
        session.flush()
        return ref

    def reveal(self, session: Session, *, owner: str, ref: str) -> str:
        """The original; raises ``VaultEntryNotFound`` (another owner's looks the same as none),
        ``VaultEntryDamaged`` or ``VaultKeyError``."""
        entry = session.get(VaultEntry, ref)
        if entry is None or entry.owner != owner:
            raise VaultEntryNotFound
        self._same_key(entry.key_id)
        try:
            plain = self._entries.decrypt(entry.nonce, entry.ciphertext, bind("entry", owner, entry.kind, ref))
        except (InvalidTag, ValueError):
            raise VaultEntryDamaged from None
        return plain.decode("utf-8", "surrogatepass")

    def verify_key(self, session: Session) -> None:
        """Raise ``VaultKeyError`` when the records hold entries of another key: call it at start, so that a lost
        key file is noticed before a fresh one begins to write beside it."""
        others = select(VaultEntry.key_id).where(VaultEntry.key_id != self._key.id).limit(1)
        if (other := session.scalar(others)) is not None:
            self._same_key(other)

    def fingerprint(self, original: str, *, purpose: str) -> str:
        """HMAC-SHA256, 64 hexadecimal digits: finds the same original again and cannot be guessed without the key.
        Fingerprints of two purposes never match."""
        message = bind(purpose, original)
        return hmac.new(self._fingerprinting, message, sha256).hexdigest()

    def seal(self, data: bytes, *, context: str) -> bytes:
        """``data`` encrypted for one ``context`` (what it is and whose); it opens under the same context only."""
        nonce = token_bytes(NONCE_BYTES)
        sealed = self._sealing.encrypt(nonce, data, bind("seal", context))
        return _SEAL_VERSION + bytes.fromhex(self._key.id) + nonce + sealed

    def open(self, sealed: bytes, *, context: str) -> bytes:
        """What ``seal`` was given; raises ``VaultEntryDamaged`` or ``VaultKeyError``."""
        if len(sealed) < _SEAL_HEADER + TAG_BYTES or not sealed.startswith(_SEAL_VERSION):
            raise VaultEntryDamaged
        self._same_key(sealed[1 : 1 + _KEY_ID_BYTES].hex())
        nonce = sealed[1 + _KEY_ID_BYTES : _SEAL_HEADER]
        try:
            return self._sealing.decrypt(nonce, sealed[_SEAL_HEADER:], bind("seal", context))
        except InvalidTag:
            raise VaultEntryDamaged from None

    def _same_key(self, key_id: str) -> None:
        if key_id != self._key.id:
            raise VaultKeyError(
                f"sealed under master key {key_id}, but the key file holds {self._key.id}: put the right file back"
            )


def get_vault() -> Vault:
    """The vault of this installation; its key file is made on first use. Raises ``VaultKeyError``."""
    return _vault_of(get_settings().key_file)


@lru_cache(maxsize=4)
def _vault_of(path: Path) -> Vault:
    return Vault(load_or_create_key(path))
