"""The key that signs checkpoints, a file apart from the database's keys; its public half verifies without secrets."""

import os
import stat
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_PEM_END = b"-----END PUBLIC KEY-----"


class SigningKeyError(Exception):
    """A key of the audit cannot be used: missing, readable by others or damaged."""


class Signer:
    """Signs with Ed25519 (RFC 8032)."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = key.public_key()
        self.key_id = key_id(self.public)

    def __repr__(self) -> str:
        return f"Signer({self.key_id})"

    def sign(self, data: bytes) -> str:
        """The signature, 128 hexadecimal digits."""
        return self._key.sign(data).hex()


class PublicKeys:
    """The public keys an auditor holds: more than one where a key was replaced."""

    def __init__(self, keys: list[Ed25519PublicKey]) -> None:
        self._keys = {key_id(key): key for key in keys}

    def verified(self, data: bytes, *, signature: str, by: str) -> bool:
        """Whether ``by`` is one of these keys and made this signature."""
        key = self._keys.get(by)
        if key is None:
            return False
        try:
            key.verify(bytes.fromhex(signature), data)
        except (InvalidSignature, ValueError):
            return False
        return True


def key_id(key: Ed25519PublicKey) -> str:
    """16 hexadecimal digits that tell keys apart."""
    return sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def load_signer(path: Path) -> Signer:
    """The signer whose key is in ``path``, made on first use with mode 0600; raises :class:`SigningKeyError`."""
    if not path.exists():
        _create(path)
    return _read(path, path.stat().st_ctime_ns)


def load_public_keys(path: Path) -> PublicKeys:
    """The PEM public keys in ``path``, one after the other; raises :class:`SigningKeyError`."""
    try:
        blocks = [block + _PEM_END for block in path.read_bytes().split(_PEM_END) if block.strip()]
        keys = [load_pem_public_key(block.strip()) for block in blocks]
    except OSError as error:
        raise SigningKeyError(f"the public key at {path} cannot be read: {error.strerror}") from None
    except (ValueError, UnsupportedAlgorithm):
        raise SigningKeyError(f"the public key at {path} is damaged") from None
    if not keys or not all(isinstance(key, Ed25519PublicKey) for key in keys):
        raise SigningKeyError(f"there is no Ed25519 key in {path}")
    return PublicKeys([key for key in keys if isinstance(key, Ed25519PublicKey)])


def public_pem(signer: Signer) -> bytes:
    """The public key as PEM, to be handed to whoever audits."""
    return signer.public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Signer:
    try:
        with path.open("rb") as file:
            if os.name == "posix" and os.fstat(file.fileno()).st_mode & _OTHERS:
                raise SigningKeyError(f"the audit's key at {path} can be read by others: chmod 600 it")
            key = load_pem_private_key(file.read(), password=None)
    except OSError as error:
        raise SigningKeyError(f"the audit's key at {path} cannot be read: {error.strerror}") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise SigningKeyError(f"the audit's key at {path} is damaged") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningKeyError(f"the audit's key at {path} is not an Ed25519 key")
    return Signer(key)


def _create(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        # Linked, not renamed: of two processes that start at once the second reads the first one's key.
        if not path.exists():
            try:
                os.link(temporary, path)
            except FileExistsError:
                return
    finally:
        temporary.unlink()
