"""Keeping a file and answering for it, each once however often it is asked for."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.conversations import append_reply, lock_conversation, settle, wait_for_person
from care.media.judgement import Judgement
from care.replies import Reply
from records.audit import SYSTEM, Action, audit
from records.conversations import Author, Conversation, Holder, Message, MessageState
from records.media_store import store_media
from records.vault import Vault


def keep(session: Session, vault: Vault, *, message_id: str, source: Path, judgement: Judgement) -> str:
    """Store the message's file encrypted; returns the media's id. A second call returns the first one's."""
    message = session.scalars(select(Message).where(Message.id == message_id).with_for_update()).one()
    if message.media_id is not None:
        return message.media_id
    media = store_media(
        session,
        vault,
        conversation_id=message.conversation_id,
        kind=judgement.kind,
        content_type=judgement.content_type,
        source=source,
    )
    message.media_id = media.id
    session.flush()
    patient = session.get_one(Conversation, message.conversation_id).account_id
    details: dict[str, str | int] = {"kind": media.kind, "type": media.content_type, "size": media.size}
    audit(
        session,
        actor=SYSTEM,
        action=Action.STORE_MEDIA,
        patient=patient,
        subject=f"media:{media.id}",
        details=details,
    )
    return media.id


def answer(
    session: Session, *, message_id: str, judgement: Judgement, reply: Reply | None = None, person: bool
) -> bool:
    """Tell the patient, ask for a ``person`` where one must come; returns False when that was done before.

    ``reply`` is what an engine found to say; without it the judgement's own sentence is told. A conversation that a
    seat holds gets no automatic reply: the seat sees the message waiting.
    """
    message = session.get_one(Message, message_id)
    conversation = lock_conversation(session, message.conversation_id)
    mark = f"media:{message_id}"
    known = select(Message.id).where(Message.conversation_id == conversation.id, Message.dedupe_key == mark)
    if session.scalar(known) is not None:
        return False
    held = conversation.holder == Holder.SEAT
    if held and message.state == MessageState.WAITING:
        return False
    if person and not held:
        wait_for_person(session, conversation_id=conversation.id)
    if not held:
        told = append_reply(
            session,
            conversation_id=conversation.id,
            author=Author.BOT,
            reply=reply or Reply(text=judgement.sentence),
            reply_to=message_id,
        )
        told.dedupe_key = mark
    settle(session, [message_id], MessageState.WAITING if person or held else MessageState.ANSWERED)
    session.flush()
    return True
