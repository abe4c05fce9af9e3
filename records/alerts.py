"""Alerts: what a person must acknowledge, and when somebody did."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, UtcDateTime, new_id, utc_now


class Alert(Base):
    """A red flag matched in a message, until a person has acknowledged it."""

    __tablename__ = "alert"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("message.id"))
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    urgency: Mapped[str] = mapped_column(String(16))
    sensitivity: Mapped[int] = mapped_column(Integer, default=3, server_default="3")  # its message's
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_by: Mapped[str | None] = mapped_column(String(64))
    escalated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # How far it has climbed the list of who is on duty (0: not yet), when it rang last, and how often.
    level: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    rung_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rings: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
