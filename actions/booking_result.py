"""The end of a booking: booked, or why not."""

from rasa_sdk.events import FollowupAction
from sqlalchemy.orm import Session

from actions.assessing import assessed
from actions.base import Event, HouseAction, Outcome, Turn, keep
from actions.booking_form import FORM
from actions.buttons import LIST, PERSON, START, button
from actions.complaint import Complaint
from actions.memory import BOOKING, FORGET_ALL, forget
from actions.plan import Plan
from actions.triage_result import emergency
from care.booking import (
    AlreadyBooked,
    BookingRefused,
    SlotInPast,
    SlotNotFound,
    SlotTaken,
    appointment_card,
    appointment_text,
    book,
)
from care.replies import QuickReply, Reply
from care.texts import text
from hospital import get_hospital
from records.appointments import Appointment

AFTER: tuple[QuickReply, ...] = (button("change", "change_appointment"), button("cancel", "cancel_appointment"), LIST)


def appointment_reply(session: Session, appointment: Appointment, *, first: str = "") -> Reply:
    """An appointment in words and as a card, with what can be done with it."""
    said = appointment_text(session, appointment)
    return Reply(
        text=f"{first}\n{said}" if first else said, card=appointment_card(session, appointment), quick_replies=AFTER
    )


class Book(HouseAction):
    """Books when the plan is complete and confirmed; otherwise says what became of it."""

    action = "action_book"

    def respond(self, turn: Turn) -> Outcome:
        plan = Plan.kept_in(turn.tracker)
        match plan.ending:
            case "given_up":
                return Outcome([Reply(text=text("dialogue.book.given_up"), quick_replies=START)], forget(BOOKING))
            case "no_consent":
                return Outcome([Reply(text=text("dialogue.book.no_consent"), quick_replies=(PERSON,))], forget(BOOKING))
            case "person":
                return Outcome([Reply(text=text("dialogue.book.identity_person"))], forget(BOOKING))
            case "emergency":
                assessment = assessed(turn, Complaint.kept_in(turn.tracker))
                return Outcome([emergency(turn, assessment)], forget(BOOKING))
        if not (plan.confirmed and plan.slot and plan.patient):
            return Outcome()  # the form was left after an error, which was told already
        return self._book(turn, plan.slot, plan.patient)

    def _book(self, turn: Turn, slot_id: str, patient_id: str) -> Outcome:
        try:
            appointment = book(
                turn.session,
                get_hospital(),
                account_id=turn.account_id,
                patient_id=patient_id,
                slot_id=slot_id,
                now=turn.now,
            )
        except SlotTaken as taken:
            others = [slot.id for slot in taken.alternatives]
            return Outcome([Reply(text=taken.patient_text())], _choose_again(others))
        except (SlotInPast, SlotNotFound) as refused:
            return Outcome([Reply(text=refused.patient_text())], _choose_again([]))
        except AlreadyBooked as already:
            reply = appointment_reply(turn.session, already.appointment, first=already.patient_text())
            return Outcome([reply], forget(BOOKING))
        except BookingRefused as refused:
            return Outcome([Reply(text=refused.patient_text(), quick_replies=(LIST, PERSON))], forget(BOOKING))
        return Outcome([appointment_reply(turn.session, appointment)], forget(FORGET_ALL))


def _choose_again(alternatives: list[str]) -> list[Event]:
    """Back to the form for another visit; patient and consent stay."""
    kept = keep(booking_slot=None, booking_confirmed=None, booking_alternatives=alternatives or None)
    return [*kept, FollowupAction(FORM)]
