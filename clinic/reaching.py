"""Whether a seat may reach what is kept of a patient beside the cases: programmes, follow-ups."""

from fastapi import HTTPException, status
from sqlalchemy.orm import Session

from clinic.permissions import visible_departments
from clinic.seat import Seat
from records.conversations import Conversation
from records.patients import Account

NO_CONVERSATION = "没有这个对话"


def conversation_of(session: Session, conversation_id: str) -> Conversation:
    """The conversation; 404 for an unknown or erased one."""
    conversation = session.get(Conversation, conversation_id)
    if conversation is None or session.get_one(Account, conversation.account_id).restricted_at is not None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, NO_CONVERSATION)
    return conversation


def refuse_elsewhere(session: Session, seat: Seat, department: str, *, said: str) -> None:
    """403 with ``said`` for what is another department's."""
    visible = visible_departments(session, seat)
    if visible is not None and department and department not in visible:
        raise HTTPException(status.HTTP_403_FORBIDDEN, said)
