"""It hurts: the programme stops and a therapist looks."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from care.cases import open_case
from care.rehab.buttons import person_button, plan_button
from care.rehab.exercises import exercise
from care.rehab.pain import in_the_course, level_of, tells_of_pain
from care.rehab.programmes import active, exercises_of, standing, stop_for_pain
from care.replies import Reply
from care.texts import text
from records.cases import CaseKind
from records.conversations import Author, Message
from records.masking import shown
from records.rehab import ProgrammeState, ProgrammeStep, RehabEvent, RehabProgramme, RehabReminder, RehabSession


def is_pain_of_exercise(session: Session, conversation_id: str, said: str, *, now: datetime) -> bool:
    """Whether a message tells of pain that the patient's programme is to stop for."""
    if not tells_of_pain(said) or (programme := active(session, conversation_id)) is None:
        return False
    names = [one.exercise for one in exercises_of(session, programme.id)]
    return in_the_course(said, names, last_at=_last_at(session, programme), now=now)


def hurts(session: Session, conversation_id: str, said: str, *, doing: str | None, now: datetime) -> Reply | None:
    """Stop the programme, open the therapist's case, and say so; None without a programme that goes on or has been
    stopped for pain. ``said`` is masked, empty for a button; ``doing`` is the exercise that was last spoken of."""
    programme = standing(session, conversation_id)
    if programme is None or programme.state not in (ProgrammeState.ACTIVE, ProgrammeState.PAUSED_PAIN):
        return None
    stopped = stop_for_pain(session, programme, now=now)
    level = level_of(said)
    message = session.scalars(
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.author == Author.PATIENT)
        .order_by(Message.seq.desc())
    ).first()
    title = exercise(doing).title if doing else ""
    open_case(
        session,
        kind=CaseKind.REHAB,
        level=level,
        conversation_id=conversation_id,
        message_id=message.id if message else None,
        department=programme.department,
        complaint="：".join(part for part in (title, shown(said) or text("rehab.button.pain")) if part),
        reasons=("rehab_pain",),
        # One case a stop: what is said on raises it. A programme that was taken up again stops anew.
        dedupe_key=f"rehab:pain:{programme.id}:{_stops(session, programme)}",
        now=now,
    )
    lines = [text("rehab.pain.stop" if stopped else "rehab.pain.again")]
    if stopped:
        lines.append(text("rehab.pain.care"))
    lines.append(text("rehab.pain.urgent"))
    return Reply(text="\n".join(lines), quick_replies=(person_button(), plan_button()))


def _last_at(session: Session, programme: RehabProgramme) -> datetime | None:
    """When the patient last did, was about to do, or was reminded of an exercise."""
    latest = [programme.asked_at] + [
        session.scalar(select(func.max(table.at)).where(table.programme_id == programme.id))
        for table in (RehabSession, RehabReminder)
    ]
    return max((at for at in latest if at is not None), default=None)


def _stops(session: Session, programme: RehabProgramme) -> int:
    query = select(func.count()).select_from(RehabEvent)
    return session.scalars(
        query.where(RehabEvent.programme_id == programme.id, RehabEvent.step == ProgrammeStep.PAIN)
    ).one()
