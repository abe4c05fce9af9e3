"""Insurance in conversation: what was asked is remembered, at most what is missing is asked, one thing at a time."""

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from rasa_sdk.events import ActionExecutionRejected, FollowupAction, SlotSet

from actions.answers import Option, match_option
from actions.base import REQUESTED, Event, HouseAction, Outcome, Turn, keep
from actions.buttons import PERSON, choice
from actions.hearing import just_opened, unanswered
from care.handover import HandoverReason
from care.insurance import (
    UNKNOWN,
    Answer,
    Inquiry,
    Kind,
    Level,
    NoPolicy,
    Policy,
    about,
    answer,
    chosen,
    insurance_reply,
    options_of,
    policy_on,
    question_text,
    read,
)
from care.replies import QuickReply, Reply
from care.texts import text
from hospital import get_hospital

FORM = "insurance_form"
ASKED = "insurance_answer"
CHOICE = "insurance"
TOPIC = "topic"
ASKED_IN_VAIN = 2
# Messages of these intents may answer what insurance asked; any other is answered by its own rule.
ANSWERS = frozenset({"ask_insurance", "inform", "affirm", "deny", "dont_know", "nlu_fallback", "answer_triage"})
TOPICS = ("inpatient", "outpatient", "remote", "birth", "sum")


@dataclass(frozen=True, slots=True)
class Desk:
    """What an answer needs beside the inquiry: the policy of the day, the hospital's level, whether it may ask."""

    turn: Turn
    policy: Policy
    level: Level | None

    @classmethod
    def of(cls, turn: Turn) -> "Desk | None":
        """None where no policy holds today: then there is nothing to read an inquiry with."""
        try:
            policy = policy_on(turn.now.date())
        except NoPolicy:
            return None
        told = get_hospital().level(turn.session)
        return cls(turn, policy, Level(told) if told in tuple(Level) else None)

    def read(self, before: Inquiry) -> Inquiry | None:
        """``before`` with the message or the pressed button in it; None when it says nothing of insurance."""
        heard = self.turn.heard
        if heard.choice is not None:
            return _pressed(before, heard.choice.value) if heard.choice.kind == CHOICE else None
        if before.asked:
            options = [Option(one.value, one.title) for one in options_of(before.asked)]
            asked = question_text(before.asked)
            option = match_option(options, heard.text, asked=asked, now=self.turn.now)
            if option is not None and len(heard.text) <= len(option.title) + 2:
                return chosen(before, option.value)
        return read(heard.text, before, policy=self.policy, today=self.turn.now.date())

    def answer(self, inquiry: Inquiry, *, may_ask: bool) -> Answer:
        return answer(inquiry, own_level=self.level, today=self.turn.now.date(), may_ask=may_ask)


def _pressed(before: Inquiry, value: str) -> Inquiry | None:
    question, _, picked = value.partition(".")
    return about(before, picked) if question == TOPIC else chosen(before, value)


def kept_inquiry(turn: Turn) -> Inquiry:
    """What is known of the insurance so far; nothing where an earlier version kept something else."""
    kept: dict[str, Any] | None = turn.kept("insurance")
    try:
        return Inquiry.model_validate(kept) if kept else Inquiry()
    except ValidationError:
        return Inquiry()


def noted(inquiry: Inquiry) -> list[Event]:
    return keep(insurance=inquiry.model_dump(mode="json"))


class Insurance(HouseAction):
    """One question of insurance. Inside another form it answers without asking anything back."""

    action = "action_insurance"

    def respond(self, turn: Turn) -> Outcome:
        desk = Desk.of(turn)
        if desk is None:
            return Outcome([Reply(text=text("insurance.silent.year", year=turn.now.year), quick_replies=(PERSON,))])
        before = kept_inquiry(turn)
        if picked_unknown(turn):
            return Outcome([_how_to_tell()], noted(before.model_copy(update={"asked": None})))
        inquiry = desk.read(before)
        elsewhere = turn.tracker.active_loop_name not in (None, FORM)
        if inquiry is None:
            return Outcome([_topics(buttons=not elsewhere)])
        told = desk.answer(inquiry, may_ask=not elsewhere)
        if told.kind is Kind.ASK:
            return Outcome(events=[*noted(inquiry.model_copy(update={"asked": told.ask})), FollowupAction(FORM)])
        if not told.rows and not told.lines:
            return Outcome([_topics(buttons=not elsewhere)], noted(inquiry))
        return Outcome([settled(told, inquiry, buttons=not elsewhere)], noted(inquiry))


