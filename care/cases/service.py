"""What is done to a case. Who does it is audited here, in the caller's transaction, with the step in its history."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.cases.exceptions import CaseClaimed, CaseClosed, CaseNotFound
from care.cases.levels import RANKS, clock_of
from care.cases.ringing import alert_of, settle
from records.audit import SYSTEM, Action, Actor, audit
from records.cases import Case, CaseEvent, CaseKind, CaseLevel, CaseState, CaseStep
from records.conversations import Conversation, Message
from records.database import utc_now

COMPLAINT_CHARS = 200
Detail = str | int


def open_case(
    session: Session,
    *,
    kind: CaseKind,
    level: CaseLevel,
    conversation_id: str,
    dedupe_key: str,
    message_id: str | None = None,
    finding_id: str | None = None,
    alert_id: str | None = None,
    department: str = "",
    complaint: str = "",
    reasons: Sequence[str] = (),
    sampled: bool = False,
    now: datetime | None = None,
) -> Case:
    """The case of ``dedupe_key``: opened now, or as it was opened before; one that is still open is raised when it
    has become more urgent. ``complaint`` is masked text."""
    # The conversation's row is the lock: two processes cannot both find no case.
    conversation = session.scalars(
        select(Conversation).where(Conversation.id == conversation_id).with_for_update()
    ).one()
    at = now or utc_now()
    known = session.scalars(select(Case).where(Case.dedupe_key == dedupe_key)).first()
    if known is not None:
        raise_level(session, known, level, reasons=reasons, now=at)
        return known
    sensitivity = session.scalar(select(Message.sensitivity).where(Message.id == message_id)) if message_id else None
    case = Case(
        kind=kind,
        level=level,
        rank=RANKS[level],
        conversation_id=conversation_id,
        message_id=message_id,
        finding_id=finding_id,
        alert_id=alert_id,
        department=department,
        complaint=complaint[:COMPLAINT_CHARS],
        reasons=list(reasons),
        sampled=sampled,
        sensitivity=sensitivity or 3,
        dedupe_key=dedupe_key,
        opened_at=at,
        due_at=at + clock_of(level),
    )
    session.add(case)
    session.flush()
    _note(session, case, CaseStep.OPENED, SYSTEM, at, kind=kind, level=level)
    if level is CaseLevel.EMERGENCY:
        alert_of(session, case, now=at)
    audit(
        session,
        actor=SYSTEM,
        action=Action.OPEN_CASE,
        patient=conversation.account_id,
        subject=f"case:{case.id}",
        details={"kind": str(kind), "level": str(level)},
    )
    return case


def raise_level(
    session: Session, case: Case, level: CaseLevel, *, reasons: Sequence[str] = (), now: datetime | None = None
) -> bool:
    """Make a case that is not closed as urgent as ``level``, never less; returns whether it changed."""
    if case.state == CaseState.CLOSED or RANKS[level] >= case.rank:
        return False
    at = now or utc_now()
    case.level, case.rank = level, RANKS[level]
    case.due_at = min(case.due_at, at + clock_of(level))
    case.reasons = [*case.reasons, *(one for one in reasons if one not in case.reasons)]
    _note(session, case, CaseStep.RAISED, SYSTEM, at, level=level)
    if level is CaseLevel.EMERGENCY:
        alert_of(session, case, now=at)
    return True


def claim(session: Session, *, case_id: str, actor: Actor, now: datetime | None = None) -> Case:
    """Give the case to ``actor``, who has seen its alert with that; a second call changes nothing. Raises
    CaseNotFound, CaseClaimed, CaseClosed."""
    case = _to_work_on(session, case_id, actor)
    if case.claimed_by is None:
        at = now or utc_now()
        case.state, case.claimed_by, case.claimed_at = CaseState.CLAIMED, actor.id, at
        settle(session, case, by=actor.id, now=at)
        _done(session, case, CaseStep.CLAIMED, Action.CLAIM_CASE, actor=actor, at=at)
    return case


def release(session: Session, *, case_id: str, actor: Actor, now: datetime | None = None) -> Case:
    """Put one's case back into the queue, where it keeps its place; its alert rings on. Raises as ``claim``."""
    case = _to_work_on(session, case_id, actor)
    if case.claimed_by is not None:
        case.state, case.claimed_by, case.claimed_at = CaseState.OPEN, None, None
        settle(session, case, by=None, now=now or utc_now())
        _done(session, case, CaseStep.RELEASED, Action.RELEASE_CASE, actor=actor, at=now or utc_now())
    return case


