"""What a patient reads of a follow-up: that it begins and how to stop it, a question, what becomes of an answer."""

from datetime import datetime, timedelta

from care.buttons import choice
from care.consent import Purpose, question
from care.followup.plans import SCALE, Meaning, Option, Plan, Question
from care.followup.running import day_of, plan_for
from care.replies import QuickReply, Reply
from care.texts import text
from records.followup import FollowUp, FollowUpQuestion
from settings import get_settings

PREFIX = "/followup"
SELF = "本人"


def first_message(follow_up: FollowUp, *, consented: bool, now: datetime) -> Reply:
    """That it begins, when, and how to stop it; with the question of consent where none was given."""
    plan = plan_for(follow_up)
    begins = follow_up.starts_on + timedelta(days=plan.days[0])
    soon = begins <= day_of(now) + timedelta(days=1)
    days = text("followup.told.tomorrow") if soon else text("followup.told.date", month=begins.month, day=begins.day)
    whom = "" if follow_up.kinship == SELF else text("followup.told.whom", kinship=follow_up.kinship)
    said = text("followup.told.first", hospital=get_settings().hospital_name, plan=plan.name, whom=whom, days=days)
    lines = [said, text("followup.told.stop")]
    if consented:
        stop = QuickReply(title=text("followup.button.stop"), payload=text("followup.button.stop"))
        return Reply(text="\n".join(lines), quick_replies=(stop,))
    asked = question(Purpose.FOLLOW_UP)
    return asked.model_copy(update={"text": "\n".join([*lines, asked.text])})


def question_reply(plan: Plan, asked: Question, row: FollowUpQuestion, *, again: bool = False) -> Reply:
    """One question with its buttons. Its id stands in them: an old button is never an answer to a new question."""
    if asked.scale is not None:
        said = text("followup.ask.scale", plan=plan.name, ask=asked.ask, low=asked.scale.low, high=asked.scale.high)
    else:
        said = text("followup.ask.said", plan=plan.name, ask=asked.ask)
    if again:
        said = "\n".join([text("followup.ask.again"), said])
    return Reply(text=said, quick_replies=tuple(_buttons(asked, row)))


def _buttons(asked: Question, row: FollowUpQuestion) -> list[QuickReply]:
    if asked.scale is not None:
        return [QuickReply(title=str(number), payload=payload_of(row, str(number))) for number in SCALE]
    if asked.photo is not None:
        return [QuickReply(title=text(f"followup.button.photo_{asked.photo}"), payload=_GUIDES[asked.photo])]
    return [QuickReply(title=option.title, payload=_said_by(option, row)) for option in asked.options]


def payload_of(row: FollowUpQuestion, answer: str) -> str:
    """What a button carries that answers ``row``."""
    return choice(row.id, answer, intent=PREFIX.removeprefix("/"))


def _said_by(option: Option, row: FollowUpQuestion) -> str:
    # The words of an emergency go the way of every emergency: they are screened as if they had been typed.
    return option.title if option.means is Meaning.EMERGENCY else payload_of(row, option.title)


_GUIDES = {"skin": "/send_skin_photo", "report": "/send_report"}


def answer_line(follow_up: FollowUp, meaning: Meaning, *, say: str = "") -> str:
    """What becomes of an answer; ``say`` is the plan's own line for it."""
    who = (
        text("followup.answer.who_of", department=follow_up.department)
        if follow_up.department
        else text("followup.answer.who")
    )
    if meaning is Meaning.FINE:
        return say or text("followup.answer.fine")
    return "\n".join(filter(None, [text(f"followup.answer.{meaning}", who=who), say]))
