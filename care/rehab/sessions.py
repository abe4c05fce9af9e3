"""What was done of a programme: a session each video that was read, the course of it, and what it compares with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import fmean
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from care.rehab.exercises import exercise
from care.rehab.rules import rules
from records.conversations import Message
from records.findings import Finding, FindingKind
from records.rehab import RehabProgramme, RehabSession
from settings import get_settings


@dataclass(frozen=True, slots=True)
class Change:
    """This session against the one before of the same exercise; None where one of them has no such value.
    ``range_deg`` is how much further it goes, and None too when that is smaller than its uncertainty."""

    repetitions: int | None = None
    range_deg: float | None = None
    held_s: float | None = None


def day_of(at: datetime) -> date:
    """The day by the hospital's clock."""
    return at.astimezone(get_settings().zone).date()


def record(session: Session, finding: Finding, *, programme: RehabProgramme, data: Mapping[str, Any]) -> RehabSession:
    """The session of a finding that was read: kept now, or as it was kept before."""
    known = session.scalars(select(RehabSession).where(RehabSession.finding_id == finding.id)).first()
    if known is not None:
        return known
    sent_at = session.get_one(Message, finding.message_id).created_at
    done = data["repetitions"]
    kept = RehabSession(
        programme_id=programme.id,
        finding_id=finding.id,
        exercise=data["exercise"],
        day=day_of(sent_at),
        repetitions=len(done),
        range_deg=round(fmean(one["range_deg"] for one in done), 1) if done else None,
        uncertainty_deg=max(one["uncertainty_deg"] for one in done) if done else None,
        held_s=data["held_s"],
        score=data["score"],
        form=data["form"],
        at=sent_at,
    )
    session.add(kept)
    session.flush()
    return kept


def sessions_of(session: Session, programme_id: str, *, of: str | None = None) -> Sequence[RehabSession]:
    """The sessions of a programme, oldest first; of the exercise ``of``, or of all."""
    query = select(RehabSession).where(RehabSession.programme_id == programme_id)
    if of is not None:
        query = query.where(RehabSession.exercise == of)
    return session.scalars(query.order_by(RehabSession.at, RehabSession.id)).all()


def before(session: Session, one: RehabSession) -> Sequence[RehabSession]:
    """The earlier sessions of the same exercise, oldest first."""
    earlier = sessions_of(session, one.programme_id, of=one.exercise)
    return [other for other in earlier if (other.at, other.id) < (one.at, one.id)]


def done_on(session: Session, programme_id: str, day: date) -> set[str]:
    """The exercises of which a video was read that day."""
    query = select(RehabSession.exercise).where(RehabSession.programme_id == programme_id, RehabSession.day == day)
    return set(session.scalars(query))


def last_day(session: Session, programme_id: str) -> date | None:
    """The day of the latest session."""
    return session.scalar(select(func.max(RehabSession.day)).where(RehabSession.programme_id == programme_id))


def change_since(one: RehabSession, last: RehabSession) -> Change:
    """What is different from ``last``; angles only where they surely are."""
    range_deg = None
    if one.range_deg is not None and last.range_deg is not None:
        unsure = ((one.uncertainty_deg or 0.0) ** 2 + (last.uncertainty_deg or 0.0) ** 2) ** 0.5
        known = exercise(one.exercise)
        difference = known.way(one.range_deg) - known.way(last.range_deg)
        range_deg = round(difference, 1) if abs(difference) > unsure else None
    both_held = one.held_s is not None and last.held_s is not None
    return Change(
        repetitions=None if both_held else one.repetitions - last.repetitions,
        range_deg=range_deg,
        held_s=round(one.held_s - last.held_s, 1) if both_held else None,  # type: ignore[operator]
    )


def is_falling(scores: Sequence[int]) -> bool:
    """Whether the latest scores (oldest first) are surely lower than those before them."""
    rule = rules().falling
    if len(scores) < 2 * rule.sessions:
        return False
    latest, earlier = scores[-rule.sessions :], scores[-2 * rule.sessions : -rule.sessions]
    return sum(earlier) - sum(latest) >= rule.points * rule.sessions  # of the means, in whole numbers


def refused_on(session: Session, finding: Finding) -> int:
    """How many videos of that day, up to this one, could not be read."""
    query = (
        select(Message.created_at)
        .join(Finding, Finding.message_id == Message.id)
        .outerjoin(RehabSession, RehabSession.finding_id == Finding.id)
        .where(
            Finding.conversation_id == finding.conversation_id,
            Finding.kind == FindingKind.REHAB,
            Finding.created_at <= finding.created_at,
            RehabSession.id.is_(None),
        )
    )
    day = day_of(session.get_one(Message, finding.message_id).created_at)
    return sum(day_of(at) == day for at in session.scalars(query))
