"""My plan: what is to be done today, how to film it, and how it has gone so far."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from care.buttons import payload
from care.rehab.buttons import film_button, pain_button, person_button, plan_button
from care.rehab.choosing import asked_for, left_today
from care.rehab.exercises import exercise
from care.rehab.programmes import active, exercises_of, standing
from care.rehab.schedule import is_due, next_due
from care.rehab.sessions import day_of, done_on, sessions_of
from care.rehab.telling import amount
from care.replies import PhotoGuideCard, QuickReply, Reply
from care.texts import text
from records.rehab import ProgrammeState, RehabExercise, RehabProgramme, RehabSession

SHOWN = 5


def plan_reply(session: Session, conversation_id: str, *, now: datetime) -> Reply:
    """Today's exercises with a button each, and the progress; or why there is nothing to do."""
    programme = standing(session, conversation_id)
    if programme is None:
        return Reply(text=text("rehab.plan.none"), quick_replies=(_book(), person_button()))
    if programme.state != ProgrammeState.ACTIVE:
        key = "pain" if programme.state == ProgrammeState.PAUSED_PAIN else "paused"
        return Reply(text=text(f"rehab.plan.{key}"), quick_replies=(person_button(),))
    today = day_of(now)
    lines = [*_today(session, programme, today), *progress_lines(session, programme)]
    left = left_today(session, programme, at=now)
    buttons = tuple(film_button(one.exercise) for one in left)
    return Reply(text="\n".join(lines), quick_replies=(*buttons, pain_button(), person_button()))


def film_reply(session: Session, conversation_id: str, name: str, *, now: datetime) -> Reply | None:
    """How to film an exercise that is prescribed, which is noted as the next one; None when it is not prescribed."""
    programme = active(session, conversation_id)
    if programme is None or name not in {one.exercise for one in exercises_of(session, programme.id)}:
        return None
    asked_for(programme, name, at=now)
    known = exercise(name)
    tips = tuple(text("rehab.film.tips").splitlines())
    said = text("rehab.film.said", title=known.title, film=known.film)
    card = PhotoGuideCard(subject="rehab", title=text("rehab.film.title", title=known.title), tips=(known.film, *tips))
    lines = [said, *(f"{number}. {tip}" for number, tip in enumerate(tips, start=1))]
    return Reply(text="\n".join(lines), card=card, quick_replies=(plan_button(), pain_button()))


def progress_lines(session: Session, programme: RehabProgramme) -> list[str]:
    """How each exercise has gone, the latest values last: what was measured, not how it was judged."""
    lines = []
    for one in exercises_of(session, programme.id):
        done = sessions_of(session, programme.id, of=one.exercise)
        if done:
            course = "，".join(_course(done[-SHOWN:], held=exercise(one.exercise).held))
            title = exercise(one.exercise).title
            lines.append(text("rehab.plan.progress_line", title=title, times=len(done), course=course))
    return [text("rehab.plan.progress"), *lines] if lines else []


def _today(session: Session, programme: RehabProgramme, today: date) -> Iterator[str]:
    days = {"days": programme.days, "starts_on": programme.starts_on, "ends_on": programme.ends_on}
    if not is_due(today, **days):  # type: ignore[arg-type]
        coming = next_due(today, **days)  # type: ignore[arg-type]
        yield text("rehab.plan.rest", day=_named(coming, today)) if coming else text("rehab.plan.over")
        return
    found, done = exercises_of(session, programme.id), done_on(session, programme.id, today)
    yield text("rehab.plan.done" if done >= {one.exercise for one in found} else "rehab.plan.today")
    yield from (_item(one, done=one.exercise in done) for one in found)
    yield text("rehab.plan.how")


def _item(one: RehabExercise, *, done: bool) -> str:
    key = "rehab.plan.item_done" if done else "rehab.plan.item"
    return text(key, title=exercise(one.exercise).title, amount=amount(one))


def _course(done: Sequence[RehabSession], *, held: bool) -> Iterator[str]:
    if held:
        yield text("rehab.plan.course_held", values=_row(one.held_s for one in done))
        return
    yield text("rehab.plan.course_repetitions", values=_row(one.repetitions for one in done))
    if any(one.range_deg is not None for one in done):
        yield text("rehab.plan.course_range", values=_row(one.range_deg for one in done))


def _row(values: Iterator[float | None]) -> str:
    return "→".join("–" if value is None else f"{value:.0f}" for value in values)


def _named(day: date, today: date) -> str:
    if day == today + timedelta(days=1):
        return text("rehab.day.tomorrow")
    return text("rehab.day.date", month=day.month, day=day.day)


def _book() -> QuickReply:
    return QuickReply(title=text("dialogue.button.book"), payload=payload("book_appointment"))
