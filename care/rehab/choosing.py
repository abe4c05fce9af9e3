"""Which exercise a video shows: what the patient was just asked for, or what is left of today; else it is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.rehab.programmes import active, active_exercises, exercises_of
from care.rehab.rules import rules
from care.rehab.schedule import is_due
from care.rehab.sessions import day_of, done_on, sessions_of
from records.conversations import Message
from records.database import utc_now
from records.findings import Finding, FindingKind
from records.rehab import RehabExercise, RehabNaming, RehabProgramme


@dataclass(frozen=True, slots=True)
class Prescribed:
    """What a video may show: what is prescribed, and which of it this video is (None: not known)."""

    exercises: Sequence[RehabExercise]
    shown: RehabExercise | None


def prescribed_for(session: Session, message: Message) -> Prescribed | None:
    """What the patient's programmes say of a video, None without one that goes on."""
    found = active_exercises(session, message.conversation_id)
    return Prescribed(found, _shown(session, message, found)) if found else None


def left_today(session: Session, programme: RehabProgramme, *, at: datetime) -> list[RehabExercise]:
    """Today's exercises of which no video was read yet; empty on a day of rest."""
    day = day_of(at)
    if not is_due(day, days=programme.days, starts_on=programme.starts_on, ends_on=programme.ends_on):
        return []
    done = done_on(session, programme.id, day)
    return [one for one in exercises_of(session, programme.id) if one.exercise not in done]


def left_of_all(session: Session, conversation_id: str, *, at: datetime) -> list[RehabExercise]:
    """What is left today of every programme that goes on."""
    return [one for programme in active(session, conversation_id) for one in left_today(session, programme, at=at)]


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


def _shown(session: Session, message: Message, found: Sequence[RehabExercise]) -> RehabExercise | None:
    at = message.created_at
    asked = _just_asked(session, message.conversation_id, at=at)
    if asked is not None and (one := next((one for one in found if one.exercise == asked), None)) is not None:
        return one
    left = left_of_all(session, message.conversation_id, at=at)
    if len(left) == 1:
        return left[0]
    return found[0] if len(found) == 1 else None


def _just_asked(session: Session, conversation_id: str, *, at: datetime) -> str | None:
    since = at - timedelta(hours=rules().course_hours.value)
    asked = [
        (one.asked_at, one.asked_exercise, one.id)
        for one in active(session, conversation_id)
        if one.asked_at is not None and one.asked_at >= since and one.asked_exercise is not None
    ]
    if not asked:
        return None
    asked_at, exercise, programme_id = max(asked)
    # What was filmed since was what was asked for; the next video is of the next exercise.
    done = [one for one in sessions_of(session, programme_id, of=exercise) if asked_at <= one.at < at]
    return None if done else exercise
