"""Patients, the accounts they write from, and for whom an account may act."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, UtcDateTime, new_id, utc_now


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"


class Account(Base):
    """Who writes: one WeChat user or one browser. Its address (the openid) is sealed with the vault's key."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("channel", "address_fingerprint", name="uq_account_address"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    channel: Mapped[str] = mapped_column(String(16))
    address_fingerprint: Mapped[str] = mapped_column(String(64))
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    # Erased on request: what the law keeps is neither shown nor processed any more (PIPL art. 47).
    restricted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class Patient(Base):
    """Who is treated. Name, identity number and phone are vault references; ``*_shown`` are their masked forms."""

    __tablename__ = "patient"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    name_ref: Mapped[str | None] = mapped_column(String(16))
    name_shown: Mapped[str] = mapped_column(String(64), default="")
    id_number_ref: Mapped[str | None] = mapped_column(String(16))
    id_number_shown: Mapped[str] = mapped_column(String(32), default="")
    id_number_fingerprint: Mapped[str | None] = mapped_column(String(64), unique=True)
    phone_ref: Mapped[str | None] = mapped_column(String(16))
    birth_date: Mapped[date | None] = mapped_column(Date)
    sex: Mapped[str | None] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class Relation(Base):
    """An account may act for a patient: themself or a family member ("本人", "母亲", ...)."""

    __tablename__ = "relation"
    __table_args__ = (UniqueConstraint("account_id", "patient_id", name="uq_relation_pair"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"))
    kinship: Mapped[str] = mapped_column(String(16), default="本人")


class Consent(Base):
    """One purpose an account agreed to, in one version of its text (PIPL art. 14, 29); kept when withdrawn."""

    __tablename__ = "consent"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(32))
    version: Mapped[str] = mapped_column(String(16))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Who agreed for a child under 14 ("母亲"; PIPL art. 31); empty when the patient did.
    guardian: Mapped[str] = mapped_column(String(16), default="", server_default="")
