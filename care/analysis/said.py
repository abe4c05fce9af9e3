"""What a patient said around a photo: the words that tell what it is of."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.conversations import Author, Message

AROUND = timedelta(minutes=30)
MOST = 6


def said_around(session: Session, message_id: str) -> tuple[str, ...]:
    """The patient's masked texts of the half hour before a message, and of what came after it, oldest first."""
    photo = session.get_one(Message, message_id)
    texts = session.scalars(
        select(Message.text)
        .where(
            Message.conversation_id == photo.conversation_id,
            Message.author == Author.PATIENT,
            Message.kind.in_(("text", "voice")),
            Message.created_at > photo.created_at - AROUND,
        )
        .order_by(Message.seq.desc())
        .limit(MOST)
    )
    return tuple(text for text in reversed(list(texts)) if text)
