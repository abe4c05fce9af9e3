"""Answers: a button's, or words that are plainly one. A bad one makes a case, also when it comes late."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.consent import Purpose, has_consent
from care.conversations import lock_conversation
from care.followup.going_on import ask, due_now, is_over, open_case_of
from care.followup.plans import SCALE, Meaning, Question
from care.followup.running import end, locked, plan_for
from care.followup.telling import PREFIX, answer_line, question_reply
from care.replies import Reply
from care.texts import text
from records.cases import CaseLevel
from records.conversations import Author, Holder, Message
from records.followup import FollowUp, FollowUpEnd, FollowUpQuestion, FollowUpState, QuestionState

LEVELS = {Meaning.SOON: CaseLevel.ROUTINE, Meaning.AT_ONCE: CaseLevel.URGENT}
TELLING = 5  # characters of an answer that is no other question's
_NUMBER = re.compile(r"(\d{1,2})\s*分?")
_AROUND = " \t\r\n。.！!～~，,、"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to the question of this id: an option's title, a number; empty for words of one's own."""

    question_id: str
    given: str = ""


@dataclass(frozen=True, slots=True)
class Open:
    """A question that waits for its answer. ``last_said``: nothing has been said to the patient since."""

    row: FollowUpQuestion
    question: Question
    last_said: bool


def pressed(heard: str) -> Answer | None:
    """The answer in a button's payload; None for anything else."""
    if not heard.startswith(PREFIX):
        return None
    try:
        question_id, _, given = str(json.loads(heard.removeprefix(PREFIX))["choice"]).partition(":")
    except (ValueError, KeyError, TypeError):
        return None
    return Answer(question_id, given)


def open_questions(session: Session, conversation_id: str) -> Sequence[Open]:
    """What waits for an answer in this conversation, the latest first."""
    found = session.execute(
        select(FollowUpQuestion, FollowUp)
        .join(FollowUp, FollowUp.id == FollowUpQuestion.follow_up_id)
        .where(
            FollowUp.conversation_id == conversation_id,
            FollowUp.state == FollowUpState.RUNNING,
            FollowUpQuestion.state == QuestionState.OPEN,
        )
        .order_by(FollowUpQuestion.asked_at.desc())
    ).all()
    last = _last_said(session, conversation_id) if found else ""
    waiting = []
    for row, follow_up in found:
        plan = plan_for(follow_up)
        asked = plan.asked[row.place].question
        waiting.append(Open(row, asked, question_reply(plan, asked, row).text in last))
    return waiting


def typed(waiting: Sequence[Open], said: str) -> Answer | None:
    """The answer that typed words plainly are: an option's own words, or a number of the scale; None for others. Short
    ones ("没有", "3") may answer whatever was asked since."""
    bare = said.strip(_AROUND)
    for one in waiting:
        if not one.last_said and len(bare) < TELLING:
            continue
        if one.question.option(bare) is not None:
            return Answer(one.row.id, bare)
        number = _NUMBER.fullmatch(bare)
        if one.question.scale is not None and number is not None and int(number[1]) in SCALE:
            return Answer(one.row.id, str(int(number[1])))
    return None


def own_words(waiting: Sequence[Open]) -> Answer | None:
    """The question that words of one's own may answer: the one that was said last."""
    return next((Answer(one.row.id) for one in waiting if one.question.free and one.last_said), None)


def asked_again(session: Session, conversation_id: str) -> Reply | None:
    """The latest question that waits for an answer, with its buttons; None where none does."""
    for one in open_questions(session, conversation_id):
        follow_up = session.get_one(FollowUp, one.row.follow_up_id)
        return question_reply(plan_for(follow_up), one.question, one.row)
    return None


