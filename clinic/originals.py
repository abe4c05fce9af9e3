"""Originals: after a step-up for one patient, that patient's messages as they were written, for half an hour."""

from fastapi import APIRouter, Depends, HTTPException, status
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from care.staff import TooOften, refuse_often, stepped_up
from care.staff.stepping_up import REVEALS_AN_HOUR
from clinic.conversations import PAGE, Number, waits_for_consent
from clinic.parameters import Id
from clinic.permissions import Permission, allowed
from clinic.seat import AtSeat
from clinic.stepping_up import patient_of, too_often
from records.audit import Action, Outcome, audit, audit_alone
from records.conversations import Conversation, Message
from records.database import session_scope
from records.sensitivity import Sensitivity, holds, open_tokens
from records.vault import get_vault

EVERY_LEVEL = frozenset({Sensitivity.RESTRICTED, Sensitivity.SPECIAL})

REVEAL = [Depends(allowed(Permission.REVEAL_ORIGINALS))]

routes = APIRouter()


class OriginalText(BaseModel):
    """One message's text as it was written."""

    seq: int
    text: str


class Revealed(BaseModel):
    """Only messages of which anything is masked on the page are here."""

    expires_at: AwareDatetime
    messages: list[OriginalText]


@routes.get("/conversations/{conversation_id}/revealed", dependencies=REVEAL)
def get_revealed(conversation_id: Id, seat: AtSeat, before: Number | None = None, after: Number = 0) -> Revealed:
    """The originals of up to 100 messages, chosen as the messages' page does. 403 without leave for this patient, 429
    when asked too often. Every call is a row of the audit; when that cannot be written nothing is shown."""
    subject = f"conversation:{conversation_id}"
    with session_scope() as session:
        patient = patient_of(session, conversation_id)
        until = stepped_up(session, session_id=seat.session, account_id=patient)
    if until is None:
        audit_alone(actor=seat.actor, action=Action.REVEAL, patient=patient, subject=subject, outcome=Outcome.REFUSED)
        raise HTTPException(status.HTTP_403_FORBIDDEN, "请先输入动态码和查看原因")
    try:
        with session_scope() as session:
            refuse_often(session, actor=seat.actor, action=Action.REVEAL, most=REVEALS_AN_HOUR)
            originals = _originals(session, patient, conversation_id, before, after)
            numbers = [original.seq for original in originals]
            audit(
                session,
                actor=seat.actor,
                action=Action.REVEAL,
                patient=patient,
                subject=subject,
                details={"count": len(numbers), "from": min(numbers, default=0), "to": max(numbers, default=0)},
            )
    except TooOften:
        raise too_often(seat, Action.REVEAL, subject, patient) from None
    return Revealed(expires_at=until, messages=originals)


def _originals(
    session: Session, patient: str, conversation_id: str, before: int | None, after: int
) -> list[OriginalText]:
    conversation = session.get_one(Conversation, conversation_id)
    query = select(Message.seq, Message.text, Message.state).where(
        Message.conversation_id == conversation_id, Message.seq > after
    )
    if before is not None:
        query = query.where(Message.seq < before)
    rows = session.execute(query.order_by(Message.seq.desc()).limit(PAGE)).all()
    vault = get_vault()
    return [
        OriginalText(seq=seq, text=open_tokens(session, vault, owner=patient, text=text, levels=EVERY_LEVEL))
        for seq, text, state in reversed(rows)
        if holds(text, levels=EVERY_LEVEL) and not waits_for_consent(conversation, state)
    ]
