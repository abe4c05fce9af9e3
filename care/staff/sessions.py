"""Signed-in sessions: random tokens, kept as hashes, ended by idleness, age or sign-out."""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy.orm import Session

from records.database import utc_now
from records.staff import Staff, StaffSession

# GB/T 22239-2019, 8.1.4.1: a session that nobody uses ends.
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)


def sign_in(session: Session, staff: Staff) -> str:
    """A new session's token; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    session.add(StaffSession(token_sha256=session_id(token), staff_id=staff.id))
    session.flush()
    return token


def current_staff(session: Session, token: str) -> Staff | None:
    """Whose session this is; None when it is unknown, was ended, or nobody used it for a while."""
    signed_in = session.get(StaffSession, session_id(token))
    now = utc_now()
    if signed_in is None:
        return None
    if now - signed_in.last_seen_at > IDLE or now - signed_in.created_at > LONGEST:
        session.delete(signed_in)
        session.flush()
        return None
    if now - signed_in.last_seen_at > SEEN_EVERY:
        signed_in.last_seen_at = now
    return session.get_one(Staff, signed_in.staff_id)


def sign_out(session: Session, token: str) -> str | None:
    """End a session; returns whose it was, None for an unknown one, which is as ended as it can be."""
    signed_in = session.get(StaffSession, session_id(token))
    if signed_in is None:
        return None
    session.delete(signed_in)
    session.flush()
    return session.get_one(Staff, signed_in.staff_id).username


def session_id(token: str) -> str:
    """Under what a session is kept: its token's SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()
