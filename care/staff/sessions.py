"""Sessions: random tokens, kept as hashes, ended by idleness, age, sign-out or somebody's word.

Signing in takes steps: name and password open a session that can only take the next step (:class:`Next`), and the last
step gives a new token, so that whoever knew the first one has nothing.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from records.database import utc_now
from records.staff import Staff, StaffFactor, StaffSession
from records.step_up import StepUp
from settings import get_settings

# GB/T 22239-2019, 8.1.4.1: a session that nobody uses ends (the setting console_idle_minutes).
LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
# How long the steps of signing in may take together.
SIGNING_IN_WITHIN = timedelta(minutes=10)


class Next(StrEnum):
    """What a session still needs."""

    FACTOR = "factor"  # a code from the device
    ENROL = "enrol"  # the device itself
    PASSWORD = "password"  # noqa: S105  (one of one's own)
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Signed:
    """One browser's session that has not ended, and what it still needs."""

    staff: Staff
    row: StaffSession
    next: Next


def open_session(
    session: Session,
    staff: Staff,
    *,
    address: str = "",
    browser: str = "",
    by_provider: bool = False,
    proved: bool = False,
) -> str:
    """A new session's token; only its hash is kept. ``proved`` says that the second factor was right too."""
    token, now = secrets.token_urlsafe(32), utc_now()
    session.add(
        StaffSession(
            token_sha256=session_id(token),
            staff_id=staff.id,
            created_at=now,
            last_seen_at=now,
            proved_at=now if proved else None,
            by_provider=by_provider,
            address=address[:64],
            browser=browser[:160],
        )
    )
    session.flush()
    return token


def found(session: Session, token: str) -> Signed | None:
    """The session of this token; None when it is unknown or has ended. Reads only."""
    row = session.get(StaffSession, session_id(token))
    if row is None or over(row):
        return None
    staff = session.get_one(Staff, row.staff_id)
    if staff.disabled_at is not None:
        return None
    return Signed(staff, row, _next(session, staff, row))


def over(row: StaffSession) -> bool:
    """Whether a session has ended by itself."""
    now = utc_now()
    if row.proved_at is None:
        return now - row.created_at > SIGNING_IN_WITHIN
    return now - row.last_seen_at > idle() or now - row.created_at > LONGEST


def idle() -> timedelta:
    """After how long without anybody's doing a session ends."""
    return timedelta(minutes=get_settings().console_idle_minutes)


def unseen(row: StaffSession) -> bool:
    """Whether it is worth a write that a person is there: once a minute is enough."""
    return utc_now() - row.last_seen_at > SEEN_EVERY


def seen(session: Session, row: StaffSession) -> None:
    """Note that a person is there."""
    row.last_seen_at = utc_now()
    session.flush()


def current_staff(session: Session, token: str) -> Staff | None:
    """Who is signed in with this token, all steps done."""
    signed = found(session, token)
    return signed.staff if signed is not None and signed.next is Next.DONE else None


def end_session(session: Session, row: StaffSession) -> None:
    """End one session, and what it had leave for."""
    session.execute(delete(StepUp).where(StepUp.session_sha256 == row.token_sha256))
    session.delete(row)
    session.flush()


def end_sessions(session: Session, staff: Staff) -> int:
    """End every session of one person; how many there were."""
    rows = session.scalars(select(StaffSession).where(StaffSession.staff_id == staff.id)).all()
    for row in rows:
        end_session(session, row)
    return len(rows)


def sessions_of(session: Session, staff_id: str | None = None) -> Sequence[StaffSession]:
    """Sessions that have not ended, of one person or of everybody, the latest used first; those over are removed."""
    query = select(StaffSession).order_by(StaffSession.last_seen_at.desc())
    if staff_id is not None:
        query = query.where(StaffSession.staff_id == staff_id)
    open_ones = []
    for row in session.scalars(query):
        if over(row):
            end_session(session, row)
        elif row.proved_at is not None:
            open_ones.append(row)
    return open_ones


def session_id(token: str) -> str:
    """Under what a session is kept: its token's SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def _next(session: Session, staff: Staff, row: StaffSession) -> Next:
    if row.by_provider:
        return Next.DONE
    factor = session.get(StaffFactor, staff.id)
    if factor is None or factor.secret_sealed is None:
        return Next.ENROL
    if row.proved_at is None:
        return Next.FACTOR
    return Next.PASSWORD if staff.password_once else Next.DONE
