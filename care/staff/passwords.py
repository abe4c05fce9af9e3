"""Passwords: argon2id, made at random for the first operator, locked for a while after wrong ones."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from care.staff.attempts import FAILURES_BEFORE_LOCK, WRONG, failures, held_back
from records.audit import SYSTEM, Action, Actor, ActorKind, Outcome, audit
from records.database import utc_now
from records.staff import Staff, StaffSession

FIRST_OPERATOR = "admin"
MIN_LENGTH = 10

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
    first = Staff(username=FIRST_OPERATOR, password_hash=_hasher.hash(password))
    session.add(first)
    session.flush()
    audit(session, actor=SYSTEM, action=Action.ADD_STAFF, patient=None, subject=f"staff:{first.id}")
    return password


def reset_password(session: Session, *, username: str, actor: Actor = SYSTEM) -> str:
    """Give ``username`` a new random password, returned; ends every session; raises :class:`NoSuchStaff`."""
    staff = _named(session, username)
    password = new_password()
    _set(session, staff, password)
    audit(session, actor=actor, action=Action.RESET_PASSWORD, patient=None, subject=f"staff:{staff.id}")
    return password


def change_password(session: Session, *, username: str, old: str, new: str, address: str = "") -> bool:
    """Change one's own password and end every session; False when the old one is wrong.

    Raises :class:`PasswordTooShort`.
    """
    if len(new) < MIN_LENGTH:
        raise PasswordTooShort
    staff = verify(session, username=username, password=old, address=address, action=Action.CHANGE_PASSWORD)
    if staff is None:
        return False
    _set(session, staff, new)
    actor = Actor(ActorKind.STAFF, staff.username, address)
    audit(session, actor=actor, action=Action.CHANGE_PASSWORD, patient=None, subject=f"staff:{staff.id}")
    return True


def verify(
    session: Session,
    *,
    username: str,
    password: str,
    address: str = "",
    action: Action = Action.SIGN_IN,
    patient: str | None = None,
) -> Staff | None:
    """Who signs in, or None: wrong name, wrong password or locked for a while; which one is not said.

    It does not raise, so that the count of wrong passwords is committed, and with it the audit's row of a refused
    ``action`` (about ``patient``, an account's id). What was done with the right password is the caller's to audit.
    """
    # One try at a time per name: or many at once would all be the first.
    staff = session.scalar(select(Staff).where(Staff.username == username).with_for_update())
    if staff is None:
        _matches(_NOBODY, password)
        # Whatever was typed there is not kept: people type their password into the wrong field.
        _refused(session, action, Actor(ActorKind.STAFF, "", address), "staff:unknown", patient, cause="unknown")
        return None
    actor, subject, now = Actor(ActorKind.STAFF, staff.username, address), f"staff:{staff.id}", utc_now()
    if held := held_back(session, staff, address=address, now=now):
        _refused(session, action, actor, subject, patient, cause=held)
        return None
    if not _matches(staff.password_hash, password):
        _refused(session, action, actor, subject, patient, cause=WRONG)
        # The row of this one is written when the transaction ends.
        if failures(session, staff, address=address, now=now) + 1 == FAILURES_BEFORE_LOCK:
            audit(session, actor=SYSTEM, action=Action.LOCK_OUT, patient=None, subject=subject)
        return None
    return staff


def _refused(session: Session, action: Action, actor: Actor, subject: str, patient: str | None, *, cause: str) -> None:
    audit(
        session,
        actor=actor,
        action=action,
        patient=patient,
        subject=subject,
        outcome=Outcome.REFUSED,
        details={"cause": cause},
    )


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
    for signed_in in session.scalars(select(StaffSession).where(StaffSession.staff_id == staff.id)):
        session.delete(signed_in)
    session.flush()
