"""Cancelling an appointment: which one, and yes."""

from rasa_sdk.events import ActionExecutionRejected, SlotSet

from actions.appointments import line, meant, standing, which
from actions.base import REQUESTED, HouseAction, Outcome, Turn, keep
from actions.booking_asks import titled
from actions.booking_form import ABOUT_THE_VISIT
from actions.booking_result import appointment_reply
from actions.buttons import BOOK, LIST, PERSON, choice
from actions.hearing import just_opened, unanswered
from actions.memory import CHANGING, forget
from care.booking import BookingRefused, cancel
from care.replies import Reply
from care.texts import text
from hospital import get_hospital
from records.appointments import Appointment

FORM = "cancel_form"
KEEPS = ("不取消", "别取消", "不用取消", "不要取消", "不退", "留着", "保留", "算了")


class ValidateCancelForm(HouseAction):
    action = "validate_cancel_form"

    def respond(self, turn: Turn) -> Outcome:
        heard, opened = turn.heard, just_opened(turn.tracker, FORM)
        chosen = None if opened else turn.kept("appointment")
        if not unanswered(turn.tracker):
            asked = "cancel_confirmed" if turn.kept("appointment") else "appointment"
            return Outcome(events=[SlotSet(REQUESTED, asked)])
        if not opened and heard.choice is None and heard.intent not in ABOUT_THE_VISIT - {"change_appointment"}:
            return Outcome(events=[ActionExecutionRejected(FORM)])
        appointments = standing(turn)
        if not appointments:
            return Outcome(events=[*keep(ending="none"), SlotSet(REQUESTED, None)])
        if chosen is None:
            found = meant(turn, heard, appointments, choosing=True)
            if found is None and not opened:
                if heard.intent == "deny":
                    return Outcome(events=[*keep(ending="kept"), SlotSet(REQUESTED, None)])
                if heard.intent != "cancel_appointment":  # said once more: a rule would send it right back here
                    return Outcome(events=[ActionExecutionRejected(FORM)])
            asked = "cancel_confirmed" if found else "appointment"
            kept = keep(appointment=found.id if found else None, cancel_confirmed=None, ending=None)
            return Outcome(events=[*kept, SlotSet(REQUESTED, asked)])
        answer = self._decision(turn, chosen)
        if answer is None:
            return Outcome(events=[ActionExecutionRejected(FORM)])
        ended = keep(cancel_confirmed=answer, ending=None if answer else "kept")
        return Outcome(events=[*ended, SlotSet(REQUESTED, None)])

    def _decision(self, turn: Turn, chosen: str) -> bool | None:
        heard = turn.heard
        if heard.choice is not None:
            if heard.choice.kind == "cancel":
                return heard.choice.value == chosen
            return None
        if any(word in heard.text for word in KEEPS):
            return False
        if heard.intent in ("affirm", "cancel_appointment"):  # "取消吧" once more is a yes
            return True
        return False if heard.intent == "deny" else None


class AskWhichToCancel(HouseAction):
    action = "action_ask_cancel_form_appointment"

    def respond(self, turn: Turn) -> Outcome:
        return Outcome([which(turn, "dialogue.cancel.which", standing(turn))])


class AskToConfirmCancel(HouseAction):
    action = "action_ask_cancel_form_cancel_confirmed"

    def respond(self, turn: Turn) -> Outcome:
        appointment = turn.session.get_one(Appointment, turn.kept("appointment"))
        said = text("dialogue.cancel.confirm", appointment=line(turn, appointment))
        buttons = (
            titled("cancel_yes", choice("cancel", appointment.id, intent="affirm")),
            titled("cancel_no", choice("cancel", "no", intent="deny")),
        )
        return Outcome([Reply(text=said, quick_replies=buttons)])


class Cancel(HouseAction):
    action = "action_cancel"

    def respond(self, turn: Turn) -> Outcome:
        done = forget(("ending", *CHANGING))
        if turn.kept("ending") == "none":
            return Outcome([Reply(text=text("booking.list.none"), quick_replies=(BOOK, PERSON))], done)
        if turn.kept("ending") == "kept":
            return Outcome([Reply(text=text("dialogue.cancel.kept"), quick_replies=(LIST,))], done)
        if not turn.kept("cancel_confirmed"):
            return Outcome(events=done)  # left after an error, which was told already
        try:
            appointment = cancel(
                turn.session,
                get_hospital(),
                account_id=turn.account_id,
                appointment_id=turn.kept("appointment"),
                now=turn.now,
            )
        except BookingRefused as refused:
            return Outcome([Reply(text=refused.patient_text(), quick_replies=(LIST, PERSON))], done)
        reply = appointment_reply(turn.session, appointment)
        return Outcome([reply.model_copy(update={"quick_replies": (BOOK, LIST)})], done)
