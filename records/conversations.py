"""Conversations and their messages, as the house keeps them: masked text, in order, each once."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, UtcDateTime, new_id, utc_now


class Holder(StrEnum):
    """Who answers a conversation."""

    BOT = "bot"
    WAITING = "waiting"  # a person was asked for, or the assistant could not answer
    SEAT = "seat"  # a clinician or agent has taken it over; the bot is silent


class Author(StrEnum):
    PATIENT = "patient"
    BOT = "bot"
    STAFF = "staff"


class MessageState(StrEnum):
    """How far a patient's message has come. Replies are ``ANSWERED`` from the start."""

    RECEIVED = "received"
    ANSWERED = "answered"
    WAITING = "waiting"  # a person must answer it
    HELD = "held"  # the patient's consent is asked for; nobody has heard it yet


class MediaStage(StrEnum):
    """How far a file has come, as the patient's page tells it."""

    RECEIVED = "received"
    CHECKING = "checking"
    ANALYSING = "analysing"
    DONE = "done"
    HANDED_OVER = "handed_over"  # done, and put before a person


class Conversation(Base):
    """All that one account and the hospital said to each other."""

    __tablename__ = "conversation"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), unique=True)
    holder: Mapped[str] = mapped_column(String(16), default=Holder.BOT, index=True)
    seat: Mapped[str | None] = mapped_column(String(64))
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    # By when the patient was told that somebody would answer; None while nobody could say.
    promised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Whose conversation it is while it waits: a group of ``care.seats.groups``, empty for anybody's.
    skill_group: Mapped[str] = mapped_column(String(32), default="", server_default="")
    last_patient_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_seq: Mapped[int] = mapped_column(Integer, default=0)
    # What the patient was last offered: [{"title", "payload"}]. "2" on WeChat means the second of these,
    # and a payload from a browser counts only if it is among them.
    offered: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    # What the turn itself waits to be told: "export:0" is the end of an identity number, asked for the first time.
    asking: Mapped[str] = mapped_column(String(32), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class Message(Base):
    """One message. ``text`` holds masked tokens only, never an original; ``seq`` counts within a conversation."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq", name="uq_message_seq"),
        UniqueConstraint("conversation_id", "dedupe_key", name="uq_message_dedupe"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    seq: Mapped[int] = mapped_column(Integer)
    dedupe_key: Mapped[str | None] = mapped_column(String(128))
    reply_to: Mapped[str | None] = mapped_column(String(16), index=True)
    author: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text, default="")
    card: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    quick_replies: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    # What the assistant hears where it is not ``text`` itself: the payload of a button, for one.
    heard: Mapped[str | None] = mapped_column(Text)
    media_id: Mapped[str | None] = mapped_column(String(16))
    # GB/T 39725-2020, 1 to 5; what was of level 5 in ``text`` is a token of kind SENSITIVE.
    sensitivity: Mapped[int] = mapped_column(Integer, default=3, server_default="3")
    # Where media lie until they are stored: {"spool", "claimed_type", "size"} or {"platform_media_id"}.
    media_source: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(16), default=MessageState.RECEIVED, index=True)
    # How far the job of a file has come, for the page that waits: see ``MediaStage``; None for what is no file.
    stage: Mapped[str | None] = mapped_column(String(16))
    # Of a person's reply: the suggestion it began as, "hours:门诊"; empty when the person wrote all of it.
    began_as: Mapped[str] = mapped_column(String(64), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
