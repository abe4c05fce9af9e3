"""Each reply's way to a WeChat user, in the records: claimed by one, sent once, written down.

A delivery starts pending with no route. Whoever sets its route first has it, by an update that holds only while
nobody else has: the waiting push (passive reply), or the outbox (customer service). Every attempt is written down
before anything leaves the house; an attempt that nobody wrote the end of is never repeated by guessing.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from channels.inbound import Channel
from channels.wechat.parts import parts_of
from channels.wechat.windows import Window, give_back, spend
from records.conversations import Author, Conversation, Message
from records.deliveries import Delivery, DeliveryState
from records.patients import Account
from records.vault import Vault, VaultError


class Route(StrEnum):
    NONE = ""
    PASSIVE = "passive"
    CUSTOMER_SERVICE = "customer_service"
    SUBSCRIPTION = "subscription"


# Set while an attempt is under way. Found after the lease is over, it means that the sender died in between.
SENDING = "sending"
UNCONFIRMED = "unconfirmed"

# WeChat's three pushes are over after 15 s: a passive reply that was claimed, but never confirmed, was lost.
PASSIVE_LEASE = timedelta(seconds=20)

# Longer than one attempt can take: two calls of 15 s, and a token refresh in between.
SENDING_LEASE = timedelta(seconds=120)

# A reply this old that nobody has claimed was left behind by a gateway that stopped; a younger one may still be
# answered passively.
UNCLAIMED_GRACE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One part of one reply, claimed and written down, ready to leave the house."""

    delivery_id: str
    conversation_id: str
    openid: str = field(repr=False)
    fingerprint: str
    route: Route
    text: str = field(repr=False)
    window: Window | None
    attempts: int
    is_last: bool


