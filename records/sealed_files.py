"""Encrypted files on disk, chunk by chunk, so that no video is ever in memory or in clear as a whole.

A file is: magic, the chunks' algorithm, length of the sealed file key, the file key sealed for its owner, then chunks.
Each chunk is encrypted under the file's own key; its associated data are the file's name (a media's id), the chunk's
place and whether it is the last one. A chunk moved, left out, repeated, cut off or put into another file does not
open.
"""

import os
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes, token_hex
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Session

from records.keys import KEY_BYTES, NONCE_BYTES, TAG_BYTES, Aead, Algorithm, cipher_for, sync_folder
from records.vault import LEVEL_NORMAL, Vault, VaultEntryDamaged
from records.vault.binding import bind
from records.vault.vault import earlier_master_id, key_id_of

CHUNK_BYTES = 1024 * 1024
_MAGIC_EARLIER = b"XLM1"  # AES-256-GCM, the file key sealed under the master key
_MAGIC = b"XLM2"
_LENGTH = struct.Struct(">H")
_HEADER_MAX = 256


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written: its plain size in bytes and SHA-256, and the data key that it needs."""

    size: int
    sha256: str
    data_key_id: str


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file ready to be read; ``start`` is where its chunks begin."""

    path: Path
    name: str
    start: int
    cipher: Aead = field(repr=False)

    def chunks(self, *, first: int = 0) -> Iterator[bytes]:
        """The plain bytes from ``first`` on, each chunk checked before it is given; nothing when ``first`` is behind
        the end. Raises ``VaultEntryDamaged``: what came before it is then to be thrown away."""
        index, skip = divmod(first, CHUNK_BYTES)
        with self.path.open("rb") as file:
            offset = self.start + index * (CHUNK_BYTES + TAG_BYTES)
            if index and offset >= os.fstat(file.fileno()).st_size:
                return
            file.seek(offset)
            chunk = file.read(CHUNK_BYTES + TAG_BYTES)
            while True:
                following = file.read(CHUNK_BYTES + TAG_BYTES)
                try:
                    plain = self.cipher.decrypt(_nonce(index), chunk, _associated(self.name, index, not following))
                except (InvalidTag, ValueError):
                    raise VaultEntryDamaged from None
                yield plain[skip:]
                if not following:
                    return
                chunk, index, skip = following, index + 1, 0


def seal_file(
    session: Session,
    vault: Vault,
    *,
    owner: str,
    name: str,
    chunks: Iterator[bytes],
    target: Path,
    level: int = LEVEL_NORMAL,
) -> Written:
    """Write (or replace) the encrypted file at ``target``; it opens for the same ``owner`` and ``name`` only.
    ``chunks`` are as ``plain_chunks`` gives them. The file is whole and on disk when this returns, or not there."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = target.with_name(f".{target.name}.{token_hex(4)}")
    secret = token_bytes(KEY_BYTES)
    header = vault.seal(session, secret, owner=owner, context=_context(name), level=level)
    cipher = cipher_for(vault.algorithm, secret, "media")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as sealed:
            sealed.write(_MAGIC + bytes([vault.algorithm.code]) + _LENGTH.pack(len(header)) + header)
            size, digest = _encrypt(chunks, sealed, cipher, name)
            sealed.flush()
            os.fsync(sealed.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(target.parent)
    key_id = key_id_of(header)
    assert key_id is not None
    return Written(size=size, sha256=digest, data_key_id=key_id)


def open_file(session: Session, vault: Vault, *, owner: str, name: str, source: Path) -> SealedFile:
    """The file that ``seal_file`` wrote. Raises ``FileNotFoundError``, ``VaultEntryDamaged``, ``VaultEntryShredded``
    or ``VaultKeyError``."""
    with source.open("rb") as file:
        algorithm, header = _read_header(file)
        start = file.tell()
    secret = vault.open(session, header, owner=owner, context=_context(name))
    cipher = AESGCM(secret) if algorithm is None else cipher_for(algorithm, secret, "media")
    return SealedFile(path=source, name=name, start=start, cipher=cipher)


def plain_chunks(plain: IO[bytes]) -> Iterator[bytes]:
    """A plain file in pieces of ``CHUNK_BYTES``; only the last is shorter, and an empty file is one empty piece."""
    chunk = plain.read(CHUNK_BYTES)
    yield chunk
    while chunk := plain.read(CHUNK_BYTES):
        yield chunk


def data_key_of(path: Path) -> str | None:
    """The data key that a file needs, by its header; None for the earlier scheme and for what is no such file."""
    with suppress(OSError, VaultEntryDamaged), path.open("rb") as file:
        return key_id_of(_read_header(file)[1])
    return None


def earlier_master_of(path: Path) -> str | None:
    """The master key that a file of the earlier scheme needs; None for every other."""
    with suppress(OSError, VaultEntryDamaged), path.open("rb") as file:
        return earlier_master_id(_read_header(file)[1])
    return None


def _read_header(file: IO[bytes]) -> tuple[Algorithm | None, bytes]:
    """The chunks' algorithm (None: the earlier scheme) and the sealed file key; raises ``VaultEntryDamaged``."""
    magic, algorithm = file.read(len(_MAGIC)), None
    if magic == _MAGIC:
        code = file.read(1)
        algorithm = Algorithm.of_code(code[0]) if code else None
        if algorithm is None:
            raise VaultEntryDamaged
    elif magic != _MAGIC_EARLIER:
        raise VaultEntryDamaged
    length = file.read(_LENGTH.size)
    if len(length) < _LENGTH.size or (size := _LENGTH.unpack(length)[0]) > _HEADER_MAX:
        raise VaultEntryDamaged
    return algorithm, file.read(size)


def _context(name: str) -> str:
    return f"media:{name}"


def _associated(name: str, index: int, last: bool) -> bytes:
    return bind("chunk", name, str(index), "last" if last else "more")


def _nonce(index: int) -> bytes:
    # The key is this file's alone, so a counter never repeats under it.
    return index.to_bytes(NONCE_BYTES, "big")


def _encrypt(chunks: Iterator[bytes], sealed: IO[bytes], cipher: Aead, name: str) -> tuple[int, str]:
    """Returns the size in bytes and the SHA-256 of what was read."""
    digest, size, index = sha256(), 0, 0
    chunk = next(chunks)
    while True:
        following = next(chunks, b"")
        digest.update(chunk)
        size += len(chunk)
        sealed.write(cipher.encrypt(_nonce(index), chunk, _associated(name, index, not following)))
        if not following:
            return size, digest.hexdigest()
        chunk, index = following, index + 1
