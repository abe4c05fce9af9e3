"""Messages that wait for the patient's consent: kept, taken up when it is given, dropped when it is not.

A text waits masked in its row; an upload waits encrypted in the spool; what WeChat holds is not even fetched.
"""

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.consent import Purpose
from channels.inbound import Kind
from records.conversations import Author, Message, MessageState
from records.database import utc_now
from records.sealed_files import open_file, plain_chunks, seal_file
from records.vault import get_vault
from records.wiping import destroy_file
from settings import get_settings

# Who has not answered by then is asked again; what waited is gone (PIPL art. 6, 47: no longer than needed).
WAITS_FOR = timedelta(hours=24)
MEDIA_KINDS = frozenset({Kind.IMAGE, Kind.VIDEO, Kind.VOICE, Kind.FILE})


@dataclass(frozen=True, slots=True)
class Held:
    """One message that waits. ``heard`` is what the assistant would get."""

    message_id: str
    seq: int
    kind: str
    heard: str = field(repr=False)

    @property
    def purpose(self) -> Purpose:
        return purpose_of(self.kind, self.heard)


def purpose_of(kind: str, heard: str) -> Purpose:
    """What a message needs consent for: a voice message that WeChat has written down is a text."""
    return Purpose.MEDIA if kind in MEDIA_KINDS and not heard else Purpose.CONSULTATION


def held_messages(session: Session, conversation_id: str) -> list[Held]:
    """What waits in this conversation, oldest first."""
    rows = session.scalars(
        select(Message)
        .where(
            Message.conversation_id == conversation_id,
            Message.author == Author.PATIENT,
            Message.state == MessageState.HELD,
        )
        .order_by(Message.seq)
    )
    return [Held(row.id, row.seq, row.kind, row.text if row.heard is None else row.heard) for row in rows]


def put_aside(session: Session, owner: str, source: dict[str, object] | None) -> Path | None:
    """Encrypt an upload for its ``owner`` (an account); returns the plain file, to be destroyed once the transaction
    (which may hold the owner's new key) is committed. Doing it twice is doing it once."""
    name = _spool_name(source)
    if name is None:
        return None
    plain, sealed = _paths(name)
    if not plain.is_file():
        return None
    if not sealed.is_file():
        with plain.open("rb") as file:
            seal_file(session, get_vault(), owner=owner, name=sealed.name, chunks=plain_chunks(file), target=sealed)
    return plain


def bring_back(session: Session, owner: str, source: dict[str, object] | None) -> None:
    """Put the plain upload back for the job that takes it; the encrypted one goes. Doing it twice is doing it once."""
    name = _spool_name(source)
    if name is None:
        return
    plain, sealed = _paths(name)
    if not sealed.is_file():
        return
    temporary = plain.with_name(f".{plain.name}")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.writelines(open_file(session, get_vault(), owner=owner, name=sealed.name, source=sealed).chunks())
    temporary.replace(plain)
    sealed.unlink()


def drop(session: Session, message_ids: list[str], *, said_instead: str) -> None:
    """Delete what these messages hold; ``said_instead`` stands in their place. Their files go at once."""
    for message in session.scalars(
        select(Message).where(Message.id.in_(message_ids), Message.state == MessageState.HELD)
    ):
        if (name := _spool_name(message.media_source)) is not None:
            for path in _paths(name):
                destroy_file(path)
        message.text, message.heard, message.media_source = said_instead, None, None
        message.state = MessageState.ANSWERED
    session.flush()


def overdue(session: Session, *, now: datetime | None = None) -> list[str]:
    """The ids of messages that have waited longer than they may."""
    limit = (now or utc_now()) - WAITS_FOR
    return list(
        session.scalars(select(Message.id).where(Message.state == MessageState.HELD, Message.created_at < limit))
    )


def _spool_name(source: dict[str, object] | None) -> str | None:
    name = Path(str((source or {}).get("spool", ""))).name
    return name or None


def _paths(name: str) -> tuple[Path, Path]:
    """The plain file and the encrypted one."""
    spool = get_settings().var / "spool"
    return spool / name, spool / f"held-{name}"