def claim_passive(session: Session, *, message_id: str, now: datetime) -> str | None:
    """Claim a reply for the push that waits; returns the text to answer with, None when it goes another way.

    A reply that was claimed passively before is given again: only a push of the same message asks for it, and WeChat
    repeats a push only when it did not get the answer.
    """
    row = session.scalars(
        select(Delivery).where(Delivery.message_id == message_id, Delivery.channel == Channel.WECHAT)
    ).one_or_none()
    if row is None:
        return None
    parts = parts_of(session, session.get_one(Message, message_id))
    if not parts:
        return None
    claimed = session.execute(
        update(Delivery)
        .where(
            Delivery.id == row.id,
            or_(
                and_(Delivery.route == Route.NONE, Delivery.state == DeliveryState.PENDING),
                Delivery.route == Route.PASSIVE,
            ),
        )
        .values(route=Route.PASSIVE, attempts=Delivery.attempts + 1)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if claimed is None:
        return None
    session.execute(
        update(Delivery)
        .where(Delivery.id == row.id, Delivery.state == DeliveryState.PENDING, Delivery.parts_sent == 0)
        .values(next_attempt_at=now + PASSIVE_LEASE)
        .execution_options(synchronize_session=False)
    )
    return parts[0]


def confirm_passive(session: Session, *, message_id: str, now: datetime) -> None:
    """The passive reply has left the house in time: sent, or its further parts go to the outbox."""
    more = len(parts_of(session, session.get_one(Message, message_id))) > 1
    values = (
        {"parts_sent": 1, "next_attempt_at": now}
        if more
        else {"parts_sent": 1, "next_attempt_at": None, "state": DeliveryState.SENT, "sent_at": now}
    )
    session.execute(
        update(Delivery)
        .where(
            Delivery.message_id == message_id,
            Delivery.route == Route.PASSIVE,
            Delivery.state == DeliveryState.PENDING,
            Delivery.parts_sent == 0,
            Delivery.error_code == "",
        )
        .values(values)
        .execution_options(synchronize_session=False)
    )


def release(session: Session, *, message_ids: Collection[str], now: datetime) -> None:
    """No push waits for these replies any more: the outbox may take them at once."""
    session.execute(
        update(Delivery)
        .where(
            Delivery.message_id.in_(message_ids),
            Delivery.channel == Channel.WECHAT,
            Delivery.state == DeliveryState.PENDING,
            Delivery.route == Route.NONE,
            Delivery.next_attempt_at.is_(None),
        )
        .values(next_attempt_at=now)
        .execution_options(synchronize_session=False)
    )


def conversations_with_due(session: Session, *, now: datetime, limit: int) -> list[str]:
    """Conversations in which something waits to be sent, the longest waiting first."""
    rows = session.execute(
        select(Delivery.conversation_id, Delivery.created_at)
        .join(Message, Message.id == Delivery.message_id)
        .where(
            Delivery.channel == Channel.WECHAT,
            Delivery.state == DeliveryState.PENDING,
            or_(
                Delivery.next_attempt_at <= now,
                and_(
                    Delivery.next_attempt_at.is_(None),
                    or_(Delivery.created_at <= now - UNCLAIMED_GRACE, Message.author != Author.BOT),
                ),
            ),
        )
        .order_by(Delivery.created_at)
        .limit(limit)
    ).all()
    return list(dict.fromkeys(conversation_id for conversation_id, _ in rows))


def claim_next(
    session: Session, vault: Vault, *, conversation_id: str, now: datetime, can_notify: bool
) -> Attempt | None:
    """Claim the oldest pending reply of a conversation, and take a message from the user's quota for it.

    Replies leave in their order: while the oldest may not be sent yet, nothing behind it is.
    """
    while (head := _head(session, conversation_id)) is not None:
        row, message, account = head
        if not _is_due(row, message, now=now):
            return None
        if row.error_code == SENDING:
            # Whoever sent it died before the end was written. Sending again might double it: a person looks.
            fail(session, row.id, UNCONFIRMED)
            continue
        parts = parts_of(session, message)
        openid = _openid(session, vault, account)
        if row.parts_sent >= len(parts) or not openid:
            _finish_empty(session, row, parts, now)
            continue
        window = spend(session, fingerprint=account.address_fingerprint, now=now)
        if window is None and not can_notify:
            fail(session, row.id, row.error_code or "quota")
            continue
        route = Route.CUSTOMER_SERVICE if window else Route.SUBSCRIPTION
        if not _claim(session, row, route=route, now=now):
            if window:
                give_back(session, fingerprint=account.address_fingerprint, window=window)
            return None
        return Attempt(
            delivery_id=row.id,
            conversation_id=conversation_id,
            openid=openid,
            fingerprint=account.address_fingerprint,
            route=route,
            text=parts[row.parts_sent],
            window=window,
            attempts=row.attempts + 1,
            is_last=route is Route.SUBSCRIPTION or row.parts_sent + 1 >= len(parts),
        )
    return None


def sent(session: Session, attempt: Attempt, *, now: datetime) -> None:
    """WeChat said ``errcode`` 0."""
    values: dict[str, object] = {"error_code": "", "parts_sent": Delivery.parts_sent + 1, "next_attempt_at": now}
    if attempt.is_last:
        values |= {"state": DeliveryState.SENT, "sent_at": now, "next_attempt_at": None, "attempts": attempt.attempts}
    else:
        values["attempts"] = 0  # the next part has its own tries
    _write(session, attempt.delivery_id, values)


def postpone(session: Session, attempt: Attempt, *, code: str, until: datetime) -> None:
    """WeChat surely did not take it; it is tried again at ``until``."""
    _write(session, attempt.delivery_id, {"error_code": code, "next_attempt_at": until})


def fail(session: Session, delivery_id: str, code: str) -> None:
    """Given up: a person sees it."""
    _write(session, delivery_id, {"state": DeliveryState.FAILED, "error_code": code, "next_attempt_at": None})


def _head(session: Session, conversation_id: str) -> tuple[Delivery, Message, Account] | None:
    found = session.execute(
        select(Delivery, Message, Account)
        .join(Message, Message.id == Delivery.message_id)
        .join(Conversation, Conversation.id == Delivery.conversation_id)
        .join(Account, Account.id == Conversation.account_id)
        .where(
            Delivery.conversation_id == conversation_id,
            Delivery.channel == Channel.WECHAT,
            Delivery.state == DeliveryState.PENDING,
        )
        .order_by(Message.seq)
        .limit(1)
        .with_for_update(of=Delivery)
        .execution_options(populate_existing=True)
    ).first()
    return None if found is None else (found[0], found[1], found[2])


def _is_due(row: Delivery, message: Message, *, now: datetime) -> bool:
    if row.next_attempt_at is not None:
        return row.next_attempt_at <= now
    return message.author != Author.BOT or row.created_at <= now - UNCLAIMED_GRACE


def _claim(session: Session, row: Delivery, *, route: Route, now: datetime) -> bool:
    keeps = Route.PASSIVE if row.route == Route.PASSIVE and row.parts_sent else route
    claimed = session.execute(
        update(Delivery)
        .where(
            Delivery.id == row.id,
            Delivery.state == DeliveryState.PENDING,
            Delivery.route == row.route,
            Delivery.attempts == row.attempts,
            Delivery.parts_sent == row.parts_sent,
            Delivery.error_code == row.error_code,
        )
        .values(
            route=keeps,
            attempts=Delivery.attempts + 1,
            error_code=SENDING,
            next_attempt_at=now + SENDING_LEASE,
        )
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    return claimed is not None


def _openid(session: Session, vault: Vault, account: Account) -> str:
    try:
        sealed = account.address_sealed or b""
        return vault.open(session, sealed, owner=account.id, context=f"address:{account.id}").decode()
    except VaultError:
        return ""


def _finish_empty(session: Session, row: Delivery, parts: list[str], now: datetime) -> None:
    if parts and row.parts_sent >= len(parts):
        _write(session, row.id, {"state": DeliveryState.SENT, "sent_at": now, "next_attempt_at": None})
    else:
        fail(session, row.id, "no address" if parts else "unreadable")


def _write(session: Session, delivery_id: str, values: dict[str, object]) -> None:
    session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state == DeliveryState.PENDING)
        .values(values)
        .execution_options(synchronize_session=False)
    )
