"""Associated data: what a ciphertext is, and whose."""

import struct


def bind(*parts: str) -> bytes:
    """Associated data of several parts; each carries its length, so that no two lists give the same bytes."""
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return b"".join(struct.pack(">I", len(part)) + part for part in encoded)
