"""Answers that the house knows to the patient's last message, each with its source. A person inserts, changes and
sends one; nothing is sent from here."""

from fastapi import APIRouter, Depends, HTTPException, status
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from care.suggested import Source, suggested
from clinic.parameters import Id
from clinic.permissions import Permission, allowed
from clinic.seat import AtSeat, Seat
from clinic.viewing import audit_messages
from hospital import get_hospital
from records.conversations import Author, Conversation, Holder, Message, MessageState
from records.database import session_scope, utc_now
from records.patients import Account
from settings import get_settings

READ = [Depends(allowed(Permission.READ_SUGGESTIONS))]

routes = APIRouter()


class SuggestionRow(BaseModel):
    """``title`` says where the answer stands, ``edition`` which version or of which day that is."""

    id: str
    source: Source
    title: str
    edition: str
    text: str


class Suggestions(BaseModel):
    """Up to three answers to the message ``seq``, the best on top; null and none where nothing is to be answered."""

    seq: int | None
    rows: list[SuggestionRow]


@routes.get("/conversations/{conversation_id}/suggestions", dependencies=READ)
def get_suggestions(conversation_id: Id, seat: AtSeat) -> Suggestions:
    """For a conversation that waits for a person or that the seat holds. 404 for an unknown one."""
    with session_scope() as session:
        conversation = session.get(Conversation, conversation_id)
        if conversation is None or session.get_one(Account, conversation.account_id).restricted_at is not None:
            raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这个对话")
        last = _unanswered(session, conversation) if _open_to(seat, conversation) else None
        if last is None:
            return Suggestions(seq=None, rows=[])
        # What is suggested tells what was said.
        audit_messages(
            session,
            seat,
            patient=conversation.account_id,
            conversation_id=conversation_id,
            numbers=[last.seq],
        )
        today = utc_now().astimezone(get_settings().zone).date()
        found = suggested(session, get_hospital(), last.text, today=today)
        return Suggestions(
            seq=last.seq, rows=[SuggestionRow.model_validate(one, from_attributes=True) for one in found]
        )


def _open_to(seat: Seat, conversation: Conversation) -> bool:
    return conversation.holder == Holder.WAITING or (
        conversation.holder == Holder.SEAT and conversation.seat == seat.username
    )


def _unanswered(session: Session, conversation: Conversation) -> Message | None:
    """The patient's last message, unless a person has answered it or it waits for consent; None too for a photo."""
    last = session.scalar(
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.author != Author.BOT)
        .order_by(Message.seq.desc())
        .limit(1)
    )
    if last is None or last.author != Author.PATIENT or last.state == MessageState.HELD:
        return None
    return last if last.text else None
