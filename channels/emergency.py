"""The emergency step of a turn: an alarm is answered in the transaction that stores the message, a doubt is asked."""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.conversations import append_reply, wait_for_person
from care.emergency import emergency_reply, screen
from care.emergency.alerts import raise_alert
from care.emergency.patient import known_patient
from care.emergency.reply import with_doubt
from care.followup import note_emergency, pressed_emergency
from care.replies import Reply
from care.texts import text
from channels.inbound import Kind
from language.assertion import only_of_animals
from language.complaints import complaints
from records.conversations import Author, Conversation, Holder, Message, MessageState
from records.database import utc_now
from settings import get_settings

# Whoever was asked a moment ago and goes on about something else has answered.
ASKED_AGAIN_AFTER = timedelta(minutes=30)


class Step(StrEnum):
    """What the emergency step has done with a message."""

    PASSED = "passed"
    DOUBTED = "doubted"
    ANSWERED = "answered"


def emergency_step(
    session: Session, message: Message, conversation: Conversation, *, said: str, earlier: Sequence[str]
) -> Step:
    """Screen ``said``, the patient's words before anything is sealed; an alarm is answered here and a person called."""
    if message.kind not in {Kind.TEXT, Kind.VOICE, Kind.CHOICE} or not said or said.startswith("/"):
        return Step.PASSED
    known = known_patient(
        session, account_id=conversation.account_id, conversation_id=conversation.id, text=said, now=utc_now()
    )
    screening = screen(said, earlier=earlier, age_years=known.age_years, sex=known.sex, pregnant=known.pregnant)
    if not screening.alarm and pressed_emergency(session, conversation.id, said):
        # The flag behind this button was changed since: whoever presses it still calls for help.
        screening = screen(text("emergency.doubt.urgent"))
    if not screening.alarm:
        if only_of_animals(said, [(one.start, one.end) for one in complaints(said)]):
            return Step.PASSED
        # A person who holds the conversation reads it; the others are asked, once.
        asks = screening.doubt and conversation.holder != Holder.SEAT and not _asked(session, conversation.id)
        return Step.DOUBTED if asks else Step.PASSED
    settings = get_settings()
    raise_alert(session, conversation_id=conversation.id, message_id=message.id, screening=screening)
    note_emergency(session, conversation.id, said, message_id=message.id, now=utc_now())
    wait_for_person(session, conversation_id=conversation.id)
    append_reply(
        session,
        conversation_id=conversation.id,
        author=Author.BOT,
        reply=emergency_reply(
            screening, entrance=settings.emergency_entrance, phone=settings.emergency_phone, said=said
        ),
        reply_to=message.id,
    )
    message.state = MessageState.ANSWERED
    return Step.ANSWERED


def asking(replies: Sequence[Reply]) -> list[Reply]:
    """``replies`` with the question to somebody whose words sound like an emergency that no red flag matches."""
    settings = get_settings()
    return with_doubt(replies, entrance=settings.emergency_entrance, phone=settings.emergency_phone)


def _asked(session: Session, conversation_id: str) -> bool:
    question = select(Message.id).where(
        Message.conversation_id == conversation_id,
        Message.author == Author.BOT,
        Message.created_at > utc_now() - ASKED_AGAIN_AFTER,
        Message.text.startswith(text("emergency.doubt.first")),
    )
    return session.scalar(question.limit(1)) is not None
