"""A patient with a follow-up, and the worker's rounds at whatever moment a test needs."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from care.consent import Purpose
from care.followup import Start, go_on, running_follow_ups, start
from records.audit import Actor, ActorKind
from records.cases import Case
from records.conversations import Author, Conversation, Message
from records.database import session_scope, utc_now
from records.followup import FollowUp, FollowUpQuestion
from settings import get_settings
from tests.agreeing import agree

DOCTOR = Actor(ActorKind.STAFF, "li")
EVERYTHING = (Purpose.CONSULTATION, Purpose.MEDIA, Purpose.FOLLOW_UP)


def today() -> date:
    return utc_now().astimezone(get_settings().zone).date()


def at(days: int, clock: str = "10:00") -> datetime:
    """A moment by the hospital's clock, so many days from today."""
    return datetime.combine(today() + timedelta(days=days), time.fromisoformat(clock), get_settings().zone)


def conversation_of(sender: str = "anna", *, purposes: tuple[Purpose, ...] = EVERYTHING) -> str:
    account = agree(sender, purposes=purposes)
    with session_scope() as session:
        return session.query(Conversation).filter_by(account_id=account).one().id


def started(conversation_id: str, plan: str = "day_surgery", **more: Any) -> FollowUp:
    """A follow-up that began today, and of which the patient has been told."""
    values: dict[str, Any] = {"plan": plan, "starts_on": today(), "department": "普外科"}
    wanted = Start(**(values | more))
    with session_scope() as session:
        follow_up = start(session, conversation_id=conversation_id, wanted=wanted, actor=DOCTOR)
    round_at(at(0, "08:30"))
    return follow_up


def round_at(moment: datetime) -> None:
    """One round of the worker at this moment, as it commits each follow-up."""
    with session_scope() as session:
        found = running_follow_ups(session, now=moment)
    for follow_up_id in found:
        with session_scope() as session:
            go_on(session, follow_up_id, now=moment)


def said_by_bot(conversation_id: str = "") -> list[Message]:
    with session_scope() as session:
        query = select(Message).where(Message.author == Author.BOT)
        if conversation_id:
            query = query.where(Message.conversation_id == conversation_id)
        return list(session.scalars(query.order_by(Message.seq)))


def titles(message: Message) -> list[str]:
    return [option["title"] for option in message.quick_replies]


def asked() -> list[FollowUpQuestion]:
    with session_scope() as session:
        return list(session.scalars(select(FollowUpQuestion).order_by(FollowUpQuestion.place)))


def follow_up_now(follow_up: FollowUp) -> FollowUp:
    with session_scope() as session:
        return session.get_one(FollowUp, follow_up.id)


def cases() -> list[Case]:
    with session_scope() as session:
        return list(session.scalars(select(Case).order_by(Case.opened_at)))
