"""A master key: 32 secret bytes that wrap data keys."""

from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from records.keys.ciphers import KEY_BYTES, NONCE_BYTES, Algorithm, cipher_for


class VaultKeyError(Exception):
    """A key cannot be used: missing, readable by others, damaged, out of reach, or not the one the data need."""


class MasterKey:
    """32 secret bytes; wraps data keys and, for what earlier versions sealed, derives their keys."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise VaultKeyError(f"a master key has {KEY_BYTES} bytes, this one has {len(secret)}")
        self._secret = secret

    def __repr__(self) -> str:
        return f"MasterKey({self.id})"

    def derive(self, purpose: str) -> bytes:
        """32 bytes for ``purpose`` (HKDF-SHA256): the keys of what was sealed before there were data keys."""
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"xinglin/" + purpose.encode()).derive(
            self._secret
        )

    @cached_property
    def id(self) -> str:
        """8 hexadecimal digits that tell keys apart without telling anything of the key."""
        return self.derive("key-id")[:4].hex()

    @property
    def in_file(self) -> str:
        """The secret as the key file holds it."""
        return self._secret.hex()

    def wrap(self, algorithm: Algorithm, nonce: bytes, secret: bytes, associated: bytes) -> bytes:
        """A data key for the database: it opens with the same ``associated`` data only."""
        sealed = cipher_for(algorithm, self._secret, "wrap").encrypt(nonce, secret, associated)
        return bytes([algorithm.code]) + nonce + sealed

    def unwrap(self, wrapped: bytes, associated: bytes) -> bytes:
        """What ``wrap`` was given; raises ``VaultKeyError``."""
        algorithm = Algorithm.of_code(wrapped[0]) if wrapped else None
        if algorithm is None:
            raise VaultKeyError("a wrapped data key has an unknown form")
        nonce, sealed = wrapped[1 : 1 + NONCE_BYTES], wrapped[1 + NONCE_BYTES :]
        try:
            return cipher_for(algorithm, self._secret, "wrap").decrypt(nonce, sealed, associated)
        except (InvalidTag, ValueError):
            raise VaultKeyError(f"a data key was altered, or moved from another row (master key {self.id})") from None
