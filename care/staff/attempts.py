"""Wrong passwords slow down whoever guesses, not the person who is guessed at. The audit is the memory.

Five wrong ones from one address: that address waits for this name. Fifty from everywhere: addresses that this name
has not signed in from lately get one try a minute between them. So a stranger cannot keep the operator out of their
own desk, and many strangers together still guess slowly (GB/T 22239-2019, 8.1.4.1).
"""

import json
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.audit import Action, ActorKind, AuditEntry, Outcome
from records.audit.writing import stamp
from records.staff import Staff

# From one address, in this time.
FAILURES_BEFORE_LOCK = 5
LOCKED_FOR = timedelta(minutes=15)
# From all addresses together, in the same time.
FAILURES_BEFORE_SLOW = 50
SLOWED_TO = timedelta(minutes=1)
KNOWN_FOR = timedelta(days=90)

# Where a password is asked for.
_ASKED = (Action.SIGN_IN, Action.CHANGE_PASSWORD, Action.STEP_UP)
_LOOKED_AT = 500
WRONG = "password"


class Held(StrEnum):
    """Why a password is not even looked at."""

    LOCKED = "locked"
    SLOWED = "slowed"


def failures(session: Session, staff: Staff, *, address: str, now: datetime) -> int:
    """Wrong passwords for this name from this address lately, since the last right one or a new password."""
    count = 0
    for row in _recent(session, staff, now):
        if row.address == address:
            if row.outcome == Outcome.DONE:
                break
            count += _is_wrong(row)
    return count


def held_back(session: Session, staff: Staff, *, address: str, now: datetime) -> Held | None:
    """Whether this name must wait at this address; None when a password may be tried."""
    if failures(session, staff, address=address, now=now) >= FAILURES_BEFORE_LOCK:
        return Held.LOCKED
    wrong = [row for row in _recent(session, staff, now) if _is_wrong(row)]
    if len(wrong) < FAILURES_BEFORE_SLOW or _known(session, staff.username, address, now):
        return None
    return Held.SLOWED if wrong[0].at > stamp(now - SLOWED_TO) else None


def _is_wrong(row: AuditEntry) -> bool:
    return row.outcome == Outcome.REFUSED and json.loads(row.details).get("cause") == WRONG


def _recent(session: Session, staff: Staff, now: datetime) -> list[AuditEntry]:
    """Tries of the last 15 minutes, the newest first; none from before the operator gave a new password."""
    lately = select(AuditEntry.seq).where(AuditEntry.at > stamp(now - LOCKED_FOR))
    first = session.scalar(lately.order_by(AuditEntry.at).limit(1))
    if first is None:
        return []
    reset = session.scalar(
        lately.where(AuditEntry.action == Action.RESET_PASSWORD, AuditEntry.subject == f"staff:{staff.id}")
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    )
    tries = (
        select(AuditEntry)
        .where(
            AuditEntry.seq >= max(first, reset or 0),
            AuditEntry.actor_kind == ActorKind.STAFF,
            AuditEntry.actor_id == staff.username,
            AuditEntry.action.in_(_ASKED),
        )
        .order_by(AuditEntry.seq.desc())
        .limit(_LOOKED_AT)
    )
    return list(session.scalars(tries))


def _known(session: Session, username: str, address: str, now: datetime) -> bool:
    signed_in = select(AuditEntry.seq).where(
        AuditEntry.actor_kind == ActorKind.STAFF,
        AuditEntry.actor_id == username,
        AuditEntry.action == Action.SIGN_IN,
        AuditEntry.outcome == Outcome.DONE,
        AuditEntry.address == address,
        AuditEntry.at > stamp(now - KNOWN_FOR),
    )
    return session.scalar(signed_in.limit(1)) is not None
