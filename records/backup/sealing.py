"""A stream sealed chunk by chunk: written and read in bounded memory, and not a byte of it believed unchecked.

The file: magic, length of the header, header (JSON), then chunks, each its length and its ciphertext. A chunk is
AES-256-GCM (or SM4-GCM) under the archive's own key; its associated data are the header's digest, its place and whether
it is the last. A header changed, a chunk moved, left out, repeated or cut off does not open. What compresses is
compressed (zlib) before it is sealed; media, sealed already, are not tried for long.
"""

import io
import json
import struct
import zlib
from hashlib import sha256
from typing import IO, Any

from cryptography.exceptions import InvalidTag

from records.backup.failures import Damaged, NotABackup, Truncated
from records.keys import NONCE_BYTES, TAG_BYTES, Aead

MAGIC = b"XLB1"
CHUNK_BYTES = 1024 * 1024
HEADER_MAX_BYTES = 64 * 1024
_LENGTH = struct.Struct(">I")
_PLACE = struct.Struct(">QB")
# One byte in front of a chunk's content says how it is kept.
_AS_IT_IS, _DEFLATED = b"\0", b"\1"
_TRIED_BYTES = 16 * 1024
_WORTH_IT = 0.9


def _associated(header: bytes, place: int, *, last: bool) -> bytes:
    return sha256(header).digest() + _PLACE.pack(place, last)


def _nonce(place: int) -> bytes:
    # The key is this archive's alone, so a counter never repeats under it.
    return place.to_bytes(NONCE_BYTES, "big")


class SealedWriter(io.RawIOBase):
    """Takes plain bytes, writes sealed ones to ``file``. Complete only after :meth:`finish`."""

    def __init__(self, file: IO[bytes], *, header: dict[str, Any], cipher: Aead) -> None:
        self._file = file
        self._header = json.dumps(header, sort_keys=True).encode()
        self._cipher = cipher
        self._waiting = bytearray()
        self._place = 0
        file.write(MAGIC + _LENGTH.pack(len(self._header)) + self._header)

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._waiting += data
        # One byte more than a chunk: only then it is known that this one is not the last.
        while len(self._waiting) > CHUNK_BYTES:
            self._seal(bytes(self._waiting[:CHUNK_BYTES]), last=False)
            del self._waiting[:CHUNK_BYTES]
        return len(data)

    def finish(self) -> None:
        """Write the last chunk: without it the archive counts as cut off."""
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _seal(self, plain: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(
            _nonce(self._place), _packed(plain), _associated(self._header, self._place, last=last)
        )
        self._file.write(_LENGTH.pack(len(sealed)) + sealed)
        self._place += 1


def _packed(plain: bytes) -> bytes:
    tried = plain[:_TRIED_BYTES]
    if len(zlib.compress(tried, 1)) < _WORTH_IT * len(tried):
        return _DEFLATED + zlib.compress(plain, 1)
    return _AS_IT_IS + plain


def _unpacked(packed: bytes) -> bytes:
    if packed[:1] == _AS_IT_IS:
        return packed[1:]
    return zlib.decompress(packed[1:])


def read_header(file: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """The header, read and as it stands; raises :class:`NotABackup` or :class:`Truncated`."""
    start = file.read(len(MAGIC) + _LENGTH.size)
    if not start.startswith(MAGIC):
        raise NotABackup
    if len(start) < len(MAGIC) + _LENGTH.size:
        raise Truncated
    (length,) = _LENGTH.unpack(start[len(MAGIC) :])
    if length > HEADER_MAX_BYTES:
        raise NotABackup
    raw = file.read(length)
    if len(raw) < length:
        raise Truncated
    try:
        header: dict[str, Any] = json.loads(raw)
    except ValueError:
        raise Damaged from None
    return header, raw


class SealedReader(io.RawIOBase):
    """Gives the plain bytes of what follows the header; raises :class:`Truncated` or :class:`Damaged`."""

    def __init__(self, file: IO[bytes], *, header: bytes, cipher: Aead) -> None:
        self._file = file
        self._header = header
        self._cipher = cipher
        self._place = 0
        self._plain = memoryview(b"")
        self._following = self._chunk()
        if self._following is None:
            raise Truncated

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        while not self._plain and self._following is not None:
            sealed, self._following = self._following, self._chunk()
            self._plain = memoryview(self._open(sealed, last=self._following is None))
        given = min(len(buffer), len(self._plain))
        buffer[:given] = self._plain[:given]
        self._plain = self._plain[given:]
        return given

    def drain(self) -> None:
        """Read and check whatever is left."""
        buffer = bytearray(CHUNK_BYTES)
        while self.readinto(buffer):
            pass

    def _chunk(self) -> bytes | None:
        start = self._file.read(_LENGTH.size)
        if not start:
            return None
        if len(start) < _LENGTH.size:
            raise Truncated
        (length,) = _LENGTH.unpack(start)
        # Deflate adds a few bytes to what does not compress.
        if not TAG_BYTES < length <= CHUNK_BYTES + CHUNK_BYTES // 100:
            raise Damaged
        sealed = self._file.read(length)
        if len(sealed) < length:
            raise Truncated
        return sealed

    def _open(self, sealed: bytes, *, last: bool) -> bytes:
        nonce, place = _nonce(self._place), self._place
        self._place += 1
        try:
            return _unpacked(self._cipher.decrypt(nonce, sealed, _associated(self._header, place, last=last)))
        except InvalidTag:
            pass
        if last:
            try:
                self._cipher.decrypt(nonce, sealed, _associated(self._header, place, last=False))
            except InvalidTag:
                raise Damaged from None
            raise Truncated
        raise Damaged
