"""Notes between colleagues beside a conversation."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.conversations import ConversationNotFound
from records.audit import Action, Actor, audit
from records.console import PrivateNote
from records.conversations import Conversation
from records.database import utc_now
from records.masking import mask_into_vault
from records.sensitivity import seal_sensitive
from records.vault import get_vault


def write_note(
    session: Session, *, conversation_id: str, actor: Actor, text: str, now: datetime | None = None
) -> PrivateNote:
    """Keep a note, masked; the patient never sees it. Raises ConversationNotFound."""
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        raise ConversationNotFound(conversation_id)
    masked = mask_into_vault(session, get_vault(), owner=conversation.account_id, text=text)
    sealed = seal_sensitive(session, get_vault(), owner=conversation.account_id, text=masked)
    note = PrivateNote(conversation_id=conversation_id, by=actor.id, text=sealed.text, at=now or utc_now())
    session.add(note)
    session.flush()
    audit(
        session,
        actor=actor,
        action=Action.WRITE_NOTE,
        patient=conversation.account_id,
        subject=f"conversation:{conversation_id}",
    )
    return note


def notes_of(session: Session, conversation_id: str) -> Sequence[PrivateNote]:
    """The notes of a conversation, oldest first."""
    query = select(PrivateNote).where(PrivateNote.conversation_id == conversation_id).order_by(PrivateNote.at)
    return session.scalars(query).all()