class ValidateInsuranceForm(HouseAction):
    """Reads the answer to what was asked; ends the form when nothing more is missing."""

    action = "validate_insurance_form"

    def respond(self, turn: Turn) -> Outcome:
        desk, inquiry = Desk.of(turn), kept_inquiry(turn)
        if desk is None:
            return Outcome(events=[SlotSet(REQUESTED, None)])
        if just_opened(turn.tracker, FORM) or not unanswered(turn.tracker):
            return Outcome(events=[SlotSet(REQUESTED, ASKED)])
        heard = turn.heard
        if picked_unknown(turn) or (heard.intent == "dont_know" and inquiry.asked == "scheme"):
            return Outcome([_how_to_tell()], [*noted(inquiry.model_copy(update={"asked": None})), *_end("told")])
        after = desk.read(inquiry)
        if after is None:
            if heard.choice is None and heard.intent in ANSWERS - {"ask_insurance"} and not heard.has("symptom"):
                return _again(turn, inquiry)
            return Outcome(events=[ActionExecutionRejected(FORM)])
        told = desk.answer(after, may_ask=True)
        if told.kind is Kind.ASK:
            return Outcome(events=[*noted(after.model_copy(update={"asked": told.ask})), SlotSet(REQUESTED, ASKED)])
        return Outcome(events=[*noted(after), *_end(None)])


class AskInsurance(HouseAction):
    """The one thing that is missing, with buttons."""

    action = "action_ask_insurance_form_insurance_answer"

    def respond(self, turn: Turn) -> Outcome:
        asked = kept_inquiry(turn).asked
        if asked is None:
            return Outcome([_topics(buttons=True)])
        buttons = tuple(
            QuickReply(title=one.title, payload=choice(CHOICE, one.value, intent="ask_insurance"))
            for one in options_of(asked)
        )
        return Outcome([Reply(text=question_text(asked), quick_replies=(*buttons, PERSON))])


class InsuranceAnswer(HouseAction):
    """The answer once everything is known. Silent when the form ended otherwise."""

    action = "action_insurance_answer"

    def respond(self, turn: Turn) -> Outcome:
        desk, inquiry = Desk.of(turn), kept_inquiry(turn)
        if desk is None or turn.kept("ending") is not None or inquiry.asked is not None:
            return Outcome(events=keep(ending=None))
        return Outcome([settled(desk.answer(inquiry, may_ask=False), inquiry, buttons=True)])


def speaks_of_insurance(turn: Turn) -> bool:
    """Whether a message outside any form goes on with the insurance that was spoken of before: "那门诊呢"."""
    if not turn.kept("insurance") or turn.heard.has("symptom"):
        return False
    desk = Desk.of(turn)
    return desk is not None and desk.read(kept_inquiry(turn)) is not None


def picked_unknown(turn: Turn) -> bool:
    picked = turn.heard.choice
    return picked is not None and picked.kind == CHOICE and picked.value.endswith(f".{UNKNOWN}")


def settled(told: Answer, inquiry: Inquiry, *, buttons: bool) -> Reply:
    """The reply, a person always offered; what is likeliest to be put right stands on a button."""
    return insurance_reply(told, quick_replies=(*_adjusting(told, inquiry), PERSON) if buttons else ())


def _adjusting(told: Answer, inquiry: Inquiry) -> tuple[QuickReply, ...]:
    if told.kind not in (Kind.CALCULATED, Kind.TERMS):
        return (_topic("sum"),)
    case = inquiry.case
    offered = []
    if case.scheme == "employee" and case.retired is None:
        offered.append("scheme.retired")
    if case.scheme == "employee":
        offered.append("scheme.resident")
    elif case.scheme == "resident":
        offered.append("scheme.employee")
    titles = {one.value: one.title for one in options_of("scheme")}
    again = tuple(
        QuickReply(title=titles[value], payload=choice(CHOICE, value, intent="ask_insurance")) for value in offered
    )
    return again if told.kind is Kind.CALCULATED else (*again, _topic("sum"))


def _topic(name: str) -> QuickReply:
    said = text(f"insurance.option.topic_{name}")
    return QuickReply(title=said, payload=choice(CHOICE, f"{TOPIC}.{name}", intent="ask_insurance"))


def _topics(*, buttons: bool) -> Reply:
    offered = (*(_topic(name) for name in TOPICS), PERSON)
    return Reply(text=text("insurance.ask.topic"), quick_replies=offered if buttons else ())


def _how_to_tell() -> Reply:
    return Reply(text=text("insurance.how_to_tell"), quick_replies=(PERSON,))


def _again(turn: Turn, inquiry: Inquiry) -> Outcome:
    """Not understood: asked once more, then a person."""
    tries = (turn.kept("tries") or 0) + 1
    if tries >= ASKED_IN_VAIN:
        turn.ask_for_person(HandoverReason.NOT_UNDERSTOOD)
        said = Reply(text=text("dialogue.not_understood_person"))
        return Outcome([said], [*noted(inquiry), *keep(tries=None), *_end("told")])
    said = Reply(text=text(f"insurance.ask.{'amount_unclear' if inquiry.asked == 'amount' else 'unclear'}"))
    return Outcome([said], [*keep(tries=tries), SlotSet(REQUESTED, ASKED)])


def _end(ending: str | None) -> list[Event]:
    return [*keep(ending=ending, tries=None), SlotSet(REQUESTED, None)]