def take_answer(
    session: Session, *, conversation_id: str, message_id: str, answer: Answer, now: datetime
) -> Reply | None:
    """Keep an answer, open its case where it is bad, and go on with the next question of the day; None where this is
    no question of this conversation. The same message again gets the same reply and changes nothing. Where a person
    holds the conversation nothing more is asked."""
    conversation = lock_conversation(session, conversation_id)
    row = session.get(FollowUpQuestion, answer.question_id, populate_existing=True)
    follow_up = locked(session, row.follow_up_id) if row is not None else None
    if row is None or follow_up is None or follow_up.conversation_id != conversation_id:
        return None
    if not has_consent(session, follow_up.account_id, Purpose.FOLLOW_UP):
        return Reply(text=text("followup.late.over"))
    asked = plan_for(follow_up).asked[row.place].question
    judged = _judged(asked, answer.given)
    if judged is None:
        return None
    meaning, say = judged
    if row.state != QuestionState.ANSWERED:
        row.state, row.answered_at = QuestionState.ANSWERED, now
        row.answer, row.answer_id, row.meaning = answer.given, message_id, meaning
        session.flush()
        if meaning in LEVELS:
            reason = "followup_words" if asked.free else f"followup_{meaning}"
            given = f" {answer.given}" if answer.given else ""
            open_case_of(session, follow_up, row, level=LEVELS[meaning], reason=reason, said=given, now=now)
    elif row.answer_id != message_id:
        return Reply(text=text("followup.late.answered"))
    said = answer_line(follow_up, meaning, say=say)
    if conversation.holder == Holder.SEAT:
        return Reply(text=said)
    return _and_on(session, follow_up, said, fine=meaning is Meaning.FINE, now=now)


def pressed_emergency(session: Session, conversation_id: str, said: str) -> bool:
    """Whether ``said`` are the words of an emergency button of a follow-up that runs."""
    return any(True for _ in _emergency_rows(session, conversation_id, said))


def note_emergency(session: Session, conversation_id: str, said: str, *, message_id: str, now: datetime) -> None:
    """The words of an emergency button were answered as an emergency: the question has its answer."""
    for row in _emergency_rows(session, conversation_id, said):
        row.state, row.answered_at = QuestionState.ANSWERED, now
        row.answer, row.answer_id, row.meaning = said.strip(_AROUND), message_id, Meaning.EMERGENCY
    session.flush()


def _emergency_rows(session: Session, conversation_id: str, said: str) -> Iterator[FollowUpQuestion]:
    for one in open_questions(session, conversation_id):
        option = one.question.option(said.strip(_AROUND))
        if option is not None and option.means is Meaning.EMERGENCY:
            yield one.row


def _judged(asked: Question, given: str) -> tuple[Meaning, str] | None:
    """What an answer means and the plan's line for it; None for what is no answer to this question."""
    if asked.scale is not None:
        return (asked.scale.meaning(int(given)), "") if given.isdigit() and int(given) in SCALE else None
    if asked.free is not None:
        return (asked.free, "") if not given else None
    option = asked.option(given)
    if option is None or option.means is Meaning.EMERGENCY:
        return None
    return option.means, option.say


def _and_on(session: Session, follow_up: FollowUp, said: str, *, fine: bool, now: datetime) -> Reply:
    if follow_up.state != FollowUpState.RUNNING:
        return Reply(text=said)
    due = due_now(session, follow_up, now=now)
    if due is not None:
        row = ask(session, follow_up, due, now=now)
        following = question_reply(plan_for(follow_up), due.question, row)
        lines = [said, text("followup.ask.next"), following.text]
        return following.model_copy(update={"text": "\n".join(lines)})
    if (waiting := asked_again(session, follow_up.conversation_id)) is not None:
        # A late answer, or one that is taken up again after a crash: what was asked since stays asked.
        return waiting.model_copy(update={"text": "\n".join([said, waiting.text])})
    if is_over(session, follow_up):
        end(session, follow_up, FollowUpEnd.DONE, now=now)
        return Reply(text="\n".join([said, text("followup.answer.closing")]) if fine else said)
    return Reply(text=said)


def _last_said(session: Session, conversation_id: str) -> str:
    query = select(Message.text).where(Message.conversation_id == conversation_id, Message.author != Author.PATIENT)
    return session.scalars(query.order_by(Message.seq.desc()).limit(1)).first() or ""
