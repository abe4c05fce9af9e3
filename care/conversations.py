"""Conversations as care sees them: a reply is appended, a seat takes over and gives back."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from care.cases import CONVERSATION_KINDS, open_case
from care.replies import QuickReply, Reply
from records.cases import Case, CaseKind, CaseLevel, CaseState
from records.conversations import Author, Conversation, Holder, Message, MessageState
from records.database import utc_now
from records.deliveries import Delivery
from records.masking import shown
from records.patients import Account
from settings import get_settings


class ConversationNotFound(LookupError):
    """There is no conversation with this id."""


class HeldByAnother(Exception):
    """Another seat has taken this conversation over."""


def lock_conversation(session: Session, conversation_id: str) -> Conversation:
    """The conversation, locked until the transaction ends, so that message numbers follow each other."""
    # populate_existing: what this session read before the lock may be out of date.
    found = session.scalar(
        select(Conversation)
        .where(Conversation.id == conversation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise ConversationNotFound(conversation_id)
    return found


def append_reply(
    session: Session, *, conversation_id: str, author: Author, reply: Reply, reply_to: str | None = None
) -> Message:
    """Put one reply into the conversation and into the ledger of deliveries; returns the stored message.

    The channel sends it when the transaction has ended: a reply that was not stored is never sent.
    """
    conversation = lock_conversation(session, conversation_id)
    conversation.last_seq += 1
    if author is Author.BOT:
        conversation.offered = [option.model_dump() for option in offered_options(reply)]
    message = Message(
        conversation_id=conversation_id,
        seq=conversation.last_seq,
        author=author,
        kind="card" if reply.card else "text",
        text=reply.text,
        card=reply.card.model_dump(mode="json") if reply.card else None,
        quick_replies=[option.model_dump() for option in reply.quick_replies],
        reply_to=reply_to,
        state=MessageState.ANSWERED,
    )
    session.add(message)
    session.flush()
    channel = select(Account.channel).where(Account.id == conversation.account_id).scalar_subquery()
    session.execute(insert(Delivery).values(message_id=message.id, conversation_id=conversation_id, channel=channel))
    return message


def offered_options(reply: Reply) -> list[QuickReply]:
    """Everything a reply lets the patient choose, in the order in which text channels number it: card first."""
    return [*_card_options(reply), *reply.quick_replies]


def _card_options(reply: Reply) -> list[QuickReply]:
    card, zone = reply.card, get_settings().zone
    if card is None:
        return []
    match card.kind:
        case "departments":
            rows = [(row.name, row.payload) for row in card.departments]
            rows += [(row.name, row.payload) for row in card.doctors]
            return [QuickReply(title=name, payload=payload) for name, payload in rows if payload]
        case "slots":
            return [
                QuickReply(title=f"{row.starts_at.astimezone(zone):%m-%d %H:%M} {row.doctor}", payload=row.payload)
                for row in card.slots
                if row.payload
            ]
        case "doctors":
            return [QuickReply(title=row.name, payload=row.payload) for row in card.doctors if row.payload]
        case "confirm":
            return [card.confirm, card.change]
        case _:
            return []


def stored_reply(message: Message) -> Reply:
    """The reply that a stored message was made from."""
    return Reply.model_validate({"text": message.text, "quick_replies": message.quick_replies, "card": message.card})


def replies_to(session: Session, message_id: str) -> list[Message]:
    """Stored replies to one message, in order."""
    query = select(Message).where(Message.reply_to == message_id).order_by(Message.seq)
    return list(session.scalars(query))


def settle(session: Session, message_ids: Iterable[str], state: MessageState) -> None:
    """Note how far patients' messages have come."""
    session.execute(update(Message).where(Message.id.in_(list(message_ids))).values(state=state))


def take_over(session: Session, *, conversation_id: str, seat: str) -> Conversation:
    """Give the conversation to ``seat``: the bot is silent until it is given back; raises HeldByAnother."""
    conversation = lock_conversation(session, conversation_id)
    if conversation.holder == Holder.SEAT and conversation.seat != seat:
        raise HeldByAnother(conversation.seat)
    conversation.holder, conversation.seat, conversation.waiting_since = Holder.SEAT, seat, None
    return conversation


def give_back(session: Session, *, conversation_id: str) -> Conversation:
    """Give the conversation back to the bot; what waited for a person counts as answered."""
    conversation = lock_conversation(session, conversation_id)
    conversation.holder, conversation.seat, conversation.waiting_since = Holder.BOT, None, None
    session.execute(
        update(Message)
        .where(Message.conversation_id == conversation_id, Message.state == MessageState.WAITING)
        .values(state=MessageState.ANSWERED)
    )
    return conversation


def wait_for_person(
    session: Session, *, conversation_id: str, kind: CaseKind = CaseKind.HANDOVER, reason: str = "not_understood"
) -> Conversation:
    """Put the conversation into the queue of those who wait for a person, with a case of ``kind`` unless one is open
    that says so already; a seat that has the conversation keeps it."""
    conversation = lock_conversation(session, conversation_id)
    waits = conversation.holder == Holder.BOT
    if waits:
        conversation.holder, conversation.waiting_since = Holder.WAITING, utc_now()
    if waits or kind is CaseKind.COMPLAINT:
        open_handover(session, conversation, kind=kind, reason=reason, now=utc_now())
    return conversation


def open_handover(
    session: Session, conversation: Conversation, *, kind: CaseKind, reason: str, now: datetime
) -> Case | None:
    """The case of somebody who waits for a person; None when one of the conversation is open: for a complaint another
    complaint, for a request anything that brings a person."""
    enough = {CaseKind.COMPLAINT} if kind is CaseKind.COMPLAINT else CONVERSATION_KINDS
    known = select(Case.id).where(
        Case.conversation_id == conversation.id, Case.state != CaseState.CLOSED, Case.kind.in_(enough)
    )
    if session.scalar(known.limit(1)) is not None:
        return None
    last = session.scalar(
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.author == Author.PATIENT)
        .order_by(Message.seq.desc())
        .limit(1)
    )
    return open_case(
        session,
        kind=kind,
        level=CaseLevel.URGENT,
        conversation_id=conversation.id,
        message_id=last.id if last else None,
        complaint=shown(last.text) if last else "",
        reasons=(reason,),
        dedupe_key=f"{kind}:{conversation.id}:{conversation.last_seq}:{now.timestamp():.3f}",
        now=now,
    )
