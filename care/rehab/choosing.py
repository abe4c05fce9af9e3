"""Which exercise a video shows: what the patient was just asked for, or what is left of today; else it is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.rehab.programmes import active, exercises_of
from care.rehab.rules import rules
from care.rehab.schedule import is_due
from care.rehab.sessions import day_of, done_on, sessions_of
from records.conversations import Message
from records.database import utc_now
from records.findings import Finding, FindingKind
from records.rehab import RehabExercise, RehabNaming, RehabProgramme


@dataclass(frozen=True, slots=True)
class Prescribed:
    """What a video may show: the programme, what is prescribed, and which of it this video is (None: not known)."""

    programme: RehabProgramme
    exercises: Sequence[RehabExercise]
    shown: RehabExercise | None


def prescribed_for(session: Session, message: Message) -> Prescribed | None:
    """What the patient's programme says of a video, None without one that goes on."""
    programme = active(session, message.conversation_id)
    if programme is None:
        return None
    found = exercises_of(session, programme.id)
    return Prescribed(programme, found, _shown(session, programme, found, at=message.created_at))


def left_today(session: Session, programme: RehabProgramme, *, at: datetime) -> list[RehabExercise]:
    """Today's exercises of which no video was read yet; empty on a day of rest."""
    day = day_of(at)
    if not is_due(day, days=programme.days, starts_on=programme.starts_on, ends_on=programme.ends_on):
        return []
    done = done_on(session, programme.id, day)
    return [one for one in exercises_of(session, programme.id) if one.exercise not in done]


def asked_for(programme: RehabProgramme, exercise: str, *, at: datetime) -> None:
    """Note that the patient is about to film this exercise."""
    programme.asked_exercise, programme.asked_at = exercise, at


def name_video(session: Session, *, message_id: str, exercise: str) -> bool:
    """Note which exercise a kept video shows, for the worker to look at; False when it was said before."""
    session.scalars(select(Message.id).where(Message.id == message_id).with_for_update()).one()
    if session.scalars(select(RehabNaming).where(RehabNaming.message_id == message_id)).first() is not None:
        return False
    session.add(RehabNaming(message_id=message_id, exercise=exercise))
    session.flush()
    return True


def unnamed_videos(session: Session, conversation_id: str) -> Sequence[str]:
    """The messages whose video waits to be told which exercise it shows, oldest first."""
    since = utc_now() - timedelta(days=rules().naming_days.value)
    query = (
        select(Finding.message_id)
        .outerjoin(RehabNaming, RehabNaming.message_id == Finding.message_id)
        .where(
            Finding.conversation_id == conversation_id,
            Finding.kind == FindingKind.REHAB_UNNAMED,
            Finding.created_at > since,
            RehabNaming.id.is_(None),
        )
    )
    return session.scalars(query.order_by(Finding.created_at)).all()


def _shown(
    session: Session, programme: RehabProgramme, found: Sequence[RehabExercise], *, at: datetime
) -> RehabExercise | None:
    asked = _just_asked(session, programme, at=at)
    if asked is not None and (one := next((one for one in found if one.exercise == asked), None)) is not None:
        return one
    left = left_today(session, programme, at=at)
    if len(left) == 1:
        return left[0]
    return found[0] if len(found) == 1 else None


def _just_asked(session: Session, programme: RehabProgramme, *, at: datetime) -> str | None:
    asked, asked_at = programme.asked_exercise, programme.asked_at
    if asked is None or asked_at is None or at - asked_at > timedelta(hours=rules().course_hours.value):
        return None
    # What was filmed since was what was asked for; the next video is of the next exercise.
    done = [one for one in sessions_of(session, programme.id, of=asked) if asked_at <= one.at < at]
    return None if done else asked
