"""Follow-ups of a patient: started by a clinician from a case or a conversation, seen with their answers, stopped."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, status
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from care import followup
from care.followup import FollowUpEnded, FollowUpNotFound, FollowUpRefused, FollowUpStands, Start
from clinic.case_access import case_for
from clinic.parameters import NO_NUL, Id
from clinic.permissions import Permission, allowed, of_departments, visible_departments
from clinic.reaching import NO_CONVERSATION, conversation_of, refuse_elsewhere
from clinic.seat import AtSeat
from clinic.viewing import audit_list
from records.audit import Action
from records.conversations import Message
from records.database import session_scope
from records.followup import FollowUp, FollowUpQuestion
from records.masking import shown

READ = [Depends(allowed(Permission.READ_FOLLOW_UPS))]
RUN = [Depends(allowed(Permission.RUN_FOLLOW_UPS))]
EARLIEST, LATEST = date(2020, 1, 1), date(2100, 1, 1)
ELSEWHERE = "这个随访属于其他科室；需要查看请先申请跨科室查看"

routes = APIRouter()


class StartAsked(BaseModel):
    """``starts_on`` is day 0, by the hospital's clock; ``case_id`` the case that it is started from."""

    plan: str = Field(pattern=r"^[a-z][a-z0-9_]{2,63}$")
    starts_on: date = Field(ge=EARLIEST, le=LATEST)
    kinship: str = Field(default="本人", min_length=1, max_length=8, pattern=NO_NUL)
    department: str = Field(default="", max_length=32, pattern=NO_NUL)
    case_id: Annotated[str, Field(pattern="^[0-9a-f]{16}$")] | None = None


class AnswerShown(BaseModel):
    """One question that was asked. ``answer`` is masked; ``meaning`` is null while there is none."""

    day: int
    ask: str
    state: str
    answer: str
    meaning: str | None
    asked_at: AwareDatetime
    answered_at: AwareDatetime | None


class FollowUpShown(BaseModel):
    """A follow-up with what was asked and answered, oldest first; ``days`` are those on which something is asked."""

    id: str
    plan: str
    name: str
    version: int
    kinship: str
    department: str
    state: str
    starts_on: date
    days: list[int]
    told_at: AwareDatetime | None
    started_by: str
    ended_by: str | None
    ended_at: AwareDatetime | None
    ended_why: str | None
    answers: list[AnswerShown]


@routes.get("/conversations/{conversation_id}/follow-ups", dependencies=READ)
def get_follow_ups(conversation_id: Id, seat: AtSeat) -> list[FollowUpShown]:
    """The follow-ups of a patient, the latest first, as far as one's departments go; 404 for an unknown patient."""
    with session_scope() as session:
        conversation = conversation_of(session, conversation_id)
        query = select(FollowUp).where(
            FollowUp.conversation_id == conversation_id,
            of_departments(FollowUp.department, visible_departments(session, seat)),
        )
        found = [_shown(session, one) for one in session.scalars(query.order_by(FollowUp.created_at.desc()))]
        rows = {f"{one.id}@{one.state}:{len(one.answers)}": conversation.account_id for one in found}
        audit_list(session, seat, action=Action.VIEW_FOLLOW_UP, subject=f"conversation:{conversation_id}", rows=rows)
        return found


@routes.post("/conversations/{conversation_id}/follow-ups", dependencies=RUN, status_code=status.HTTP_201_CREATED)
def post_follow_up(conversation_id: Id, asked: StartAsked, seat: AtSeat) -> FollowUpShown:
    """Start one; the patient is told within a minute, by day. 400 for what cannot be, 409 where the same one runs,
    403 for another department's."""
    with session_scope() as session, _refusals():
        conversation_of(session, conversation_id)
        refuse_elsewhere(session, seat, asked.department, said=ELSEWHERE)
        if asked.case_id is not None and case_for(session, seat, asked.case_id)[0].conversation_id != conversation_id:
            raise HTTPException(status.HTTP_404_NOT_FOUND, NO_CONVERSATION)
        started = followup.start(
            session, conversation_id=conversation_id, wanted=Start(**asked.model_dump()), actor=seat.actor
        )
        return _shown(session, started)


@routes.post("/follow-ups/{follow_up_id}/stop", dependencies=RUN)
def post_stop(follow_up_id: Id, seat: AtSeat) -> FollowUpShown:
    """Ask no more. 409 when it is over."""
    with session_scope() as session, _refusals():
        known = session.get(FollowUp, follow_up_id)
        if known is None:
            raise FollowUpNotFound
        conversation_of(session, known.conversation_id)
        refuse_elsewhere(session, seat, known.department, said=ELSEWHERE)
        return _shown(session, followup.stop(session, follow_up_id=follow_up_id, actor=seat.actor))


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except FollowUpNotFound as refused:
        raise HTTPException(status.HTTP_404_NOT_FOUND, str(refused)) from None
    except (FollowUpStands, FollowUpEnded) as refused:
        raise HTTPException(status.HTTP_409_CONFLICT, str(refused)) from None
    except FollowUpRefused as refused:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, str(refused)) from None


def _shown(session: Session, one: FollowUp) -> FollowUpShown:
    plan = followup.plan_for(one)
    rows = followup.questions_of(session, one.id)
    said = {
        message.id: message
        for message in session.scalars(
            select(Message).where(Message.id.in_([row.answer_id for row in rows if row.answer_id]))
        )
    }
    return FollowUpShown(
        id=one.id,
        plan=one.plan,
        name=plan.name,
        version=one.version,
        kinship=one.kinship,
        department=one.department,
        state=one.state,
        starts_on=one.starts_on,
        days=list(plan.days),
        told_at=one.told_at,
        started_by=one.started_by,
        ended_by=one.ended_by,
        ended_at=one.ended_at,
        ended_why=one.ended_why,
        answers=[
            AnswerShown(
                day=plan.asked[row.place].day,
                ask=plan.asked[row.place].question.ask,
                state=row.state,
                answer=_answer(row, said.get(row.answer_id or "")),
                meaning=row.meaning,
                asked_at=row.asked_at,
                answered_at=row.answered_at,
            )
            for row in rows
        ],
    )


def _answer(row: FollowUpQuestion, message: Message | None) -> str:
    if row.answer or message is None:
        return row.answer
    return shown(message.text) or "（照片）"
