"""Follow-ups: the plan that a clinician started for a patient, what was asked of it, and what was answered.

They are kept as long as the dialogue that they are made of, as the patient was told when they agreed.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Boolean, Date, ForeignKey, Integer, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, UtcDateTime, new_id, utc_now


class FollowUpState(StrEnum):
    RUNNING = "running"
    ENDED = "ended"


class FollowUpEnd(StrEnum):
    """Why a follow-up is over."""

    DONE = "done"  # everything was asked
    UNANSWERED = "unanswered"
    NO_CONSENT = "no_consent"  # never given, or withdrawn
    BY_PATIENT = "by_patient"
    BY_STAFF = "by_staff"
    ERASED = "erased"


class QuestionState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    MISSED = "missed"
    SKIPPED = "skipped"  # its day passed while nothing could be asked


class FollowUp(Base):
    """One plan for one patient. ``text`` is the plan as it was when it was started: a later version is for those who
    start later. ``starts_on`` is day 0; ``case_id`` the case that it was started from."""

    __tablename__ = "follow_up"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    plan: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)
    kinship: Mapped[str] = mapped_column(String(16), default="本人")
    department: Mapped[str] = mapped_column(String(32), default="")
    case_id: Mapped[str | None] = mapped_column(String(16))
    starts_on: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(16), default=FollowUpState.RUNNING, index=True)
    # When the patient was told of it, with how to stop it; and whether they were asked for their consent then.
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    invited: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    # Until then nothing can happen to it and the worker passes it by; None: now.
    look_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    started_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    ended_by: Mapped[str | None] = mapped_column(String(64))  # a user name, "patient", or "xinglin"
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_why: Mapped[str | None] = mapped_column(String(16))


class FollowUpQuestion(Base):
    """One question of a plan that was put to the patient: the row is what keeps it to once. ``answer`` is the option
    or the number that was chosen; words of the patient's own, and photos, stand in the message ``answer_id`` alone."""

    __tablename__ = "follow_up_question"
    __table_args__ = (UniqueConstraint("follow_up_id", "place", name="uq_follow_up_question_place"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    follow_up_id: Mapped[str] = mapped_column(ForeignKey("follow_up.id"), index=True)
    place: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(16), default=QuestionState.OPEN)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(String(64), default="")
    answer_id: Mapped[str | None] = mapped_column(String(16))
    meaning: Mapped[str | None] = mapped_column(String(16))  # of ``care.followup.plans.Meaning``
