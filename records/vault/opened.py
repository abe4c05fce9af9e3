"""Data keys in memory: unwrapped, ready, and for a bounded time."""

import threading
import time
from collections import OrderedDict
from secrets import token_bytes

from cryptography.exceptions import InvalidTag

from records.keys import NONCE_BYTES, TAG_BYTES, Aead, Algorithm, cipher_for
from records.vault.exceptions import VaultEntryDamaged

# So many owners' keys are kept unwrapped; a key with its ciphers takes about a kilobyte.
CACHED_KEYS = 8192


class OpenedKey:
    """An unwrapped data key. What it seals says the algorithm, so that the setting may change at any time."""

    def __init__(self, *, key_id: str, owner: str, use: str, secret: bytes) -> None:
        self.id, self.owner, self.use, self.secret = key_id, owner, use, secret
        self._ciphers: dict[Algorithm, Aead] = {}

    def __repr__(self) -> str:
        return f"OpenedKey({self.id})"

    def seal(self, algorithm: Algorithm, data: bytes, associated: bytes) -> bytes:
        """One byte for the algorithm, the nonce, the ciphertext with its tag."""
        nonce = token_bytes(NONCE_BYTES)
        return bytes([algorithm.code]) + nonce + self._cipher(algorithm).encrypt(nonce, data, associated)

    def open(self, box: bytes, associated: bytes) -> bytes:
        """What ``seal`` was given; raises ``VaultEntryDamaged``."""
        algorithm = Algorithm.of_code(box[0]) if len(box) >= 1 + NONCE_BYTES + TAG_BYTES else None
        if algorithm is None:
            raise VaultEntryDamaged
        try:
            return self._cipher(algorithm).decrypt(box[1 : 1 + NONCE_BYTES], box[1 + NONCE_BYTES :], associated)
        except InvalidTag:
            raise VaultEntryDamaged from None

    def _cipher(self, algorithm: Algorithm) -> Aead:
        if algorithm not in self._ciphers:
            self._ciphers[algorithm] = cipher_for(algorithm, self.secret, "data")
        return self._ciphers[algorithm]


class OpenedKeys:
    """The cache of one process. A key leaves it ``seconds`` after it was unwrapped, at the latest: so long may
    another process still open what was shredded here."""

    def __init__(self, *, seconds: float, size: int = CACHED_KEYS) -> None:
        self._seconds = seconds
        self._size = size
        self._lock = threading.Lock()
        self._keys: OrderedDict[str, tuple[float, OpenedKey]] = OrderedDict()
        self._current: dict[tuple[str, str], str] = {}

    def by_id(self, key_id: str) -> OpenedKey | None:
        """The key, unless it is not here or its time is over."""
        with self._lock:
            until, key = self._keys.get(key_id, (0.0, None))
            if key is None or time.monotonic() >= until:
                self._drop(key_id)
                return None
            self._keys.move_to_end(key_id)
            return key

    def current(self, owner: str, use: str) -> OpenedKey | None:
        """The key that seals for this owner now, as far as this process knows."""
        key_id = self._current.get((owner, use))
        return None if key_id is None else self.by_id(key_id)

    def keep(self, key: OpenedKey, *, current: bool = False) -> None:
        """Remember a key; ``current`` only when its row is committed."""
        with self._lock:
            if key.id not in self._keys:
                self._keys[key.id] = (time.monotonic() + self._seconds, key)
            if current:
                self._current[key.owner, key.use] = key.id
            while len(self._keys) > self._size:
                self._drop(next(iter(self._keys)))

    def forget(self, *, owner: str) -> None:
        """Drop all keys of an owner."""
        with self._lock:
            for key_id in [key_id for key_id, (_, key) in self._keys.items() if key.owner == owner]:
                self._drop(key_id)

    def _drop(self, key_id: str) -> None:
        _, key = self._keys.pop(key_id, (0.0, None))
        if key is not None and self._current.get((key.owner, key.use)) == key_id:
            del self._current[key.owner, key.use]
