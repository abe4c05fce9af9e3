"""Photos, videos, voice and files that patients sent: an encrypted file and a row each."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.conversations import Conversation
from records.database import new_id
from records.media import Media, media_path
from records.sealed_files import open_file, plain_chunks, seal_file
from records.vault import LEVEL_NORMAL, Vault, VaultEntryShredded

__all__ = ["MediaNotFound", "media_path", "open_media", "owner_of", "read_media", "store_bytes", "store_media"]


class MediaNotFound(Exception):
    """There is no such media, or its file is gone."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


def owner_of(session: Session, conversation_id: str) -> str:
    """The account whose data key seals the media of a conversation."""
    return session.scalars(select(Conversation.account_id).where(Conversation.id == conversation_id)).one()


def store_media(
    session: Session,
    vault: Vault,
    *,
    conversation_id: str,
    kind: str,
    content_type: str,
    source: Path,
    level: int = LEVEL_NORMAL,
) -> Media:
    """Encrypt the file at ``source`` and add its row; ``source`` itself is the caller's to delete.

    The file is complete and on disk before the row exists. Should the caller's transaction then roll back, what
    stays is an encrypted file without a row, which the worker's sweep removes.
    """
    with source.open("rb") as plain:
        return _stored(
            session,
            vault,
            plain,
            conversation_id=conversation_id,
            kind=kind,
            content_type=content_type,
            level=level,
        )


def store_bytes(
    session: Session,
    vault: Vault,
    *,
    conversation_id: str,
    kind: str,
    content_type: str,
    content: bytes,
    level: int = LEVEL_NORMAL,
) -> Media:
    """As ``store_media``, for what the house itself has made and never lay on a disk."""
    plain = io.BytesIO(content)
    return _stored(
        session, vault, plain, conversation_id=conversation_id, kind=kind, content_type=content_type, level=level
    )


def _stored(
    session: Session,
    vault: Vault,
    plain: IO[bytes],
    *,
    conversation_id: str,
    kind: str,
    content_type: str,
    level: int,
) -> Media:
    media_id, owner = new_id(), owner_of(session, conversation_id)
    written = seal_file(
        session,
        vault,
        owner=owner,
        name=media_id,
        chunks=plain_chunks(plain),
        target=media_path(media_id),
        level=level,
    )
    media = Media(
        id=media_id,
        conversation_id=conversation_id,
        kind=kind,
        content_type=content_type,
        size=written.size,
        sha256=written.sha256,
        data_key_id=written.data_key_id,
        sensitivity=level,
    )
    session.add(media)
    session.flush()
    return media


def open_media(session: Session, vault: Vault, media_id: str, *, first: int = 0) -> Iterator[bytes]:
    """The plain bytes from ``first`` on, each chunk checked before it is given.

    Raises ``MediaNotFound``, ``VaultEntryShredded`` (erased) or ``VaultKeyError`` at once, ``VaultEntryDamaged`` at
    once or at the first chunk that is not as it was written: what came before it is then to be thrown away.
    """
    media = session.get(Media, media_id)
    if media is None:
        raise MediaNotFound
    if media.shredded:
        raise VaultEntryShredded
    owner = owner_of(session, media.conversation_id)
    try:
        opened = open_file(session, vault, owner=owner, name=media_id, source=media_path(media_id))
    except FileNotFoundError:
        raise MediaNotFound from None
    return opened.chunks(first=first)


def read_media(session: Session, vault: Vault, media_id: str) -> bytes:
    """The whole plain file; for photos. Raises as ``open_media``."""
    return b"".join(open_media(session, vault, media_id))
