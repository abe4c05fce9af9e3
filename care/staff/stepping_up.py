"""Password and reason again, for half an hour, for one patient, in one browser: what opens originals.

GB/T 39725-2020 (level 5: need-to-know, step-up with a reason), GB/T 22239-2019, 8.1.4.2.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from care.staff.passwords import verify
from records.audit import Action, Actor, AuditEntry, Outcome, audit
from records.audit.writing import stamp
from records.database import utc_now
from records.step_up import StepUp

LASTS = timedelta(minutes=30)
REASON_CHARS = 4  # at least

# A clinician opens a handful of cases an hour; who opens many is copying the records.
STEP_UPS_AN_HOUR = 30
REVEALS_AN_HOUR = 300


class TooOften(Exception):
    """More originals were asked for in an hour than anybody's work needs."""


def step_up(
    session: Session, *, actor: Actor, session_id: str, password: str, account_id: str, subject: str, reason: str
) -> datetime | None:
    """Leave to see one account's originals, and until when; None for a wrong password or a locked name, which counts
    for the lock like any wrong password. Raises :class:`TooOften`, which the caller audits."""
    refuse_often(session, actor=actor, action=Action.STEP_UP, most=STEP_UPS_AN_HOUR)
    staff = verify(
        session,
        username=actor.id,
        password=password,
        address=actor.address,
        action=Action.STEP_UP,
        patient=account_id,
    )
    if staff is None:
        return None
    now = utc_now()
    session.execute(delete(StepUp).where(StepUp.expires_at <= now))
    session.execute(delete(StepUp).where(StepUp.session_sha256 == session_id, StepUp.account_id == account_id))
    until = now + LASTS
    session.add(
        StepUp(session_sha256=session_id, staff_id=staff.id, account_id=account_id, granted_at=now, expires_at=until)
    )
    session.flush()
    audit(session, actor=actor, action=Action.STEP_UP, patient=account_id, subject=subject, reason=reason)
    return until


def stepped_up(session: Session, *, session_id: str, account_id: str) -> datetime | None:
    """Until when this browser's session may see the account's originals; None when it may not (any more)."""
    return session.scalar(
        select(StepUp.expires_at).where(
            StepUp.session_sha256 == session_id, StepUp.account_id == account_id, StepUp.expires_at > utc_now()
        )
    )


def refuse_often(session: Session, *, actor: Actor, action: Action, most: int) -> None:
    """Raise :class:`TooOften` when the audit holds ``most`` rows of ``action`` by this person in the last hour."""
    done = session.scalar(
        select(func.count())
        .select_from(AuditEntry)
        .where(
            AuditEntry.actor_kind == actor.kind,
            AuditEntry.actor_id == actor.id,
            AuditEntry.action == action,
            AuditEntry.outcome == Outcome.DONE,
            AuditEntry.at > stamp(utc_now() - timedelta(hours=1)),
        )
    )
    if (done or 0) >= most:
        raise TooOften
