"""Fingerprints: the same words give the same digits, for whoever has the key."""

import hmac
from collections.abc import Callable
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.hmac import HMAC
from sqlalchemy import Engine, Select, select
from sqlalchemy.orm import Session

from records.keys import Algorithm, KeyProvider, VaultKeyError
from records.vault.data_keys import DataKeys
from records.vault.entry import VaultEntry
from records.vault.tables import HOUSE, DataKey

HMAC_SHA256, HMAC_SM3 = "hmac-sha256", "hmac-sm3"
_PURPOSE = "vault/fingerprint"


class Fingerprints:
    """HMAC under a data key of the house. The hash is chosen once for an installation and kept with the key, since
    fingerprints in the database cannot be made anew without their originals."""

    def __init__(
        self, keys: DataKeys, provider: KeyProvider, engine: Callable[[], Engine], algorithm: Algorithm
    ) -> None:
        self._keys = keys
        self._provider = provider
        self._engine = engine
        self._use = HMAC_SM3 if algorithm is Algorithm.SM4_GCM else HMAC_SHA256
        self._known: tuple[str, bytes] | None = None

    def of(self, message: bytes) -> str:
        """64 hexadecimal digits."""
        use, key = self._known or self._read()
        if use == HMAC_SHA256:
            return hmac.new(key, message, sha256).hexdigest()
        mac = HMAC(key, SM3())
        mac.update(message)
        return mac.finalize().hex()

    def prepare(self, session: Session) -> None:
        """Have the key in the database: the one that was derived before there were data keys, or a new one."""
        if session.scalar(_row()) is not None:
            return
        sealed_earlier = select(VaultEntry.ref).where(VaultEntry.key_id.is_not(None)).limit(1)
        use = HMAC_SHA256 if session.scalar(sealed_earlier) else self._use
        self._keys.make(session, owner=HOUSE, use=use, secret=self._provider.earlier(None, _PURPOSE))

    def _read(self) -> tuple[str, bytes]:
        # A connection of its own, since not every caller has a transaction open.
        with Session(self._engine().execution_options(reads_only=True), expire_on_commit=False) as session:
            row = session.scalar(_row())
        if row is not None:
            self._known = (row.use, self._keys.unwrapped(row).secret)
            return self._known
        # Not prepared yet: the same key as ``prepare`` will write, so nothing is kept in mind.
        if (secret := self._provider.earlier(None, _PURPOSE)) is None:
            raise VaultKeyError("the key of the fingerprints has not been made yet: start the house once")
        return self._use, secret


def _row() -> Select[DataKey]:
    return select(DataKey).where(DataKey.owner == HOUSE, DataKey.use.in_((HMAC_SHA256, HMAC_SM3))).limit(1)
