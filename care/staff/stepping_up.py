"""The second factor and a reason again, for half an hour, in one browser: what opens one patient's originals, or the
patients of one more department.

GB/T 39725-2020 (level 5: need-to-know, step-up with a reason), GB/T 22239-2019, 8.1.4.2.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from care.staff.attempts import Place
from care.staff.factors import prove
from care.staff.passwords import refused
from records.audit import Action, Actor, AuditEntry, Outcome, audit
from records.audit.writing import stamp
from records.database import utc_now
from records.staff import Staff, StaffSession
from records.step_up import StepUp

LASTS = timedelta(minutes=30)
REASON_CHARS = 4  # at least
# Who signed in at the hospital's provider goes there again: how long ago that may have been.
PROVIDER_LATELY = timedelta(minutes=2)

# A clinician opens a handful of cases an hour; who opens many is copying the records.
STEP_UPS_AN_HOUR = 30
REVEALS_AN_HOUR = 300


class TooOften(Exception):
    """More originals were asked for in an hour than anybody's work needs."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a step-up is for: one account's originals, or one department's patients (``EVERY_DEPARTMENT``: all)."""

    account_id: str = ""
    department: str = ""

    @property
    def patient(self) -> str | None:
        return self.account_id or None


def step_up(
    session: Session,
    *,
    actor: Actor,
    session_id: str,
    place: Place,
    code: str,
    wanted: Wanted,
    subject: str,
    reason: str,
) -> datetime | None:
    """Leave for what is ``wanted``, and until when; None for a wrong code, which counts for the wait like any. Raises
    :class:`TooOften`, which the caller audits."""
    refuse_often(session, actor=actor, action=Action.STEP_UP, most=STEP_UPS_AN_HOUR)
    row = session.get_one(StaffSession, session_id)
    staff, now = session.get_one(Staff, row.staff_id), utc_now()
    if row.by_provider:
        if not _proved_again(row, now):
            refused(session, staff, action=Action.STEP_UP, place=place, cause="provider", patient=wanted.patient)
            return None
        row.proved_at = row.created_at  # one proof, one step-up
    elif not prove(session, staff, code, place=place, action=Action.STEP_UP, patient=wanted.patient):
        return None
    session.execute(delete(StepUp).where(StepUp.expires_at <= now))
    session.execute(
        delete(StepUp).where(
            StepUp.session_sha256 == session_id,
            StepUp.account_id == wanted.account_id,
            StepUp.department == wanted.department,
        )
    )
    until = now + LASTS
    session.add(
        StepUp(
            session_sha256=session_id,
            staff_id=staff.id,
            account_id=wanted.account_id,
            department=wanted.department,
            granted_at=now,
            expires_at=until,
        )
    )
    session.flush()
    audit(
        session,
        actor=actor,
        action=Action.STEP_UP,
        patient=wanted.patient,
        subject=subject,
        reason=reason,
        details=place.details(),
    )
    return until


def _proved_again(row: StaffSession, now: datetime) -> bool:
    """Whether who signed in at the provider has been there once more, a moment ago."""
    return row.proved_at is not None and row.created_at < row.proved_at and now - row.proved_at <= PROVIDER_LATELY


def stepped_up(session: Session, *, session_id: str, account_id: str) -> datetime | None:
    """Until when this browser's session may see the account's originals; None when it may not (any more)."""
    return session.scalar(
        select(StepUp.expires_at).where(
            StepUp.session_sha256 == session_id, StepUp.account_id == account_id, StepUp.expires_at > utc_now()
        )
    )


def more_departments(session: Session, *, session_id: str) -> dict[str, datetime]:
    """Departments that this browser's session may see beyond its person's own, each until when."""
    rows = session.execute(
        select(StepUp.department, StepUp.expires_at).where(
            StepUp.session_sha256 == session_id, StepUp.department != "", StepUp.expires_at > utc_now()
        )
    )
    return {row.department: row.expires_at for row in rows}


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
