"""It hurts: the programmes stop and a therapist looks."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from care.cases import open_case
from care.rehab.buttons import person_button, plan_button
from care.rehab.exercises import exercise
from care.rehab.pain import in_the_course, level_of, tells_of_pain
from care.rehab.programmes import active, active_exercises, standing, stop_for_pain
from care.replies import Reply
from care.texts import text
from records.cases import CaseKind
from records.conversations import Author, Message
from records.masking import shown
from records.rehab import ProgrammeState, ProgrammeStep, RehabEvent, RehabProgramme, RehabReminder, RehabSession


def is_pain_of_exercise(session: Session, conversation_id: str, said: str, *, now: datetime) -> bool:
    """Whether a message tells of pain that the patient's programmes are to stop for."""
    if not tells_of_pain(said) or not (programmes := active(session, conversation_id)):
        return False
    names = [one.exercise for one in active_exercises(session, conversation_id)]
    return in_the_course(said, names, last_at=_last_at(session, programmes), now=now)


def hurts(session: Session, conversation_id: str, said: str, *, doing: str | None, now: datetime) -> Reply | None:
    """Stop every programme, wherever it hurts: a therapist says what may go on. Opens each therapist's case and says
    so; None without a programme that goes on or has been stopped for pain. ``said`` is masked, empty for a button;
    ``doing`` is the exercise that was last spoken of."""
    concerned = (ProgrammeState.ACTIVE, ProgrammeState.PAUSED_PAIN)
    programmes = [one for one in standing(session, conversation_id) if one.state in concerned]
    if not programmes:
        return None
    stopped = [stop_for_pain(session, one, now=now) for one in programmes]
    message = session.scalars(
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.author == Author.PATIENT)
        .order_by(Message.seq.desc())
    ).first()
    title = exercise(doing).title if doing else ""
    for programme in programmes:
        open_case(
            session,
            kind=CaseKind.REHAB,
            level=level_of(said),
            conversation_id=conversation_id,
            message_id=message.id if message else None,
            department=programme.department,
            complaint="：".join(part for part in (title, shown(said) or text("rehab.button.pain")) if part),
            reasons=("rehab_pain",),
            # One case a stop: what is said on raises it. A programme that was taken up again stops anew.
            dedupe_key=f"rehab:pain:{programme.id}:{_stops(session, programme)}",
            now=now,
        )
    lines = [text("rehab.pain.stop" if any(stopped) else "rehab.pain.again")]
    if any(stopped):
        lines.append(text("rehab.pain.care"))
    lines.append(text("rehab.pain.urgent"))
    return Reply(text="\n".join(lines), quick_replies=(person_button(), plan_button()))


def _last_at(session: Session, programmes: Sequence[RehabProgramme]) -> datetime | None:
    """When the patient last did, was about to do, or was reminded of an exercise."""
    ids = [one.id for one in programmes]
    latest = [one.asked_at for one in programmes] + [
        session.scalar(select(func.max(table.at)).where(table.programme_id.in_(ids)))
        for table in (RehabSession, RehabReminder)
    ]
    return max((at for at in latest if at is not None), default=None)


def _stops(session: Session, programme: RehabProgramme) -> int:
    query = select(func.count()).select_from(RehabEvent)
    return session.scalars(
        query.where(RehabEvent.programme_id == programme.id, RehabEvent.step == ProgrammeStep.PAIN)
    ).one()
