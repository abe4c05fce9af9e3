"""Passwords: argon2id, made at random for the first operator, locked for a while after wrong ones."""

import secrets
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from records.database import utc_now
from records.staff import Staff, StaffSession

FIRST_OPERATOR = "admin"
MIN_LENGTH = 10

# GB/T 22239-2019, 8.1.4.1: failed sign-ins are limited.
FAILURES_BEFORE_LOCK = 5
LOCKED_FOR = timedelta(minutes=15)

_hasher = PasswordHasher()
# Verified when the name is unknown, so that the answer takes as long as for a known one.
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))


class PasswordTooShort(ValueError):
    """A password needs at least 10 characters."""


class NoSuchStaff(LookupError):
    """Nobody in the console has this name."""


def new_password() -> str:
    """A random password that can be read aloud: four groups of four, about 75 bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def ensure_first_operator(session: Session) -> str | None:
    """Make ``admin`` when nobody is there; returns the new password, or None when somebody was."""
    if session.scalar(select(Staff.id).limit(1)) is not None:
        return None
    password = new_password()
    session.add(Staff(username=FIRST_OPERATOR, password_hash=_hasher.hash(password)))
    session.flush()
    return password


def reset_password(session: Session, *, username: str) -> str:
    """Give ``username`` a new random password, returned; ends every session; raises :class:`NoSuchStaff`."""
    staff = _named(session, username)
    password = new_password()
    _set(session, staff, password)
    return password


def change_password(session: Session, *, username: str, old: str, new: str) -> bool:
    """Change one's own password and end every session; False when the old one is wrong.

    Raises :class:`PasswordTooShort`.
    """
    if len(new) < MIN_LENGTH:
        raise PasswordTooShort
    staff = verify(session, username=username, password=old)
    if staff is not None:
        _set(session, staff, new)
    return staff is not None


def verify(session: Session, *, username: str, password: str) -> Staff | None:
    """Who signs in, or None: wrong name, wrong password or locked for a while; which one is not said.

    It does not raise, so that the count of wrong passwords is committed.
    """
    staff = session.scalar(select(Staff).where(Staff.username == username).with_for_update())
    if staff is None:
        _matches(_NOBODY, password)
        return None
    if staff.locked_until and staff.locked_until > utc_now():
        return None
    if not _matches(staff.password_hash, password):
        staff.failed_logins += 1
        if staff.failed_logins >= FAILURES_BEFORE_LOCK:
            staff.failed_logins, staff.locked_until = 0, utc_now() + LOCKED_FOR
        return None
    staff.failed_logins, staff.locked_until = 0, None
    return staff


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _named(session: Session, username: str) -> Staff:
    staff = session.scalar(select(Staff).where(Staff.username == username))
    if staff is None:
        raise NoSuchStaff(username)
    return staff


def _set(session: Session, staff: Staff, password: str) -> None:
    staff.password_hash = _hasher.hash(password)
    staff.failed_logins, staff.locked_until = 0, None
    for signed_in in session.scalars(select(StaffSession).where(StaffSession.staff_id == staff.id)):
        session.delete(signed_in)
    session.flush()
