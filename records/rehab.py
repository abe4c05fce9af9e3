"""Rehabilitation programmes: what a therapist prescribed, what was done of it, and what became of it.

Medical records: they outlast the dialogue, so what refers to a finding or a file does so without a foreign key.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Date, Float, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, UtcDateTime, new_id, utc_now


class ProgrammeState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"  # by a clinician
    PAUSED_PAIN = "paused_pain"  # the patient has said that it hurts
    ENDED = "ended"


class Side(StrEnum):
    BOTH = "both"
    LEFT = "left"
    RIGHT = "right"


class ProgrammeStep(StrEnum):
    """What can happen to a programme; its history is made of these."""

    PRESCRIBED = "prescribed"
    CHANGED = "changed"
    PAUSED = "paused"
    PAIN = "pain"
    RESUMED = "resumed"
    ENDED = "ended"


class RehabProgramme(Base):
    """One patient's exercises at home. ``days`` are ISO weekdays (1 Monday), ``remind_at`` is HH:MM by the hospital's
    clock. ``asked_exercise`` is the one the patient has said they are about to film."""

    __tablename__ = "rehab_programme"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    kinship: Mapped[str] = mapped_column(String(16), default="本人")
    department: Mapped[str] = mapped_column(String(32), default="")
    prescribed_by: Mapped[str] = mapped_column(String(64))
    days: Mapped[list[int]] = mapped_column(JSON)
    remind_at: Mapped[str] = mapped_column(String(5))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(16), default=ProgrammeState.ACTIVE, index=True)
    # Days before it are not missed: the programme stood still.
    active_since: Mapped[date] = mapped_column(Date)
    asked_exercise: Mapped[str | None] = mapped_column(String(32))
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class RehabExercise(Base):
    """One prescribed exercise. ``range_deg`` is the joint angle to reach, ``hold_s`` how long a held one is held; None
    leaves it to the exercise. One that was taken out keeps its row, with ``removed_at``."""

    __tablename__ = "rehab_exercise"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    programme_id: Mapped[str] = mapped_column(ForeignKey("rehab_programme.id"), index=True)
    place: Mapped[int] = mapped_column(Integer)
    exercise: Mapped[str] = mapped_column(String(32))
    repetitions: Mapped[int | None] = mapped_column(Integer)
    range_deg: Mapped[float | None] = mapped_column(Float)
    hold_s: Mapped[float | None] = mapped_column(Float)
    side: Mapped[str] = mapped_column(String(8), default=Side.BOTH)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RehabSession(Base):
    """One exercise done once, as its video shows it. ``range_deg`` is the mean of the repetitions, ``uncertainty_deg``
    its uncertainty; ``score`` is 0 to 100 and goes to the clinician."""

    __tablename__ = "rehab_session"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    programme_id: Mapped[str] = mapped_column(ForeignKey("rehab_programme.id"), index=True)
    finding_id: Mapped[str] = mapped_column(String(16), unique=True)
    exercise: Mapped[str] = mapped_column(String(32))
    day: Mapped[date] = mapped_column(Date)
    repetitions: Mapped[int] = mapped_column(Integer, default=0)
    range_deg: Mapped[float | None] = mapped_column(Float)
    uncertainty_deg: Mapped[float | None] = mapped_column(Float)
    held_s: Mapped[float | None] = mapped_column(Float)
    score: Mapped[int | None] = mapped_column(Integer)
    form: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class RehabReminder(Base):
    """A programme's day of which the patient was reminded: the row is what keeps it to once."""

    __tablename__ = "rehab_reminder"
    __table_args__ = (UniqueConstraint("programme_id", "day", name="uq_rehab_reminder_day"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    programme_id: Mapped[str] = mapped_column(ForeignKey("rehab_programme.id"), index=True)
    day: Mapped[date] = mapped_column(Date)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class RehabNaming(Base):
    """A kept video of which the patient has said which exercise it shows; the worker looks at it once."""

    __tablename__ = "rehab_naming"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    message_id: Mapped[str] = mapped_column(ForeignKey("message.id"), unique=True)
    exercise: Mapped[str] = mapped_column(String(32))
    named_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    queued_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class RehabEvent(Base):
    """One step in the life of a programme; never changed. ``details`` is what stood after it."""

    __tablename__ = "rehab_event"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    programme_id: Mapped[str] = mapped_column(ForeignKey("rehab_programme.id"), index=True)
    step: Mapped[str] = mapped_column(String(16))
    by: Mapped[str] = mapped_column(String(64))  # a user name, or "patient"
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
