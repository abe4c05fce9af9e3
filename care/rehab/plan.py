"""My plan: what is to be done today, how to film it, and how it has gone so far."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TypedDict

from sqlalchemy.orm import Session

from care.buttons import payload
from care.rehab.buttons import film_button, pain_button, person_button, plan_button
from care.rehab.choosing import asked_for, left_of_all
from care.rehab.exercises import exercise
from care.rehab.programmes import active_exercises, exercises_of, standing
from care.rehab.progress import progress_card, progress_lines
from care.rehab.schedule import is_due, next_due
from care.rehab.sessions import day_of, done_on
from care.rehab.telling import amount, listed, side_of
from care.replies import PhotoGuideCard, QuickReply, Reply
from care.texts import text
from records.rehab import ProgrammeState, RehabExercise, RehabProgramme
from settings import get_settings


class Days(TypedDict):
    """A programme's days, as the schedule takes them."""

    days: list[int]
    starts_on: date
    ends_on: date


def plan_reply(session: Session, conversation_id: str, *, now: datetime) -> Reply:
    """Today's exercises with a button each, and the progress, drawn too; or why there is nothing to do."""
    programmes = standing(session, conversation_id)
    if not programmes:
        return Reply(text=text("rehab.plan.none"), quick_replies=(_book(), person_button()))
    going = [one for one in programmes if one.state == ProgrammeState.ACTIVE]
    if not going:
        hurt = any(one.state == ProgrammeState.PAUSED_PAIN for one in programmes)
        return Reply(text=text("rehab.plan.pain" if hurt else "rehab.plan.paused"), quick_replies=(person_button(),))
    resting = [one for programme in programmes if programme not in going for one in exercises_of(session, programme.id)]
    lines = [*_today(session, going, day_of(now))]
    lines += [text("rehab.plan.resting", exercises=listed(resting))] if resting else []
    prescribed = active_exercises(session, conversation_id)
    lines += progress_lines(session, prescribed)
    card = progress_card(session, prescribed, with_score=get_settings().grades_patient_visible)
    left = left_of_all(session, conversation_id, at=now)
    buttons = tuple(film_button(one.exercise) for one in left)
    return Reply(text="\n".join(lines), card=card, quick_replies=(*buttons, pain_button(), person_button()))


def film_reply(session: Session, conversation_id: str, name: str, *, now: datetime) -> Reply | None:
    """How to film an exercise that is prescribed, which is noted as the next one; None when it is not prescribed."""
    one = next((one for one in active_exercises(session, conversation_id) if one.exercise == name), None)
    if one is None:
        return None
    asked_for(session.get_one(RehabProgramme, one.programme_id), name, at=now)
    known = exercise(name)
    tips = tuple(text("rehab.film.tips").splitlines())
    said = text("rehab.film.said", title=f"{known.title}{side_of(one)}", film=known.film)
    card = PhotoGuideCard(subject="rehab", title=text("rehab.film.title", title=known.title), tips=(known.film, *tips))
    lines = [said, *(f"{number}. {tip}" for number, tip in enumerate(tips, start=1))]
    return Reply(text="\n".join(lines), card=card, quick_replies=(plan_button(), pain_button()))


def _today(session: Session, going: Sequence[RehabProgramme], today: date) -> Iterator[str]:
    due = [one for one in going if is_due(today, **_days(one))]
    if not due:
        days = [day for one in going if (day := next_due(today, **_days(one))) is not None]
        yield text("rehab.plan.rest", day=_named(min(days), today)) if days else text("rehab.plan.over")
        return
    several = len({one.kinship for one in going}) > 1
    items, left = [], False
    for programme in due:
        done = done_on(session, programme.id, today)
        whose = text("rehab.plan.whose", kinship=programme.kinship) if several else ""
        for one in exercises_of(session, programme.id):
            items.append(_item(one, done=one.exercise in done) + whose)
            left = left or one.exercise not in done
    yield text("rehab.plan.today" if left else "rehab.plan.done")
    yield from items
    yield text("rehab.plan.how")


def _days(programme: RehabProgramme) -> Days:
    return {"days": programme.days, "starts_on": programme.starts_on, "ends_on": programme.ends_on}


def _item(one: RehabExercise, *, done: bool) -> str:
    key = "rehab.plan.item_done" if done else "rehab.plan.item"
    return text(key, title=exercise(one.exercise).title, amount=amount(one))


def _named(day: date, today: date) -> str:
    if day == today + timedelta(days=1):
        return text("rehab.day.tomorrow")
    return text("rehab.day.date", month=day.month, day=day.day)


def _book() -> QuickReply:
    return QuickReply(title=text("dialogue.button.book"), payload=payload("book_appointment"))
