"""The ledger's last line for the web: a reply counts as sent when the browser says that it has it."""

from sqlalchemy import select, update

from records.conversations import Message
from records.database import read_scope, session_scope, utc_now
from records.deliveries import Delivery, DeliveryState

ROUTE = "browser"


def note_received(conversation_id: str, last_seq: int) -> int:
    """Settle the deliveries of every reply up to ``last_seq``; returns how many were still open."""
    pending = (
        select(Delivery.id)
        .join(Message, Message.id == Delivery.message_id)
        .where(
            Delivery.conversation_id == conversation_id,
            Delivery.state == DeliveryState.PENDING,
            Message.seq <= last_seq,
        )
    )
    with read_scope() as session:
        found = list(session.scalars(pending))
    if found:
        with session_scope() as session:
            session.execute(
                update(Delivery)
                .where(Delivery.id.in_(found), Delivery.state == DeliveryState.PENDING)
                .values(state=DeliveryState.SENT, route=ROUTE, sent_at=utc_now())
            )
    return len(found)