def reassign(session: Session, *, case_id: str, to: str, actor: Actor, now: datetime | None = None) -> Case:
    """Give a case to ``to`` (a user name), whoever has it now. Raises CaseNotFound, CaseClosed."""
    case = _locked(session, case_id)
    at = now or utc_now()
    case.state, case.claimed_by, case.claimed_at = CaseState.CLAIMED, to, at
    settle(session, case, by=actor.id, now=at)
    _done(session, case, CaseStep.REASSIGNED, Action.REASSIGN_CASE, actor=actor, at=at, to=to)
    return case


def close(session: Session, *, case_id: str, outcome: str, actor: Actor, now: datetime | None = None) -> Case:
    """Close one's case with an outcome; who closes an unclaimed one has claimed it. Raises as ``claim``."""
    case = _to_work_on(session, case_id, actor)
    at = now or utc_now()
    case.claimed_by, case.claimed_at = case.claimed_by or actor.id, case.claimed_at or at
    case.state, case.closed_by, case.closed_at, case.outcome = CaseState.CLOSED, actor.id, at, outcome
    settle(session, case, by=actor.id, now=at)
    _done(session, case, CaseStep.CLOSED, Action.CLOSE_CASE, actor=actor, at=at, outcome=outcome)
    return case


def note(
    session: Session,
    *,
    case_id: str,
    step: CaseStep,
    actor: Actor,
    action: Action | None = None,
    now: datetime | None = None,
    **details: Detail,
) -> Case:
    """Note what ``actor`` did about a case that nobody else has; who does something has claimed it. Raises as
    ``claim``. Without an ``action`` the audit's row is the caller's."""
    case = claim(session, case_id=case_id, actor=actor, now=now)
    if action is None:
        _note(session, case, step, actor, now or utc_now(), **details)
    else:
        _done(session, case, step, action, actor=actor, at=now or utc_now(), **details)
    return case


def history(session: Session, case_id: str) -> Sequence[CaseEvent]:
    """Everything that was done, oldest first."""
    return session.scalars(select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.at)).all()


def _locked(session: Session, case_id: str) -> Case:
    case = session.scalar(
        select(Case).where(Case.id == case_id).with_for_update().execution_options(populate_existing=True)
    )
    if case is None:
        raise CaseNotFound(case_id)
    if case.state == CaseState.CLOSED:
        raise CaseClosed(case_id)
    return case


def _to_work_on(session: Session, case_id: str, actor: Actor) -> Case:
    case = _locked(session, case_id)
    if case.claimed_by not in (None, actor.id):
        raise CaseClaimed(case.claimed_by)
    return case


def _note(session: Session, case: Case, step: CaseStep, actor: Actor, at: datetime, **details: Detail) -> None:
    session.add(CaseEvent(case_id=case.id, step=step, by=actor.id, at=at, details=details))
    session.flush()


def _done(
    session: Session,
    case: Case,
    step: CaseStep,
    action: Action,
    *,
    actor: Actor,
    at: datetime,
    **details: Detail,
) -> None:
    _note(session, case, step, actor, at, **details)
    patient = session.scalar(select(Conversation.account_id).where(Conversation.id == case.conversation_id))
    audit(session, actor=actor, action=action, patient=patient, subject=f"case:{case.id}", details=details)
