"""Wrong passwords and codes slow down whoever guesses, not the person who is guessed at. The audit is the memory.

Five wrong ones from one place: that place waits for this name, a minute first, then twice as long each time, a quarter
of an hour at most. A place is a browser in which this name has signed in before, or else a network address: so a
stranger behind the same address as the operator does not stand in their way either. Fifty from everywhere: places
that are new to this name get one try a minute between them. So many strangers together still guess slowly, and
nobody is locked out for good (GB/T 22239-2019, 8.1.4.1).
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.audit import Action, ActorKind, AuditEntry, Outcome
from records.audit.writing import stamp
from records.staff import Staff

# From one place.
FAILURES_BEFORE_WAIT = 5
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)
REMEMBERED_FOR = timedelta(hours=1)
# From all places together, in the same time.
FAILURES_BEFORE_SLOW = 50
SLOWED_TO = timedelta(minutes=1)
KNOWN_FOR = timedelta(days=90)

# Where a password or a code is asked for.
_ASKED = (
    Action.SIGN_IN,
    Action.CHANGE_PASSWORD,
    Action.STEP_UP,
    Action.ENROL_FACTOR,
    Action.MAKE_RECOVERY_CODES,
)
_LOOKED_AT = 500
WRONG_PASSWORD, WRONG_CODE = "password", "code"


class Held(StrEnum):
    """Why a password or a code is not even looked at."""

    LOCKED = "locked"
    SLOWED = "slowed"


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody tries from: ``browser`` names one in which this name has signed in before, empty for others."""

    address: str = ""
    browser: str = ""

    def details(self) -> dict[str, str | int]:
        """What the audit's row says of the browser."""
        return {"browser": self.browser} if self.browser else {}

    def made(self, row: AuditEntry) -> bool:
        """Whether a row of the audit came from here."""
        browser = json.loads(row.details).get("browser", "")
        return bool(browser == self.browser if self.browser or browser else row.address == self.address)


def failures(session: Session, staff: Staff, *, place: Place, now: datetime) -> int:
    """Wrong passwords and codes for this name from this place lately, since the last sign-in there or a new
    password."""
    return len(_failed(_recent(session, staff, now), place))


def held_back(session: Session, staff: Staff, *, place: Place, now: datetime) -> Held | None:
    """Whether this name must wait at this place; None when a password or a code may be tried."""
    recent = _recent(session, staff, now)
    failed = _failed(recent, place)
    if failed and failed[0].at > stamp(now - wait_after(len(failed))):
        return Held.LOCKED
    wrong = [row for row in recent if _is_wrong(row)]
    if len(wrong) < FAILURES_BEFORE_SLOW or place.browser or _known(session, staff.username, place.address, now):
        return None
    return Held.SLOWED if wrong[0].at > stamp(now - SLOWED_TO) else None


def wait_after(failed: int) -> timedelta:
    """How long a place waits after so many wrong ones: nothing, then 1, 2, 4, 8, 15 minutes."""
    if failed < FAILURES_BEFORE_WAIT:
        return timedelta(0)
    doublings = min(failed - FAILURES_BEFORE_WAIT, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def _failed(recent: list[AuditEntry], place: Place) -> list[AuditEntry]:
    failed = []
    for row in recent:
        if place.made(row):
            if row.outcome == Outcome.DONE:
                break
            if _is_wrong(row):
                failed.append(row)
    return failed


def _is_wrong(row: AuditEntry) -> bool:
    return row.outcome == Outcome.REFUSED and json.loads(row.details).get("cause") in {WRONG_PASSWORD, WRONG_CODE}


def _recent(session: Session, staff: Staff, now: datetime) -> list[AuditEntry]:
    """Tries of the last hour, the newest first; none from before somebody gave a new password."""
    lately = select(AuditEntry.seq).where(AuditEntry.at > stamp(now - REMEMBERED_FOR))
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
