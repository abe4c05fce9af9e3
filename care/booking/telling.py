"""Patients whose clinic was stopped are told at once, with what they can have instead."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.booking.cards import appointment_text, slot_card
from care.booking.stops import StoppedVisit
from care.conversations import append_reply
from care.replies import Reply
from care.texts import text
from records.conversations import Author, Conversation


def tell_stopped(session: Session, stopped: Sequence[StoppedVisit]) -> int:
    """One message to each; returns how many. An account that never wrote (booked at a window) has no conversation."""
    told = 0
    for visit in stopped:
        query = select(Conversation.id).where(Conversation.account_id == visit.appointment.account_id)
        conversation_id = session.scalar(query)
        if conversation_id is None:
            continue
        said = [appointment_text(session, visit.appointment)]
        if not visit.alternatives:
            said.append(text("booking.refused.stopped_no_other"))
        card = slot_card(visit.alternatives) if visit.alternatives else None
        reply = Reply(text="\n".join(said), card=card)
        append_reply(session, conversation_id=conversation_id, author=Author.BOT, reply=reply)
        told += 1
    return told
