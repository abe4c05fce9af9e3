"""How a row is hashed, and how the next one is linked to it."""

import json
from collections.abc import Callable, Sequence
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SM3, Hash

from settings import get_settings

# What the first row of a chain calls its predecessor.
GENESIS = "0" * 64
# The columns a hash covers, in this order; ``hash`` itself is the only one that is not among them.
COVERED = (
    "seq", "at", "actor_kind", "actor_id", "address", "action", "patient", "subject", "reason", "outcome", "details",
    "hash_name", "previous",
)  # fmt: skip


def _sha256(data: bytes) -> str:
    return sha256(data).hexdigest()


def _sm3(data: bytes) -> str:
    digest = Hash(SM3())
    digest.update(data)
    return digest.finalize().hex()


HASHES: dict[str, Callable[[bytes], str]] = {"sha256": _sha256, "sm3": _sm3}


def hash_name() -> str:
    """The hash new rows get: SM3 where the hospital keeps the commercial cipher rules (GB/T 39786), else SHA-256."""
    return "sm3" if get_settings().cipher == "sm4-gcm" else "sha256"


def serialise(values: Sequence[object]) -> bytes:
    """The bytes that are hashed: the ``COVERED`` columns as one JSON array, UTF-8, no spaces, null for no patient."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def row_hash(values: Sequence[object], name: str) -> str:
    """The hash of a row's ``COVERED`` columns, 64 hexadecimal digits; ``KeyError`` for a hash nobody knows."""
    return HASHES[name](serialise(values))
