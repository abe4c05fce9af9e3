"""Outside systems that may ask for patients' data, and what they sent in."""

from datetime import datetime

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, UtcDateTime, new_id, utc_now


class Partner(Base):
    """One named credential: for one purpose, with the fields it may read. Only the secret's SHA-256 is kept."""

    __tablename__ = "partner"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    secret_sha256: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(32))
    fields: Mapped[list[str]] = mapped_column(JSON, default=list)
    masked: Mapped[bool] = mapped_column(Boolean, default=True)
    per_minute: Mapped[int] = mapped_column(Integer, default=60)
    # How many requests came since ``window_at``: the rate limit holds over all gateway processes.
    window_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    window_count: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PartnerPatient(Base):
    """What one partner calls one account: a name of its own in every partner's books, so that they cannot be joined."""

    __tablename__ = "partner_patient"
    __table_args__ = (UniqueConstraint("partner_id", "account_id", name="uq_partner_patient_account"),)

    partner_id: Mapped[str] = mapped_column(ForeignKey("partner.id"), primary_key=True)
    pseudonym: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)


class OutsideDocument(Base):
    """De-identified text an outside system sent about a patient."""

    __tablename__ = "outside_document"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partner.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
