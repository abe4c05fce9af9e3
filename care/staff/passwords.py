"""Passwords: argon2id, made at random for others, one's own at least 10 characters; wrong ones are slowed down."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY
from sqlalchemy import select
from sqlalchemy.orm import Session

from care.staff.attempts import (
    FAILURES_BEFORE_WAIT,
    WRONG_PASSWORD,
    Place,
    failures,
    held_back,
)
from care.staff.sessions import end_sessions
from records.audit import SYSTEM, Action, Actor, ActorKind, Outcome, audit
from records.database import utc_now
from records.staff import Staff

MIN_LENGTH = 10
NO_PLACE = Place()

# RFC 9106, the second recommended option: 64 MiB, three passes.
_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
# Verified when the name is unknown, so that the answer takes as long as for a known one.
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))


class PasswordTooShort(ValueError):
    """A password needs at least 10 characters."""


class PasswordNotNew(ValueError):
    """The new password is the old one."""


class NoSuchStaff(LookupError):
    """Nobody in the console has this name."""


class OwnAccount(Exception):
    """Nobody changes their own role, departments, standing or factor, nor gives themself a password unasked."""


def new_password() -> str:
    """A random password that can be read aloud: four groups of four, about 79 bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def password_hash(password: str) -> str:
    """What is kept of a password."""
    return _hasher.hash(password)


def reset_password(session: Session, *, username: str, actor: Actor = SYSTEM) -> str:
    """Give ``username`` a new random password, good for one sign-in, returned; ends every session of theirs. Raises
    :class:`NoSuchStaff` or :class:`OwnAccount`."""
    staff = named(session, username)
    refuse_own(staff, actor)
    password = new_password()
    staff.password_hash, staff.password_once = password_hash(password), True
    end_sessions(session, staff)
    audit(session, actor=actor, action=Action.RESET_PASSWORD, patient=None, subject=f"staff:{staff.id}")
    return password


def change_password(session: Session, *, username: str, old: str, new: str, place: Place = NO_PLACE) -> bool:
    """Change one's own password and end every session; False when the old one is wrong.

    Raises :class:`PasswordTooShort` or :class:`PasswordNotNew`.
    """
    refuse_weak(new)
    if new == old:
        raise PasswordNotNew
    staff = verify(session, username=username, password=old, place=place, action=Action.CHANGE_PASSWORD)
    if staff is None:
        return False
    set_own_password(session, staff, new, place=place)
    end_sessions(session, staff)
    return True


def set_own_password(session: Session, staff: Staff, new: str, *, place: Place) -> None:
    """The password that a person chose after a one-time one. Raises :class:`PasswordTooShort` or
    :class:`PasswordNotNew`."""
    refuse_weak(new)
    if _matches(staff.password_hash, new):
        raise PasswordNotNew
    staff.password_hash, staff.password_once = password_hash(new), False
    actor = Actor(ActorKind.STAFF, staff.username, place.address)
    audit(session, actor=actor, action=Action.CHANGE_PASSWORD, patient=None, subject=f"staff:{staff.id}")


def refuse_weak(password: str) -> None:
    """Raise :class:`PasswordTooShort`."""
    if len(password) < MIN_LENGTH:
        raise PasswordTooShort


def verify(
    session: Session,
    *,
    username: str,
    password: str,
    place: Place = NO_PLACE,
    action: Action = Action.SIGN_IN,
) -> Staff | None:
    """Whose name and password these are, or None: wrong name, wrong password, disabled, or waiting after wrong ones;
    which one is not said.

    It does not raise, so that the count of wrong passwords is committed, and with it the audit's row of a refused
    ``action``. What was done with the right password is the caller's to audit.
    """
    # One try at a time per name: or many at once would all be the first.
    staff = session.scalar(select(Staff).where(Staff.username == username).with_for_update())
    if staff is None:
        _matches(_NOBODY, password)
        # Whatever was typed there is not kept: people type their password into the wrong field.
        nobody = Actor(ActorKind.STAFF, "", place.address)
        audit(
            session,
            actor=nobody,
            action=action,
            patient=None,
            subject="staff:unknown",
            outcome=Outcome.REFUSED,
            details={"cause": "unknown"},
        )
        return None
    if held := held_back(session, staff, place=place, now=utc_now()):
        refused(session, staff, action=action, place=place, cause=held)
        return None
    if not _matches(staff.password_hash, password):
        wrong(session, staff, action=action, place=place, cause=WRONG_PASSWORD)
        return None
    if staff.disabled_at is not None:
        refused(session, staff, action=action, place=place, cause="disabled")
        return None
    return staff


def wrong(
    session: Session, staff: Staff, *, action: Action, place: Place, cause: str, patient: str | None = None
) -> None:
    """Record a wrong password or code; the one after which this place has to wait is told once more."""
    refused(session, staff, action=action, place=place, cause=cause, patient=patient)
    # The row of this one is written when the transaction ends.
    if failures(session, staff, place=place, now=utc_now()) + 1 == FAILURES_BEFORE_WAIT:
        audit(session, actor=SYSTEM, action=Action.LOCK_OUT, patient=None, subject=f"staff:{staff.id}")


def refused(
    session: Session, staff: Staff, *, action: Action, place: Place, cause: str, patient: str | None = None
) -> None:
    """Record that somebody known was refused, and why."""
    audit(
        session,
        actor=Actor(ActorKind.STAFF, staff.username, place.address),
        action=action,
        patient=patient,
        subject=f"staff:{staff.id}",
        outcome=Outcome.REFUSED,
        details={"cause": cause, **place.details()},
    )


def named(session: Session, username: str) -> Staff:
    """The person of this name. Raises :class:`NoSuchStaff`."""
    staff = session.scalar(select(Staff).where(Staff.username == username))
    if staff is None:
        raise NoSuchStaff(username)
    return staff


def refuse_own(staff: Staff, actor: Actor) -> None:
    """Raise :class:`OwnAccount` when it is the person's own account that they manage."""
    if actor.kind is ActorKind.STAFF and actor.id == staff.username:
        raise OwnAccount


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
