"""The ciphers of the house: AES-256-GCM with SHA-256, or SM4-GCM with SM3 (GB/T 39786; RFC 8998)."""

from enum import StrEnum
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, SM3, HashAlgorithm
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32  # of a master key, a data key and a file key, whatever cipher is then derived from it
NONCE_BYTES = 12
TAG_BYTES = 16


class Algorithm(StrEnum):
    """A cipher that data may be sealed with; what is sealed says with which."""

    AES_256_GCM = "aes-256-gcm"
    SM4_GCM = "sm4-gcm"

    @property
    def code(self) -> int:
        """One byte that stands for it in what is sealed; never change one."""
        return _CODES[self]

    @classmethod
    def of_code(cls, code: int) -> "Algorithm | None":
        """The algorithm of a ``code``; None for one that this version does not know."""
        return next((algorithm for algorithm, known in _CODES.items() if known == code), None)


_CODES = {Algorithm.AES_256_GCM: 1, Algorithm.SM4_GCM: 2}
_CIPHER_KEY_BYTES = {Algorithm.AES_256_GCM: 32, Algorithm.SM4_GCM: 16}


class Aead(Protocol):
    """Authenticated encryption under one key; ``decrypt`` raises ``InvalidTag``."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...


class Sm4Gcm:
    """SM4 (GB/T 32907) in GCM with a tag of 16 bytes, as RFC 8998 uses it: 16 bytes of key, 12 of nonce."""

    def __init__(self, key: bytes) -> None:
        self._algorithm = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        """``data`` encrypted, with its tag behind."""
        encryptor = Cipher(self._algorithm, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated_data)
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        """What was encrypted; raises ``InvalidTag``."""
        if len(data) < TAG_BYTES:
            raise InvalidTag
        decryptor = Cipher(self._algorithm, modes.GCM(nonce, data[-TAG_BYTES:])).decryptor()
        decryptor.authenticate_additional_data(associated_data)
        return decryptor.update(data[:-TAG_BYTES]) + decryptor.finalize()


def hash_of(algorithm: Algorithm) -> HashAlgorithm:
    """The hash function that goes with a cipher."""
    return SM3() if algorithm is Algorithm.SM4_GCM else SHA256()


def derive(algorithm: Algorithm, secret: bytes, purpose: str, *, length: int = KEY_BYTES) -> bytes:
    """``length`` bytes for ``purpose`` (HKDF with the algorithm's hash): they tell nothing of ``secret`` or of any
    other purpose."""
    info = f"xinglin/{algorithm}/{purpose}".encode()
    return HKDF(algorithm=hash_of(algorithm), length=length, salt=None, info=info).derive(secret)


def cipher_for(algorithm: Algorithm, secret: bytes, purpose: str) -> Aead:
    """The cipher of one ``purpose`` under ``secret``; the same secret may serve both algorithms."""
    key = derive(algorithm, secret, purpose, length=_CIPHER_KEY_BYTES[algorithm])
    return Sm4Gcm(key) if algorithm is Algorithm.SM4_GCM else AESGCM(key)
