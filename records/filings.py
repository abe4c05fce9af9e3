"""Reports on their way into the hospital's own records: the rows are the queue."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, UtcDateTime, utc_now


class FilingState(StrEnum):
    WAITING = "waiting"
    FILED = "filed"
    FAILED = "failed"


class FilingProblem(StrEnum):
    """Why the hospital's records do not have it."""

    NO_PATIENT = "no_patient"  # nobody is registered, or the sheet's name could not be compared with theirs
    PATIENT_UNKNOWN = "patient_unknown"  # to the hospital
    NO_CONSENT = "no_consent"  # withdrawn since, or to an earlier text
    ERASED = "erased"
    AWAY = "away"  # the hospital's system, for too long


class ReportFiling(Base):
    """One report that a clinician has confirmed, by the case ``case_id``. ``hospital_ref`` is the hospital's number."""

    __tablename__ = "report_filing"

    finding_id: Mapped[str] = mapped_column(ForeignKey("finding.id"), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("clinical_case.id"), index=True)
    state: Mapped[str] = mapped_column(String(16), default=FilingState.WAITING, index=True)
    problem: Mapped[str] = mapped_column(String(16), default="")
    hospital_ref: Mapped[str] = mapped_column(String(64), default="")
    tries: Mapped[int] = mapped_column(Integer, default=0)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    filed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
