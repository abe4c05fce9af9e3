"""Originals: the password and a reason again, then one patient's messages as they were written, for half an hour."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, status
from pydantic import AwareDatetime, BaseModel, Field, SecretStr, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from care.staff import TooOften, refuse_often, step_up, stepped_up
from care.staff.stepping_up import REASON_CHARS, REVEALS_AN_HOUR
from clinic.conversations import PAGE, Number, waits_for_consent
from clinic.parameters import NO_NUL, Id
from clinic.seat import AtSeat, Seat
from records.audit import Action, Outcome, audit, audit_alone
from records.conversations import Conversation, Message
from records.database import session_scope
from records.patients import Account
from records.sensitivity import Sensitivity, holds, open_tokens
from records.vault import get_vault

EVERY_LEVEL = frozenset({Sensitivity.RESTRICTED, Sensitivity.SPECIAL})

routes = APIRouter()


class StepUpRequest(BaseModel):
    """Who is at the seat proves it again and says why."""

    password: SecretStr = Field(max_length=256)
    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=REASON_CHARS, max_length=200, pattern=NO_NUL)
    ]
    conversation: str = Field(pattern="^[0-9a-f]{16}$")


class SteppedUp(BaseModel):
    expires_at: AwareDatetime


class OriginalText(BaseModel):
    """One message's text as it was written."""

    seq: int
    text: str


class Revealed(BaseModel):
    """Only messages of which anything is masked on the page are here."""

    expires_at: AwareDatetime
    messages: list[OriginalText]


@routes.post("/step-up")
def post_step_up(request: StepUpRequest, seat: AtSeat) -> SteppedUp:
    """Leave to see the originals of this conversation's patient for 30 minutes, in this browser.

    403 for a wrong password (it counts for the lock), 404 for an unknown conversation, 429 when asked too often.
    """
    subject = f"conversation:{request.conversation}"
    try:
        with session_scope() as session:
            patient = _patient(session, request.conversation)
            until = step_up(
                session,
                actor=seat.actor,
                session_id=seat.session,
                password=request.password.get_secret_value(),
                account_id=patient,
                subject=subject,
                reason=request.reason,
            )
    except TooOften:
        raise _too_often(seat, Action.STEP_UP, subject, patient) from None
    if until is None:
        raise HTTPException(status.HTTP_403_FORBIDDEN, "密码不对；在同一台电脑上连续输错 5 次，要等 15 分钟")
    return SteppedUp(expires_at=until)


@routes.get("/conversations/{conversation_id}/revealed")
def get_revealed(conversation_id: Id, seat: AtSeat, before: Number | None = None, after: Number = 0) -> Revealed:
    """The originals of up to 100 messages, chosen as the messages' page does. 403 without leave for this patient, 429
    when asked too often. Every call is a row of the audit; when that cannot be written nothing is shown."""
    subject = f"conversation:{conversation_id}"
    with session_scope() as session:
        patient = _patient(session, conversation_id)
        until = stepped_up(session, session_id=seat.session, account_id=patient)
    if until is None:
        audit_alone(actor=seat.actor, action=Action.REVEAL, patient=patient, subject=subject, outcome=Outcome.REFUSED)
        raise HTTPException(status.HTTP_403_FORBIDDEN, "请先输入密码和查看原因")
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
        raise _too_often(seat, Action.REVEAL, subject, patient) from None
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


def _patient(session: Session, conversation_id: str) -> str:
    conversation = session.get(Conversation, conversation_id)
    if conversation is None or session.get_one(Account, conversation.account_id).restricted_at is not None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这个对话")
    return conversation.account_id


def _too_often(seat: Seat, action: Action, subject: str, patient: str) -> HTTPException:
    audit_alone(
        actor=seat.actor,
        action=action,
        patient=patient,
        subject=subject,
        outcome=Outcome.REFUSED,
        details={"cause": "too_often"},
    )
    return HTTPException(status.HTTP_429_TOO_MANY_REQUESTS, "这一小时里查看原文太多次，请稍后再试")
