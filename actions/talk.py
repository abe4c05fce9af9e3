"""Single turns that need no records: small talk, general information."""

from collections.abc import Sequence
from typing import ClassVar

from actions.answers import SHORT
from actions.base import HouseAction, Outcome, Turn
from actions.buttons import BOOK, COMPLAINT, LIST, PERSON, START, payload
from actions.leading import lead
from actions.recent import visits_of
from actions.rehab_pain import hurts_in_course
from care.followup import asked_again
from care.replies import QuickReply, Reply
from care.texts import text
from settings import get_settings


class Saying(HouseAction):
    """Says one sentence of the catalogue; inside a form without buttons, since the form's own come right after."""

    key: ClassVar[str]
    buttons: ClassVar[Sequence[QuickReply]] = START

    def respond(self, turn: Turn) -> Outcome:
        settings = get_settings()
        said = text(self.key, hospital=settings.hospital_name, entrance=settings.emergency_entrance)
        return Outcome([Reply(text=said, quick_replies=() if turn.tracker.active_loop_name else tuple(self.buttons))])


class Greet(Saying):
    action = "action_greet"
    key = "dialogue.greet"


class Goodbye(Saying):
    action = "action_goodbye"
    key = "dialogue.goodbye"
    buttons = ()


class Thank(Saying):
    action = "action_thank"
    key = "dialogue.thank"
    buttons = (COMPLAINT, BOOK, LIST)


class Chitchat(Saying):
    action = "action_chitchat"
    key = "dialogue.chitchat"


class BotChallenge(Saying):
    action = "action_bot_challenge"
    key = "dialogue.bot_challenge"
    buttons = (PERSON, COMPLAINT, BOOK)


class OutOfScope(Saying):
    action = "action_out_of_scope"
    key = "dialogue.out_of_scope"


class Medicine(Saying):
    """Never a dose and never a prescription, whoever asks how (Internet diagnosis rules 2022)."""

    action = "action_medicine"
    key = "dialogue.medicine"
    buttons = (QuickReply(title=text("dialogue.button.pharmacist"), payload=payload("request_human")), BOOK, COMPLAINT)


class Followup(Saying):
    """An answer to a follow-up, in words that are none of the answers: the question is asked once more. "还是老样子" of
    somebody who was here lately is about that visit."""

    action = "action_followup"
    key = "dialogue.followup"
    buttons = (COMPLAINT, PERSON)

    def respond(self, turn: Turn) -> Outcome:
        if hurts_in_course(turn):
            return lead(turn, "action_rehab_pain")
        if turn.tracker.active_loop_name:
            return super().respond(turn)
        if (asked := asked_again(turn.session, turn.conversation_id)) is not None:
            return Outcome([asked.model_copy(update={"text": f"{text('followup.ask.choose')}\n{asked.text}"})])
        if len(turn.heard.text) <= SHORT and visits_of(turn):
            return lead(turn, "action_recent_visit")
        return super().respond(turn)
