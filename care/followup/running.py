"""Follow-ups of patients: started and stopped by a clinician, stopped by the patient, ended by what happens.

Who does it is audited here, in the caller's transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.consent import Purpose, withdraw
from care.conversations import lock_conversation
from care.followup.exceptions import (
    FollowUpEnded,
    FollowUpNotFound,
    FollowUpStands,
    PlanNotOffered,
    StartImpossible,
)
from care.followup.in_force import usable
from care.followup.plans import Plan, plan_of
from care.published import UnknownDocument
from records.audit import SYSTEM, Action, Actor, ActorKind, audit
from records.database import utc_now
from records.followup import FollowUp, FollowUpEnd, FollowUpQuestion, FollowUpState, QuestionState
from settings import get_settings

AROUND = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Start:
    """What a clinician starts. ``starts_on`` is day 0, by the hospital's clock; ``kinship`` says whose it is."""

    plan: str
    starts_on: date
    kinship: str = "本人"
    department: str = ""
    case_id: str | None = None


def start(
    session: Session, *, conversation_id: str, wanted: Start, actor: Actor, now: datetime | None = None
) -> FollowUp:
    """Begin a follow-up; the worker tells the patient. Raises ``ConversationNotFound``, :class:`PlanNotOffered`,
    :class:`FollowUpStands`, :class:`StartImpossible`."""
    at = now or utc_now()
    conversation = lock_conversation(session, conversation_id)
    try:
        version = usable(session, wanted.plan)
    except UnknownDocument:
        raise PlanNotOffered from None
    if plan_of(version.text).retired:
        raise PlanNotOffered
    if abs(wanted.starts_on - day_of(at)) > AROUND:
        raise StartImpossible
    if any(one.plan == wanted.plan and one.kinship == wanted.kinship for one in running(session, conversation_id)):
        raise FollowUpStands
    follow_up = FollowUp(
        account_id=conversation.account_id,
        conversation_id=conversation_id,
        plan=wanted.plan,
        version=version.version,
        text=version.text,
        kinship=wanted.kinship,
        department=wanted.department,
        case_id=wanted.case_id,
        starts_on=wanted.starts_on,
        started_by=actor.id,
        created_at=at,
    )
    session.add(follow_up)
    session.flush()
    _audit(session, follow_up, Action.START_FOLLOW_UP, actor, version=version.version)
    return follow_up


def stop(session: Session, *, follow_up_id: str, actor: Actor, now: datetime | None = None) -> FollowUp:
    """Ask no more. Raises :class:`FollowUpNotFound`, :class:`FollowUpEnded`."""
    follow_up = locked(session, follow_up_id)
    if follow_up is None:
        raise FollowUpNotFound
    if follow_up.state != FollowUpState.RUNNING:
        raise FollowUpEnded
    end(session, follow_up, FollowUpEnd.BY_STAFF, actor=actor, now=now or utc_now())
    return follow_up


def stop_for_patient(session: Session, account_id: str) -> bool:
    """No more questions, and no consent to any, because the patient says so; False when there was nothing to stop."""
    withdrawn = withdraw(session, account_id, Purpose.FOLLOW_UP)
    return stop_all(session, account_id, why=FollowUpEnd.BY_PATIENT) > 0 or withdrawn


def stop_all(session: Session, account_id: str, *, why: FollowUpEnd, actor: Actor | None = None) -> int:
    """End every follow-up of an account that runs; returns how many. ``actor`` is the patient unless somebody else."""
    found = session.scalars(
        select(FollowUp).where(FollowUp.account_id == account_id, FollowUp.state == FollowUpState.RUNNING)
    ).all()
    for one in found:
        end(session, one, why, actor=actor or Actor(ActorKind.PATIENT, account_id), now=utc_now())
    return len(found)


def end(session: Session, follow_up: FollowUp, why: FollowUpEnd, *, actor: Actor = SYSTEM, now: datetime) -> None:
    """It is over; what was open stays unanswered."""
    follow_up.state, follow_up.ended_why, follow_up.ended_at = FollowUpState.ENDED, why, now
    follow_up.ended_by = "patient" if actor.kind is ActorKind.PATIENT else actor.id
    for question in questions_of(session, follow_up.id):
        if question.state == QuestionState.OPEN:
            question.state = QuestionState.MISSED
    _audit(session, follow_up, Action.STOP_FOLLOW_UP, actor, why=str(why))


def running(session: Session, conversation_id: str) -> Sequence[FollowUp]:
    """The follow-ups of a conversation that go on, the latest first."""
    query = select(FollowUp).where(FollowUp.conversation_id == conversation_id, FollowUp.state == FollowUpState.RUNNING)
    return session.scalars(query.order_by(FollowUp.created_at.desc())).all()


def questions_of(session: Session, follow_up_id: str) -> Sequence[FollowUpQuestion]:
    """What has been asked, in its order."""
    query = select(FollowUpQuestion).where(FollowUpQuestion.follow_up_id == follow_up_id)
    return session.scalars(query.order_by(FollowUpQuestion.place)).all()


def locked(session: Session, follow_up_id: str) -> FollowUp | None:
    """The follow-up, locked until the transaction ends."""
    return session.scalars(
        select(FollowUp).where(FollowUp.id == follow_up_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()


def plan_for(follow_up: FollowUp) -> Plan:
    """The plan as it was when it was started."""
    return plan_of(follow_up.text)


def day_of(at: datetime) -> date:
    """The day of a moment, by the hospital's clock."""
    return at.astimezone(get_settings().zone).date()


def _audit(session: Session, follow_up: FollowUp, action: Action, actor: Actor, **details: str | int) -> None:
    audit(
        session,
        actor=actor,
        action=action,
        patient=follow_up.account_id,
        subject=f"follow_up:{follow_up.id}",
        details={"plan": follow_up.plan, **details},
    )
    session.flush()
