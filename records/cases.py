"""Cases: what a person must look at, by when, and everything that was done about it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, false
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, UtcDateTime, new_id, utc_now


class CaseKind(StrEnum):
    SKIN = "skin"
    REHAB = "rehab"
    REPORT = "report"
    EMERGENCY = "emergency"
    HANDOVER = "handover"
    COMPLAINT = "complaint"
    FOLLOW_UP = "follow_up"


class CaseLevel(StrEnum):
    """How soon a person must look; ``care.cases.levels`` has the clocks."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    ROUTINE = "routine"
    SECOND_LOOK = "second_look"  # the machine is sure that it can wait: drawn so that a person checks the machine


class CaseState(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    CLOSED = "closed"


class CaseStep(StrEnum):
    """What can happen to a case; its history is made of these."""

    OPENED = "opened"
    RAISED = "raised"  # to a more urgent level, by what came to be known
    CLAIMED = "claimed"
    RELEASED = "released"
    REASSIGNED = "reassigned"
    RANG = "rang"  # unclaimed beyond its time
    GRADED = "graded"
    REPLIED = "replied"
    CLOSED = "closed"
    FILED = "filed"  # in the hospital's own records
    NOT_FILED = "not_filed"


class Case(Base):
    """One thing for one person to decide. ``complaint`` is masked; ``reasons`` say why it is here."""

    __tablename__ = "clinical_case"
    __table_args__ = (
        Index("ix_clinical_case_queue", "state", "rank", "opened_at", "id"),
        Index("ix_clinical_case_kind", "state", "kind", "rank", "opened_at", "id"),
        # Whole columns of the counts beside the queue: they are read from the index alone.
        Index("ix_clinical_case_counts", "state", "kind", "rank", "department", "due_at", "claimed_by"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(16))
    level: Mapped[str] = mapped_column(String(16))
    rank: Mapped[int] = mapped_column(Integer)  # of the level, the most urgent 0: what the queue is ordered by
    state: Mapped[str] = mapped_column(String(16), default=CaseState.OPEN)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    message_id: Mapped[str | None] = mapped_column(ForeignKey("message.id"))
    finding_id: Mapped[str | None] = mapped_column(ForeignKey("finding.id"))
    alert_id: Mapped[str | None] = mapped_column(ForeignKey("alert.id"), index=True)
    department: Mapped[str] = mapped_column(String(32), default="", index=True)
    complaint: Mapped[str] = mapped_column(String(200), default="")
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    sampled: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    sensitivity: Mapped[int] = mapped_column(Integer, default=3, server_default="3")
    # What it is about, so that a job that runs again opens it once.
    dedupe_key: Mapped[str] = mapped_column(String(128), unique=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(64), index=True)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str | None] = mapped_column(String(64))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    outcome: Mapped[str | None] = mapped_column(String(32))


class CaseEvent(Base):
    """One step in the life of a case; never changed."""

    __tablename__ = "case_event"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("clinical_case.id"), index=True)
    step: Mapped[str] = mapped_column(String(16))
    by: Mapped[str] = mapped_column(String(64))  # a user name, or "system"
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)


class CaseLabel(Base):
    """What a clinician made of findings, for the next training. ``media_id`` is sealed JSON."""

    __tablename__ = "case_label"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("clinical_case.id"), index=True)
    finding_id: Mapped[str | None] = mapped_column(ForeignKey("finding.id"))
    agrees: Mapped[bool] = mapped_column(Boolean)
    media_id: Mapped[str] = mapped_column(ForeignKey("media.id"))
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
