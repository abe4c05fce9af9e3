"""The ledger of what was sent to whom, by which way, and what the platform answered."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, UtcDateTime, new_id, utc_now


class DeliveryState(StrEnum):
    PENDING = "pending"
    SENT = "sent"  # the platform said so, or the browser has it
    FAILED = "failed"  # given up; a person sees it


class Delivery(Base):
    """One reply's way to the patient."""

    __tablename__ = "delivery"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    message_id: Mapped[str] = mapped_column(ForeignKey("message.id"), unique=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    channel: Mapped[str] = mapped_column(String(16))
    route: Mapped[str] = mapped_column(String(24), default="")  # passive, customer_service, subscription, browser
    state: Mapped[str] = mapped_column(String(16), default=DeliveryState.PENDING, index=True)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    error_code: Mapped[str] = mapped_column(String(32), default="")
    # A long text goes in parts; and nobody else takes the row before ``next_attempt_at`` (a lease, or a back-off).
    parts_sent: Mapped[int] = mapped_column(Integer, default=0)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
