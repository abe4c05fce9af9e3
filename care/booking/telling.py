"""Patients are told at once of what staff did to their appointments, and offered something instead of what fell."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.booking.cards import appointment_text, slot_card
from care.booking.stops import StoppedVisit
from care.conversations import append_reply
from care.replies import Reply
from care.texts import text
from hospital.protocol import Slot
from records.appointments import Appointment
from records.conversations import Author, Conversation


def tell_stopped(session: Session, stopped: Sequence[StoppedVisit]) -> int:
    """One message to each; returns how many. An account that never wrote (booked at a window) has no conversation."""
    return sum(_tell(session, visit.appointment, visit.alternatives, fallen=True) for visit in stopped)


def tell_cancelled(session: Session, appointment: Appointment) -> bool:
    """One message to whose appointment staff cancelled; False when there is nowhere to tell it."""
    return _tell(session, appointment, (), fallen=False)


def _tell(session: Session, appointment: Appointment, alternatives: Sequence[Slot], *, fallen: bool) -> bool:
    conversation_id = session.scalar(select(Conversation.id).where(Conversation.account_id == appointment.account_id))
    if conversation_id is None:
        return False
    said = [appointment_text(session, appointment)]
    if fallen and not alternatives:
        said.append(text("booking.refused.stopped_no_other"))
    reply = Reply(text="\n".join(said), card=slot_card(alternatives) if alternatives else None)
    append_reply(session, conversation_id=conversation_id, author=Author.BOT, reply=reply)
    return True
