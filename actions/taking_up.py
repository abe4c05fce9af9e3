"""A word that means something only in its context: "好的", "心内科", "三天了" outside any form."""

from rasa_sdk.events import FollowupAction

from actions.appointments import standing
from actions.base import Outcome, Turn
from actions.booking_result import appointment_reply
from actions.buttons import BOOK, LIST, PERSON, START
from actions.insurance import speaks_of_insurance
from actions.leading import lead
from actions.people import Clarify
from actions.recent import awaits_answer
from actions.rehab import names_waiting_video
from actions.rehab_pain import hurts_in_course
from actions.report import CHOICES, ReportReading, awaits_reading
from actions.triage_form import FACTS, URGENT
from care.replies import Reply
from care.skin.telling import CHOICE as LESION
from care.texts import text
from records.appointments import Appointment, AppointmentState

ANSWERS = frozenset({"affirm", "deny", "dont_know", "answer_triage", "inform"})
BOOKS = ("department", "doctor", "date", "time_of_day")


class TakeUp(Clarify):
    """Goes where the message leads: to triage, to booking, or to a question what next."""

    action = "action_take_up"

    def respond(self, turn: Turn) -> Outcome:
        heard = turn.heard
        if heard.choice is not None and (asked := _of_a_finding(turn, heard.choice.kind)) is not None:
            return lead(turn, asked)
        if turn.tracker.active_loop_name:
            return super().respond(turn)  # the form did not understand it either
        if heard.choice is not None:
            if heard.choice.kind == "start":
                return Outcome([Reply(text=text("dialogue.tell_me"))])
            if heard.choice.kind == "slot":
                return Outcome(events=[FollowupAction("booking_form")])
            return Outcome([_pressed_again(turn) or Reply(text=text("dialogue.choice_passed"), quick_replies=START)])
        if (spoken_of := _spoken_of(turn)) is not None:
            return lead(turn, spoken_of)
        if heard.has("symptom") or (turn.kept("triage_result") and heard.has(*FACTS)):
            return Outcome(events=[FollowupAction("triage_form")])
        if self._urgent(turn) and heard.intent in ANSWERS:
            # After "call 120", a "no" or an "all right" must not be met with small talk.
            return Outcome([Reply(text=text("dialogue.triage.still_urgent"), quick_replies=(PERSON,))])
        if heard.has(*BOOKS) or (heard.intent == "affirm" and turn.kept("triage_result")):
            return Outcome(events=[FollowupAction("booking_form")])
        if heard.intent == "deny":
            return Outcome([Reply(text=text("dialogue.no_problem"), quick_replies=START)])
        if heard.intent == "affirm":
            return Outcome([Reply(text=text("dialogue.what_next"), quick_replies=START)])
        if heard.has(*FACTS) or heard.intent == "dont_know":
            return Outcome([Reply(text=text("dialogue.tell_me"), quick_replies=START[1:])])
        return super().respond(turn)

    def _urgent(self, turn: Turn) -> bool:
        result = turn.kept("triage_result")
        return bool(result) and result["urgency"] in URGENT


def _pressed_again(turn: Turn) -> Reply | None:
    """What a second press of "book" or "cancel" is told: that it is done, not that it is too late."""
    assert turn.heard.choice is not None
    kind, value = turn.heard.choice.kind, turn.heard.choice.value
    if kind == "confirm":
        booked = next((one for one in standing(turn) if one.slot_id == value), None)
        return appointment_reply(turn.session, booked, first=text("dialogue.book.done_already")) if booked else None
    if kind == "cancel":
        one = turn.session.get(Appointment, value)
        if one is not None and one.account_id == turn.account_id and one.state == AppointmentState.CANCELLED:
            return Reply(text=text("dialogue.cancel.done_already"), quick_replies=(BOOK, LIST))
    return None


def _of_a_finding(turn: Turn, kind: str) -> str | None:
    """The action or form that asked about a photo or a report, for one of its buttons."""
    if kind in CHOICES:
        return ReportReading.action
    return "lesion_form" if kind == LESION and turn.kept("finding") else None


def _spoken_of(turn: Turn) -> str | None:
    """The action whose question or subject the message goes on with, None when it is neither."""
    if hurts_in_course(turn):
        return "action_rehab_pain"
    if names_waiting_video(turn):
        return "action_rehab_guide"
    if awaits_answer(turn):
        return "action_recent_visit"
    if awaits_reading(turn):
        return ReportReading.action
    return "action_insurance" if speaks_of_insurance(turn) else None
