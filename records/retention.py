"""Legal holds, and what the nightly retention job has announced and done."""

from datetime import datetime

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, UtcDateTime, new_id, utc_now


class LegalHold(Base):
    """Nothing of this account is removed while it stands: a dispute, an inquiry. ``reason`` is masked."""

    __tablename__ = "legal_hold"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(String(16), index=True)
    reason: Mapped[str] = mapped_column(String(512))
    placed_by: Mapped[str] = mapped_column(String(80))
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    released_by: Mapped[str | None] = mapped_column(String(80))
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RetentionReport(Base):
    """One night's list: rows by table, of what is due and of what was removed. No personal data, no ids."""

    __tablename__ = "retention_report"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
    due: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    held: Mapped[int] = mapped_column(default=0)
    removed: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)


class RetentionDue(Base):
    """Since when a clock of an account has been reported as run out: only what was announced in time is removed."""

    __tablename__ = "retention_due"
    __table_args__ = (UniqueConstraint("account_id", "clock", name="uq_retention_due_clock"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(String(16), index=True)
    clock: Mapped[str] = mapped_column(String(16))
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
