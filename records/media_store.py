"""Media on disk, encrypted chunk by chunk, so that no video is ever in memory or in clear as a whole.

A file is: magic, length of the sealed file key, the sealed file key, then chunks. Each chunk is AES-256-GCM under
the file's own key; its associated data are the media's id, the chunk's place and whether it is the last one. A
chunk moved, left out, repeated, cut off or put into another file does not open.
"""

import os
import struct
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes, token_hex
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Session

from records.database import new_id
from records.keys import KEY_BYTES, sync_folder
from records.media import Media
from records.vault import NONCE_BYTES, TAG_BYTES, Vault, VaultEntryDamaged, bind
from settings import get_settings

CHUNK_BYTES = 1024 * 1024
_MAGIC = b"XLM1"
_LENGTH = struct.Struct(">H")


class MediaNotFound(Exception):
    """There is no such media, or its file is gone."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


def media_path(media_id: str) -> Path:
    """Where the encrypted file of ``media_id`` lies."""
    return get_settings().var / "media" / media_id


def store_media(
    session: Session, vault: Vault, *, conversation_id: str, kind: str, content_type: str, source: Path
) -> Media:
    """Encrypt the file at ``source`` and add its row; ``source`` itself is the caller's to delete.

    The file is complete and on disk before the row exists. Should the caller's transaction then roll back, what
    stays is an encrypted file without a row, which nobody can open through the house.
    """
    media_id = new_id()
    target = media_path(media_id)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = target.with_name(f".{media_id}.{token_hex(4)}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with source.open("rb") as plain, os.fdopen(descriptor, "wb") as sealed:
            size, digest = _encrypt(plain, sealed, vault, media_id)
            sealed.flush()
            os.fsync(sealed.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(target.parent)
    media = Media(
        id=media_id, conversation_id=conversation_id, kind=kind, content_type=content_type, size=size, sha256=digest
    )
    session.add(media)
    session.flush()
    return media


def open_media(session: Session, vault: Vault, media_id: str) -> Iterator[bytes]:
    """The plain chunks, each checked before it is given. Raises ``MediaNotFound`` at once, ``VaultEntryDamaged``
    at the first chunk that is not as it was written: what came before it is then to be thrown away."""
    if session.get(Media, media_id) is None:
        raise MediaNotFound
    try:
        file = media_path(media_id).open("rb")
    except FileNotFoundError:
        raise MediaNotFound from None
    return _decrypt(file, vault, media_id)


def read_media(session: Session, vault: Vault, media_id: str) -> bytes:
    """The whole plain file; for photos. Raises as ``open_media``."""
    return b"".join(open_media(session, vault, media_id))


def _context(media_id: str) -> str:
    return f"media:{media_id}"


def _associated(media_id: str, index: int, last: bool) -> bytes:
    return bind("chunk", media_id, str(index), "last" if last else "more")


def _nonce(index: int) -> bytes:
    # The key is this file's alone, so a counter never repeats under it.
    return index.to_bytes(NONCE_BYTES, "big")


def _encrypt(plain: IO[bytes], sealed: IO[bytes], vault: Vault, media_id: str) -> tuple[int, str]:
    """Returns the size in bytes and the SHA-256 of what was read."""
    secret = token_bytes(KEY_BYTES)
    header = vault.seal(secret, context=_context(media_id))
    sealed.write(_MAGIC + _LENGTH.pack(len(header)) + header)
    cipher, digest, size, index = AESGCM(secret), sha256(), 0, 0
    chunk = plain.read(CHUNK_BYTES)
    while True:
        following = plain.read(CHUNK_BYTES)
        digest.update(chunk)
        size += len(chunk)
        sealed.write(cipher.encrypt(_nonce(index), chunk, _associated(media_id, index, not following)))
        if not following:
            return size, digest.hexdigest()
        chunk, index = following, index + 1


def _decrypt(file: IO[bytes], vault: Vault, media_id: str) -> Iterator[bytes]:
    with file:
        start = file.read(len(_MAGIC) + _LENGTH.size)
        if len(start) < len(_MAGIC) + _LENGTH.size or not start.startswith(_MAGIC):
            raise VaultEntryDamaged
        header = file.read(_LENGTH.unpack(start[len(_MAGIC) :])[0])
        cipher, index = AESGCM(vault.open(header, context=_context(media_id))), 0
        chunk = file.read(CHUNK_BYTES + TAG_BYTES)
        while True:
            following = file.read(CHUNK_BYTES + TAG_BYTES)
            try:
                yield cipher.decrypt(_nonce(index), chunk, _associated(media_id, index, not following))
            except InvalidTag:
                raise VaultEntryDamaged from None
            if not following:
                return
            chunk, index = following, index + 1
