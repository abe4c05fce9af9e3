"""The days of follow-ups as they pass: the first message, questions, one reminder, what nobody answered.

Rows are the queue: what a killed worker had not committed is done by the next round, what it had is not done again.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from care.cases import open_case
from care.consent import Purpose, has_consent
from care.conversations import append_reply, lock_conversation
from care.followup.plans import Asked, Meaning, Unanswered
from care.followup.rules import rules
from care.followup.running import day_of, end, locked, plan_for, questions_of
from care.followup.telling import first_message, question_reply
from care.rehab.schedule import may_remind
from care.replies import Reply
from records.cases import Case, CaseKind, CaseLevel, CaseState
from records.conversations import Author, Conversation, Holder, Message
from records.followup import FollowUp, FollowUpEnd, FollowUpQuestion, FollowUpState, QuestionState
from records.patients import Account
from settings import get_settings

# How soon something is looked at again that waits for the morning, a person, an answer or a photo; and for a consent.
SOON, LATER = timedelta(minutes=5), timedelta(minutes=15)


def running_follow_ups(session: Session, *, now: datetime) -> list[str]:
    """The ids of the follow-ups to which something may happen now, of accounts that may still be written to."""
    query = (
        select(FollowUp.id)
        .join(Account, Account.id == FollowUp.account_id)
        .where(
            FollowUp.state == FollowUpState.RUNNING,
            Account.restricted_at.is_(None),
            or_(FollowUp.look_at.is_(None), FollowUp.look_at <= now),
        )
    )
    return list(session.scalars(query.order_by(FollowUp.created_at)))


def go_on(session: Session, follow_up_id: str, *, now: datetime) -> None:
    """One follow-up's round, in the caller's transaction; at most one message a round."""
    known = session.get_one(FollowUp, follow_up_id)
    # The conversation's row is the lock, taken first as everywhere: two workers say nothing twice.
    conversation = lock_conversation(session, known.conversation_id)
    follow_up = locked(session, follow_up_id)
    if follow_up is None or follow_up.state != FollowUpState.RUNNING:
        return
    consented = has_consent(session, follow_up.account_id, Purpose.FOLLOW_UP)
    _step(session, conversation, follow_up, consented=consented, now=now)
    follow_up.look_at = _look_again(session, follow_up, consented=consented, now=now)
    session.flush()


def _step(session: Session, conversation: Conversation, follow_up: FollowUp, *, consented: bool, now: datetime) -> None:
    if follow_up.told_at is None:
        if _may_speak(session, conversation, after=time(), now=now):
            follow_up.told_at, follow_up.invited = now, not consented
            _say(session, follow_up, first_message(follow_up, consented=consented, now=now))
        return
    rows = questions_of(session, follow_up.id)
    if not consented:
        # Not given in time, or withdrawn after it had been.
        if not follow_up.invited or rows or now - follow_up.told_at > rules().consent_within:
            end(session, follow_up, FollowUpEnd.NO_CONSENT, now=now)
        return
    speaks = _may_speak(session, conversation, after=plan_for(follow_up).ask_at, now=now)
    for row in rows:
        if row.state == QuestionState.OPEN:
            _wait_for_answer(session, follow_up, row, speaks=speaks, now=now)
    if follow_up.state != FollowUpState.RUNNING:
        return
    due = due_now(session, follow_up, now=now)
    if due is not None and speaks:
        row = ask(session, follow_up, due, now=now)
        _say(session, follow_up, question_reply(plan_for(follow_up), due.question, row))
    elif due is None and is_over(session, follow_up):
        end(session, follow_up, FollowUpEnd.DONE, now=now)


def _look_again(session: Session, follow_up: FollowUp, *, consented: bool, now: datetime) -> datetime:
    """Between its days a follow-up sleeps: thousands of them cost nothing."""
    if follow_up.told_at is not None and not consented:
        return now + LATER
    waits = any(row.state == QuestionState.OPEN for row in questions_of(session, follow_up.id))
    if follow_up.told_at is None or waits or due_now(session, follow_up, now=now) is not None:
        return now + SOON
    plan = plan_for(follow_up)
    coming = [day for day in plan.days if day > (day_of(now) - follow_up.starts_on).days]
    if not coming:
        return now + SOON
    return datetime.combine(follow_up.starts_on + timedelta(days=coming[0]), plan.ask_at, get_settings().zone)


def due_now(session: Session, follow_up: FollowUp, *, now: datetime) -> Asked | None:
    """The question whose time has come: of the latest day that has, since what was to be asked before is out of date;
    None while one of the same day is open, and when nothing is left for now."""
    passed = (day_of(now) - follow_up.starts_on).days
    rows = {row.place: row for row in questions_of(session, follow_up.id)}
    come = [one for one in plan_for(follow_up).asked if one.day <= passed]
    left = [one for one in come if one.place not in rows]
    if not left:
        return None
    latest = come[-1].day
    of_the_day = [one for one in come if one.day == latest]
    if any(one.place in rows and rows[one.place].state == QuestionState.OPEN for one in of_the_day):
        return None
    return next((one for one in of_the_day if one.place not in rows), None)


def ask(session: Session, follow_up: FollowUp, due: Asked, *, now: datetime) -> FollowUpQuestion:
    """Note that a question is asked: earlier ones that were not are passed over, an open one is not waited for any
    longer. The caller says it."""
    rows = questions_of(session, follow_up.id)
    for row in rows:
        if row.state == QuestionState.OPEN:
            _give_up(session, follow_up, row, now=now)
    known = {row.place for row in rows}
    _pass_over(session, follow_up, [place for place in range(due.place) if place not in known], now=now)
    row = FollowUpQuestion(follow_up_id=follow_up.id, place=due.place, asked_at=now)
    session.add(row)
    session.flush()
    return row


def is_over(session: Session, follow_up: FollowUp) -> bool:
    """Whether everything of the plan has been asked and nothing is open."""
    rows = questions_of(session, follow_up.id)
    return len(rows) == len(plan_for(follow_up).asked) and all(row.state != QuestionState.OPEN for row in rows)


def open_case_of(
    session: Session,
    follow_up: FollowUp,
    row: FollowUpQuestion,
    *,
    level: CaseLevel,
    reason: str,
    said: str = "",
    now: datetime,
) -> Case:
    """The case of one question: once, however often it is found to need one."""
    plan = plan_for(follow_up)
    asked = plan.asked[row.place]
    complaint = f"{plan.name}第{asked.day}天：{asked.question.ask}{said}"
    return open_case(
        session,
        kind=CaseKind.FOLLOW_UP,
        level=level,
        conversation_id=follow_up.conversation_id,
        message_id=row.answer_id,
        department=follow_up.department,
        complaint=complaint,
        reasons=(reason,),
        dedupe_key=f"follow_up:{row.id}",
        now=now,
    )


def _wait_for_answer(
    session: Session, follow_up: FollowUp, row: FollowUpQuestion, *, speaks: bool, now: datetime
) -> None:
    plan = plan_for(follow_up)
    asked = plan.asked[row.place]
    if asked.question.photo is not None and (photo := _photo_since(session, follow_up, row.asked_at)) is not None:
        row.state, row.answered_at, row.answer_id = QuestionState.ANSWERED, photo.created_at, photo.id
        row.meaning = Meaning.FINE  # what is in it is read, and put before a person, as every photo is
        session.flush()
        return
    if asked.question.optional:
        if now - row.asked_at >= rules().remind_after:
            _give_up(session, follow_up, row, now=now)
    elif row.reminded_at is None:
        if speaks and now - row.asked_at >= rules().remind_after and due_now(session, follow_up, now=now) is None:
            row.reminded_at = now
            _say(session, follow_up, question_reply(plan, asked.question, row, again=True))
    elif now - row.reminded_at >= rules().give_up_after:
        # Who did not answer one question is not asked the others of that day.
        later = [one.place for one in plan.asked if one.day == asked.day and one.place > row.place]
        _pass_over(session, follow_up, later, now=now)
        _give_up(session, follow_up, row, now=now)
        if plan.unanswered is Unanswered.END:
            end(session, follow_up, FollowUpEnd.UNANSWERED, now=now)


def _give_up(session: Session, follow_up: FollowUp, row: FollowUpQuestion, *, now: datetime) -> None:
    """Nobody waits for this answer any longer; who was reminded and is silent is somebody to call, if the plan says."""
    row.state = QuestionState.MISSED
    session.flush()
    if row.reminded_at is not None and plan_for(follow_up).unanswered is Unanswered.CASE:
        open_case_of(session, follow_up, row, level=CaseLevel.ROUTINE, reason="followup_unanswered", now=now)


def _pass_over(session: Session, follow_up: FollowUp, places: Iterable[int], *, now: datetime) -> None:
    for place in places:
        session.add(FollowUpQuestion(follow_up_id=follow_up.id, place=place, state=QuestionState.SKIPPED, asked_at=now))
    session.flush()


def _photo_since(session: Session, follow_up: FollowUp, since: datetime) -> Message | None:
    return session.scalars(
        select(Message)
        .where(
            Message.conversation_id == follow_up.conversation_id,
            Message.author == Author.PATIENT,
            Message.kind.in_(("image", "file")),
            Message.created_at >= since,
        )
        .order_by(Message.seq)
    ).first()


def _may_speak(session: Session, conversation: Conversation, *, after: time, now: datetime) -> bool:
    """From an hour of the day on; not at night, not while a person holds the conversation, and not while an emergency
    is being looked after."""
    if not may_remind(now.astimezone(get_settings().zone), remind_at=after):
        return False
    if conversation.holder == Holder.SEAT:
        return False
    emergency = select(Case.id).where(
        Case.conversation_id == conversation.id, Case.level == CaseLevel.EMERGENCY, Case.state != CaseState.CLOSED
    )
    return session.scalar(emergency.limit(1)) is None


def _say(session: Session, follow_up: FollowUp, reply: Reply) -> None:
    append_reply(session, conversation_id=follow_up.conversation_id, author=Author.BOT, reply=reply)
