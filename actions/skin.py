"""After a photo of the skin: a few taps that let engine and doctor see more; what is known is not asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActionExecutionRejected, SlotSet

from actions.answers import Option, match_option, plain
from actions.base import REQUESTED, Event, HouseAction, Outcome, Turn, keep
from actions.buttons import choice
from actions.complaint import Complaint
from actions.hearing import Heard, just_opened, unanswered
from actions.triage_form import ABOUT_THE_COMPLAINT
from care.emergency.patient import known_patient
from care.replies import QuickReply, Reply
from care.skin.answers import keep_answers
from care.skin.history import (
    NUMBERS,
    UNKNOWN,
    Value,
    already_said,
    heard_in,
    options,
    question_text,
    questions,
    value_of,
)
from care.skin.telling import CHOICE, SKIP, book_button
from care.texts import text
from language.numbers import parse_number

FORM = "lesion_form"
ASKED = "lesion_done"
_OF_SKIN = re.compile("皮|痣|斑|疹|痘|癣|出血")
FREE_TEXT = 4  # characters; a longer answer may say more than what was asked


@dataclass(frozen=True, slots=True)
class Lesion:
    """What was asked and said of one photo, kept in a Rasa slot. ``asked`` is the question that waits."""

    finding: str
    psoriasis: bool = False
    answers: Mapping[str, Value | None] = field(default_factory=dict)
    asked: str | None = None
    unclear: bool = False

    @classmethod
    def kept_in(cls, tracker: Tracker) -> "Lesion | None":
        kept = tracker.slots.get("lesion")
        return cls(**kept) if kept else None

    @property
    def left(self) -> tuple[str, ...]:
        """The questions that are still open."""
        return tuple(one for one in questions(psoriasis=self.psoriasis) if one not in self.answers)

    def answered(self, more: Mapping[str, Value | None]) -> "Lesion":
        """With ``more``, and the next question asked."""
        after = replace(self, answers={**self.answers, **more}, unclear=False)
        return replace(after, asked=next(iter(after.left), None))

    def events(self) -> list[Event]:
        kept = {"finding": self.finding, "psoriasis": self.psoriasis, "answers": dict(self.answers)}
        return keep(lesion={**kept, "asked": self.asked, "unclear": self.unclear})


class ValidateLesionForm(HouseAction):
    """Reads one message as answers; ends when nothing is left to ask or the patient has had enough."""

    action = "validate_lesion_form"

    def respond(self, turn: Turn) -> Outcome:
        if not unanswered(turn.tracker):
            return Outcome(events=[SlotSet(REQUESTED, ASKED)])
        lesion = _begun(turn) if just_opened(turn.tracker, FORM) else Lesion.kept_in(turn.tracker)
        if lesion is None:
            return Outcome(events=[SlotSet(REQUESTED, None)])
        pressed = turn.heard.choice
        if pressed is not None and (pressed.kind, pressed.value) == (CHOICE, SKIP):
            return Outcome(events=[*replace(lesion, asked=None).events(), SlotSet(REQUESTED, None)])
        after = read(lesion, turn.heard, turn)
        if after is None:
            return Outcome(events=[ActionExecutionRejected(FORM)])
        said = [Reply(text=text("skin.ask.unclear"))] if after.unclear else []
        return Outcome(said, [*after.events(), SlotSet(REQUESTED, ASKED if after.asked else None)])


class AskAboutLesion(HouseAction):
    """The question that waits, its answers as chips, and the way out."""

    action = "action_ask_lesion_form_lesion_done"

    def respond(self, turn: Turn) -> Outcome:
        lesion = Lesion.kept_in(turn.tracker)
        if lesion is None or lesion.asked is None:
            return Outcome([Reply(text=text("skin.ask.nothing"))])
        asked = lesion.asked
        lines = [question_text(asked), text("skin.ask.progress", left=len(lesion.left))]
        chips = [
            QuickReply(title=one.title, payload=choice(asked, one.value, intent="answer_triage"))
            for one in options(asked)
        ]
        skip = QuickReply(title=text("skin.ask.skip"), payload=choice(CHOICE, SKIP, intent="answer_triage"))
        return Outcome([Reply(text="\n".join(lines), quick_replies=(*chips, skip))])


class LesionTold(HouseAction):
    """Keeps the answers, sealed, for the engine and the doctor; and says so."""

    action = "action_lesion_told"

    def respond(self, turn: Turn) -> Outcome:
        lesion = Lesion.kept_in(turn.tracker)
        known = {name: value for name, value in (lesion.answers if lesion else {}).items() if value is not None}
        if lesion is None or not known:
            return Outcome([Reply(text=text("skin.ask.nothing"), quick_replies=(book_button(),))], keep(lesion=None))
        keep_answers(turn.session, finding_id=lesion.finding, conversation_id=turn.conversation_id, answers=known)
        return Outcome([Reply(text=text("skin.ask.thanks"), quick_replies=(book_button(),))], keep(lesion=None))


def read(lesion: Lesion, heard: Heard, turn: Turn) -> Lesion | None:
    """``lesion`` with the message read into it, or None when the message is about something else."""
    if heard.choice is not None:
        known = heard.choice.kind in questions(psoriasis=lesion.psoriasis)
        value = value_of(heard.choice.kind, heard.choice.value)
        return lesion.answered({heard.choice.kind: value}) if known else lesion
    if lesion.asked is None or not heard.text:
        return lesion
    if heard.intent == "describe_complaint" and _of_elsewhere(heard):
        return None  # "我还头疼三天了": another complaint, whatever words it shares with the answers
    more: dict[str, Value | None] = dict(_answer(lesion.asked, heard, turn))
    if not lesion.psoriasis and len(heard.text) >= FREE_TEXT:
        more = {**heard_in(heard.text), **more}
    if more:
        return lesion.answered(more)
    if heard.intent not in ABOUT_THE_COMPLAINT or heard.intent == "describe_complaint":
        return None
    # Asked twice in vain: a third time helps nobody.
    return lesion.answered({lesion.asked: None}) if lesion.unclear else replace(lesion, unclear=True)


def _of_elsewhere(heard: Heard) -> bool:
    told = [one.value for one in heard.mentions if one.kind == "symptom" and not one.negated]
    return any(not _OF_SKIN.search(one) for one in told)


def _answer(asked: str, heard: Heard, turn: Turn) -> dict[str, Value | None]:
    if asked in NUMBERS and (number := parse_number(plain(heard.text).removesuffix("岁"))) is not None:
        value = value_of(asked, str(number))
        return {} if value is None else {asked: value}
    if heard.intent == "dont_know":
        return {asked: None}
    offered = [Option(one.value, one.title) for one in options(asked)]
    option = match_option(offered, heard.text, asked=question_text(asked), now=turn.now)
    if option is None:
        return {}
    return {asked: None if option.value == UNKNOWN else value_of(asked, option.value)}


def _begun(turn: Turn) -> Lesion | None:
    """The questions about the photo that was last read; what triage and the records know is not asked again."""
    found: dict[str, Any] | None = turn.kept("finding")
    if not found or found.get("kind") != "skin":
        return None
    complaint = Complaint.kept_in(turn.tracker)
    known = already_said(complaint.texts, age_years=complaint.age_years or _age(turn))
    begun = Lesion(finding=found["id"], psoriasis=bool(found.get("psoriasis")))
    return begun.answered({name: value for name, value in known.items() if name in begun.left})


def _age(turn: Turn) -> float | None:
    """The age of the account's own person; nobody's, when the conversation is about somebody else."""
    return known_patient(
        turn.session,
        account_id=turn.account_id,
        conversation_id=turn.conversation_id,
        text=str(turn.kept("relation") or ""),
        now=turn.now,
    ).age_years
