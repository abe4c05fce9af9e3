"""A patient's rights at the console: export and erasure for somebody who asks at the window (PIPL art. 45, 47).

Each needs the step-up for this patient (second factor again, with a reason) and is audited; the worker does it.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, status
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from care.consent import Purpose, standing, withdraw
from care.rights import ExportGone, ask, forget_what_was_told, open_export, plan_erasure
from care.staff import stepped_up
from clinic.parameters import NO_NUL, Id
from clinic.permissions import Permission, allowed
from clinic.seat import AtSeat, Seat
from records.audit import Action, Outcome, audit, audit_alone
from records.conversations import Conversation
from records.database import session_scope
from records.rights import RequestKind, RightsRequest

REASON_CHARS = 4
Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=REASON_CHARS, max_length=200, pattern=NO_NUL)
]

MANAGE = [Depends(allowed(Permission.MANAGE_RIGHTS))]

routes = APIRouter()


class RightsAsked(BaseModel):
    """What is asked for, and why: the patient's own words, or the letter it came in."""

    reason: Reason
    with_sensitive: bool = False


class RequestRow(BaseModel):
    """One request; ``expires_at`` is until when an export can be fetched."""

    id: str
    kind: str
    state: str
    asked_by: str
    asked_at: AwareDatetime
    done_at: AwareDatetime | None
    expires_at: AwareDatetime | None


class ConsentRow(BaseModel):
    """One purpose that the patient agrees to now; ``guardian`` is who agreed for a child under 14."""

    purpose: Purpose
    given_at: AwareDatetime
    guardian: str


class WithdrawAsked(BaseModel):
    """Whose wish it is and how it came: said on the telephone, at the window, in a letter."""

    purpose: Purpose
    reason: Reason


class PlanShown(BaseModel):
    """What an erasure would do. What stays is kept by law, shut away."""

    messages: int
    media: int
    appointments: int
    dialogue_until: AwareDatetime | None
    records_until: AwareDatetime | None
    held: bool


@routes.get("/conversations/{conversation_id}/rights", dependencies=MANAGE)
def get_rights(conversation_id: Id) -> list[RequestRow]:
    """The requests of this conversation's patient, the latest first."""
    with session_scope() as session:
        query = select(RightsRequest).where(
            RightsRequest.account_id == _patient(session, conversation_id),
            RightsRequest.kind.in_([RequestKind.EXPORT, RequestKind.ERASURE]),
        )
        return [_row(found) for found in session.scalars(query.order_by(RightsRequest.asked_at.desc()))]


@routes.get("/conversations/{conversation_id}/consents", dependencies=MANAGE)
def get_consents(conversation_id: Id) -> list[ConsentRow]:
    """What this conversation's patient agrees to now."""
    with session_scope() as session:
        grants = standing(session, _patient(session, conversation_id)).grants
    return [ConsentRow(purpose=one.purpose, given_at=one.given_at, guardian=one.guardian) for one in grants]


@routes.post(
    "/conversations/{conversation_id}/consents/withdraw",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=MANAGE,
)
def post_withdraw(conversation_id: Id, asked: WithdrawAsked, seat: AtSeat) -> None:
    """End a consent for a patient who says so to a person (PIPL art. 15): as easy as it was given, so no step-up."""
    with session_scope() as session:
        patient = _patient(session, conversation_id)
        if withdraw(session, patient, asked.purpose, actor=seat.actor, reason=asked.reason):
            forget_what_was_told(session, patient, asked.purpose, actor=seat.actor)


@routes.get("/conversations/{conversation_id}/erasure-plan", dependencies=MANAGE)
def get_erasure_plan(conversation_id: Id) -> PlanShown:
    """What an erasure would do; changes nothing."""
    with session_scope() as session:
        plan = plan_erasure(session, _patient(session, conversation_id))
    return PlanShown(
        messages=plan.messages,
        media=plan.media,
        appointments=plan.appointments,
        dialogue_until=plan.dialogue_until,
        records_until=plan.records_until,
        held=plan.held,
    )


@routes.post(
    "/conversations/{conversation_id}/exports",
    status_code=status.HTTP_202_ACCEPTED,
    dependencies=MANAGE,
)
def post_export(conversation_id: Id, asked: RightsAsked, seat: AtSeat) -> RequestRow:
    """Have the patient's data put together, in clear; 403 without leave for this patient."""
    return _ask(conversation_id, asked, seat, RequestKind.EXPORT, Action.ASK_EXPORT)


@routes.post(
    "/conversations/{conversation_id}/erasure",
    status_code=status.HTTP_202_ACCEPTED,
    dependencies=MANAGE,
)
def post_erasure(conversation_id: Id, asked: RightsAsked, seat: AtSeat) -> RequestRow:
    """Have the patient's data erased, as far as the law lets them go; 403 without leave, 409 under a legal hold."""
    return _ask(conversation_id, asked, seat, RequestKind.ERASURE, Action.ASK_ERASURE)


@routes.get(
    "/conversations/{conversation_id}/exports/{request_id}",
    response_class=StreamingResponse,
    dependencies=MANAGE,
)
def get_export(conversation_id: Id, request_id: Id, seat: AtSeat) -> StreamingResponse:
    """The zip that staff asked for; 403 without leave for this patient, 404 when its day is over."""
    with session_scope() as session:
        patient = _patient(session, conversation_id)
        _leave(session, seat, patient, Action.DOWNLOAD_EXPORT)
        found = session.get(RightsRequest, request_id)
        if found is None or found.account_id != patient:
            raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这份资料，或已过期")
        try:
            sealed = open_export(session, found)
        except ExportGone:
            raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这份资料，或已过期") from None
        audit(
            session,
            actor=seat.actor,
            action=Action.DOWNLOAD_EXPORT,
            patient=patient,
            subject=f"rights_request:{request_id}",
        )
    headers = {"Content-Disposition": 'attachment; filename="export.zip"', "Cache-Control": "private, no-store"}
    return StreamingResponse(sealed.chunks(), media_type="application/zip", headers=headers)


def _ask(conversation_id: str, asked: RightsAsked, seat: Seat, kind: RequestKind, action: Action) -> RequestRow:
    with session_scope() as session:
        patient = _patient(session, conversation_id)
        _leave(session, seat, patient, action)
        if kind is RequestKind.ERASURE and plan_erasure(session, patient).held:
            raise HTTPException(status.HTTP_409_CONFLICT, "这位患者的资料被依法保留，现在不能删除")
        return _row(
            ask(
                session,
                patient,
                kind,
                actor=seat.actor,
                with_sensitive=asked.with_sensitive,
                reason=asked.reason,
            )
        )


def _leave(session: Session, seat: Seat, patient: str, action: Action) -> None:
    if stepped_up(session, session_id=seat.session, account_id=patient) is None:
        session.rollback()  # the refusal is a row of its own, in a transaction of its own
        audit_alone(
            actor=seat.actor, action=action, patient=patient, subject=f"account:{patient}", outcome=Outcome.REFUSED
        )
        raise HTTPException(status.HTTP_403_FORBIDDEN, "请先输入动态码和查看原因")


def _patient(session: Session, conversation_id: str) -> str:
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这个对话")
    return conversation.account_id


def _row(request: RightsRequest) -> RequestRow:
    return RequestRow(
        id=request.id,
        kind=request.kind,
        state=request.state,
        asked_by=request.asked_by,
        asked_at=request.asked_at,
        done_at=request.done_at,
        expires_at=request.expires_at,
    )
