"""The way in: store and reveal, seal and open, fingerprint."""

from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from records.database import new_id
from records.keys import NONCE_BYTES, TAG_BYTES, Algorithm, KeyClass, KeyProvider, VaultKeyError
from records.masking.kinds import PersonalKind
from records.vault.binding import bind
from records.vault.data_keys import DataKeys, note_master
from records.vault.entry import VaultEntry
from records.vault.exceptions import (
    VaultEntryDamaged,
    VaultEntryNotFound,
    VaultEntrySensitive,
    VaultEntryShredded,
)
from records.vault.fingerprints import Fingerprints
from records.vault.opened import OpenedKeys
from records.vault.tables import LEVEL_NORMAL, LEVEL_SENSITIVE, DataKey

_SEALED = b"\x02"
SEALED_EARLIER = b"\x01"
_KEY_ID_BYTES = 8
_HEADER = len(_SEALED) + _KEY_ID_BYTES
_EARLIER_ID_BYTES = 4
_EARLIER_HEADER = 1 + _EARLIER_ID_BYTES + NONCE_BYTES


class Vault:
    """Seals and opens. Holds no session: the transaction belongs to the caller."""

    def __init__(
        self, provider: KeyProvider, *, engine: Callable[[], Engine], algorithm: Algorithm, cache_s: float
    ) -> None:
        self.provider = provider
        self.algorithm = algorithm
        self.opened = OpenedKeys(seconds=cache_s)
        self.keys = DataKeys(provider, self.opened)
        self._fingerprints = Fingerprints(self.keys, provider, engine, algorithm)

    def __repr__(self) -> str:
        return f"Vault({self.provider!r})"

    def store(
        self,
        session: Session,
        *,
        owner: str,
        kind: PersonalKind,
        original: str,
        shown: str,
        level: int = LEVEL_NORMAL,
    ) -> str:
        """Keep ``original`` for ``owner`` (an account id); returns its reference, 16 hexadecimal digits."""
        ref, key = new_id(), self.keys.current(session, owner=owner, use=use_of(level))
        plain = original.encode("utf-8", "surrogatepass")
        session.add(
            VaultEntry(
                ref=ref,
                owner=owner,
                kind=str(kind),
                ciphertext=key.seal(self.algorithm, plain, entry_binding(owner, key.use, str(kind), ref)),
                data_key_id=key.id,
                shown=shown,
            )
        )
        session.flush()
        return ref

    def reveal(self, session: Session, *, owner: str, ref: str, level: int = LEVEL_NORMAL) -> str:
        """The original. An entry of level 5 wants ``level=5`` said, so that no code opens one unawares.

        Raises ``VaultEntryNotFound`` (another owner's looks the same as none), ``VaultEntryShredded``,
        ``VaultEntrySensitive``, ``VaultEntryDamaged`` or ``VaultKeyError``.
        """
        found = session.execute(
            select(VaultEntry, DataKey)
            .outerjoin(DataKey, DataKey.id == VaultEntry.data_key_id)
            .where(VaultEntry.ref == ref, VaultEntry.owner == owner)
        ).first()
        if found is None:
            raise VaultEntryNotFound
        entry, row = found
        if row is not None and use_of(level) != row.use == KeyClass.SENSITIVE:
            raise VaultEntrySensitive
        return self.plain(entry, row).decode("utf-8", "surrogatepass")

    def plain(self, entry: VaultEntry, row: DataKey | None) -> bytes:
        """What an entry holds, of this scheme or the earlier one. Raises as ``reveal``."""
        if row is not None:
            key = self.keys.unwrapped(row)
            return key.open(entry.ciphertext, entry_binding(entry.owner, key.use, entry.kind, entry.ref))
        if entry.key_id is None:
            raise VaultEntryShredded
        cipher = self._earlier(entry.key_id, "vault/entry")
        try:
            return cipher.decrypt(entry.nonce, entry.ciphertext, bind("entry", entry.owner, entry.kind, entry.ref))
        except (InvalidTag, ValueError):
            raise VaultEntryDamaged from None

    def fingerprint(self, original: str, *, purpose: str) -> str:
        """HMAC, 64 hexadecimal digits: finds the same original again and cannot be guessed without the key. Stays
        the same when keys are rotated. Fingerprints of two purposes never match."""
        return self._fingerprints.of(bind(purpose, original))

    def seal(self, session: Session, data: bytes, *, owner: str, context: str, level: int = LEVEL_NORMAL) -> bytes:
        """``data`` encrypted for one ``owner`` (an account id, or ``HOUSE``) and one ``context`` (what it is); it
        opens for the same two only. Columns that hold such bytes are listed in ``records.vault.sealed``."""
        key = self.keys.current(session, owner=owner, use=use_of(level))
        box = key.seal(self.algorithm, data, bind("seal", owner, key.use, context))
        return _SEALED + bytes.fromhex(key.id) + box

    def open(self, session: Session, sealed: bytes, *, owner: str, context: str) -> bytes:
        """What ``seal`` was given; raises ``VaultEntryDamaged``, ``VaultEntryShredded`` or ``VaultKeyError``."""
        if sealed.startswith(SEALED_EARLIER):
            return self._open_earlier(sealed, context)
        key_id = key_id_of(sealed)
        if key_id is None:
            raise VaultEntryDamaged
        key = self.keys.by_id(session, key_id)
        if key.owner != owner:
            raise VaultEntryDamaged
        return key.open(sealed[_HEADER:], bind("seal", owner, key.use, context))

    def prepare(self, session: Session) -> None:
        """Call it at start: makes the key of the fingerprints, and raises ``VaultKeyError`` when the records need a
        master key that is not there, so that a lost key file is noticed before a fresh one begins to write."""
        needed = set(session.scalars(select(DataKey.master_id).distinct()))
        needed |= set(session.scalars(select(VaultEntry.key_id).where(VaultEntry.key_id.is_not(None)).distinct()))
        if needed:
            known = {known for key_class in KeyClass for known in self.provider.master_ids(key_class)}
            if lost := sorted(needed - known):
                raise VaultKeyError(f"sealed under master key {lost[0]}, which is not here: put the right file back")
        self._fingerprints.prepare(session)
        note_master(session, self.provider.active_id(KeyClass.NORMAL))

    def _open_earlier(self, sealed: bytes, context: str) -> bytes:
        if len(sealed) < _EARLIER_HEADER + TAG_BYTES:
            raise VaultEntryDamaged
        cipher = self._earlier(str(earlier_master_id(sealed)), "vault/seal")
        nonce = sealed[1 + _EARLIER_ID_BYTES : _EARLIER_HEADER]
        try:
            return cipher.decrypt(nonce, sealed[_EARLIER_HEADER:], bind("seal", context))
        except InvalidTag:
            raise VaultEntryDamaged from None

    def _earlier(self, master_id: str, purpose: str) -> AESGCM:
        secret = self.provider.earlier(master_id, purpose)
        if secret is None:
            raise VaultKeyError(f"sealed under master key {master_id} of an earlier version: put its file back")
        return AESGCM(secret)


def use_of(level: int) -> str:
    """Which of an owner's data keys a sensitivity level is sealed under."""
    return str(KeyClass.SENSITIVE if level >= LEVEL_SENSITIVE else KeyClass.NORMAL)


def level_of(use: str) -> int:
    """A level that ``use_of`` gives ``use`` for."""
    return LEVEL_SENSITIVE if use == KeyClass.SENSITIVE else LEVEL_NORMAL


def entry_binding(owner: str, use: str, kind: str, ref: str) -> bytes:
    """The associated data of an entry."""
    return bind("entry", owner, use, kind, ref)


def key_id_of(sealed: bytes) -> str | None:
    """The data key that ``seal`` used; None for the earlier scheme and for what was never sealed."""
    if not sealed.startswith(_SEALED) or len(sealed) < _HEADER:
        return None
    return sealed[len(_SEALED) : _HEADER].hex()


def earlier_master_id(sealed: bytes) -> str | None:
    """The master key that ``seal`` of the earlier scheme used; None for everything else."""
    if not sealed.startswith(SEALED_EARLIER) or len(sealed) < _EARLIER_HEADER:
        return None
    return sealed[1 : 1 + _EARLIER_ID_BYTES].hex()
