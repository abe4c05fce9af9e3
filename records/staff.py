"""People who work in the console, their second factors, and the sessions they are signed in with."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Integer, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, UtcDateTime, new_id, utc_now

# In ``Staff.departments``: every department there is.
EVERY_DEPARTMENT = "*"


class Role(StrEnum):
    """What somebody is at the console for. One role a person: duties that must be apart cannot meet in one hand."""

    CLINICIAN = "clinician"
    NURSE = "nurse"
    AGENT = "agent"
    OPERATOR = "operator"
    SECURITY_OFFICER = "security_officer"
    AUDITOR = "auditor"


class Staff(Base):
    """One person. The password is kept as argon2id, empty for who signs in at the hospital's own provider."""

    __tablename__ = "staff"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64), default="", server_default="")
    password_hash: Mapped[str] = mapped_column(String(256))
    # Given by somebody else: good for one sign-in, then the person sets their own.
    password_once: Mapped[bool] = mapped_column(default=False, server_default=false())
    role: Mapped[str] = mapped_column(String(16), default=Role.OPERATOR)
    # Names as in the triage catalogue, or EVERY_DEPARTMENT.
    departments: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    on_duty: Mapped[bool] = mapped_column(default=False, server_default=false())
    # As a seat: the groups of ``care.seats.groups`` whose conversations it takes, every group's when none is named;
    # and how many at once, None for as many as the house says.
    skill_groups: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    seat_capacity: Mapped[int | None] = mapped_column(Integer)
    # SHA-256 of the provider's issuer and subject.
    provider_subject: Mapped[str | None] = mapped_column(String(64), unique=True)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class StaffFactor(Base):
    """The second factor of one person: a secret for time-based codes (RFC 6238), sealed; none is in force before a
    first code has proved that the person's device has it."""

    __tablename__ = "staff_factor"

    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    offered_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # shown for scanning, not proved yet
    enrolled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The time step of the last code that was taken: none of it or before is taken again.
    used_step: Mapped[int] = mapped_column(Integer, default=0)


class RecoveryCode(Base):
    """A code for one sign-in without the device, kept as an HMAC under a key of the house."""

    __tablename__ = "recovery_code"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StaffSession(Base):
    """One browser. The row holds the SHA-256 of its token, so the table opens no session to who reads it.

    Until ``proved_at`` only the password was right: such a session opens nothing but the next step of signing in.
    """

    __tablename__ = "staff_session"

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    id: Mapped[str] = mapped_column(String(16), unique=True, default=new_id)  # what it is called in lists
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the second factor, last
    by_provider: Mapped[bool] = mapped_column(default=False, server_default=false())
    address: Mapped[str] = mapped_column(String(64), default="", server_default="")
    browser: Mapped[str] = mapped_column(String(160), default="", server_default="")
