"""Whether the help was good: asked once when a person has helped, answered by one press."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.conversations import append_reply
from care.replies import QuickReply, Reply
from care.texts import text
from records.console import Satisfaction
from records.conversations import Author
from records.database import utc_now

PREFIX = "/satisfaction:"
SCORES = {3: "good", 2: "fair", 1: "poor"}
ANSWERED_WITHIN = timedelta(days=3)


def ask_satisfaction(session: Session, *, conversation_id: str, seat: str, now: datetime | None = None) -> Satisfaction:
    """Ask the patient; the answer is one of three buttons."""
    asked = Satisfaction(conversation_id=conversation_id, seat=seat, asked_at=now or utc_now())
    session.add(asked)
    session.flush()
    offered = tuple(
        QuickReply(title=text(f"seats.satisfaction.{name}"), payload=f"{PREFIX}{score}")
        for score, name in SCORES.items()
    )
    reply = Reply(text=text("seats.satisfaction.ask"), quick_replies=offered)
    append_reply(session, conversation_id=conversation_id, author=Author.BOT, reply=reply)
    return asked


def score_in(heard: str) -> int | None:
    """The score that a pressed button stands for."""
    value = heard.removeprefix(PREFIX)
    return int(value) if heard.startswith(PREFIX) and value in {"1", "2", "3"} else None


def answer_satisfaction(session: Session, *, conversation_id: str, score: int, now: datetime | None = None) -> bool:
    """Keep the answer to the latest question of this conversation; False when there is none that waits for one."""
    at = now or utc_now()
    asked = session.scalar(
        select(Satisfaction)
        .where(
            Satisfaction.conversation_id == conversation_id,
            Satisfaction.score.is_(None),
            Satisfaction.asked_at > at - ANSWERED_WITHIN,
        )
        .order_by(Satisfaction.asked_at.desc())
        .limit(1)
    )
    if asked is None:
        return False
    asked.score, asked.answered_at = score, at
    session.flush()
    return True
