"""Reading the audit: by patient, by who acted, since when. Looking at it is recorded in it."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from records.audit.actions import Action
from records.audit.actors import Actor
from records.audit.entries import AuditEntry
from records.audit.writing import audit, stamp


def looked_at(
    session: Session,
    *,
    by: Actor,
    patient: str = "",
    actor: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    action: str = "",
    outcome: str = "",
    before: int | None = None,
    limit: int = 200,
) -> Sequence[AuditEntry]:
    """The latest ``limit`` rows that fit, oldest first; ``patient`` finds lists that showed the account too,
    ``before`` goes on ahead of a row's number."""
    query = select(AuditEntry)
    if patient:
        # A list names the accounts it showed in its details.
        query = query.where(or_(AuditEntry.patient == patient, AuditEntry.details.contains(patient, autoescape=True)))
    if actor:
        query = query.where(AuditEntry.actor_id == actor)
    if since:
        query = query.where(AuditEntry.at >= stamp(since))
    if until:
        query = query.where(AuditEntry.at <= stamp(until))
    if action:
        query = query.where(AuditEntry.action == action)
    if outcome:
        query = query.where(AuditEntry.outcome == outcome)
    if before is not None:
        query = query.where(AuditEntry.seq < before)
    rows = session.scalars(query.order_by(AuditEntry.seq.desc()).limit(limit)).all()
    wanted = {"by_patient": int(bool(patient)), "by_actor": int(bool(actor)), "rows": len(rows)}
    audit(session, actor=by, action=Action.VIEW_AUDIT, patient=patient or None, subject="audit:entries", details=wanted)
    return rows[::-1]


def line(row: AuditEntry, zone: ZoneInfo) -> str:
    """One row as a person reads it: when, which, who, did what, to what, how it ended, why."""
    when = datetime.fromisoformat(row.at).astimezone(zone)
    who = f"{row.actor_kind} {row.actor_id or '?'}" + (f" ({row.address})" if row.address else "")
    about = f" patient={row.patient}" if row.patient else ""
    why = f" 原因：{row.reason}" if row.reason else ""
    details = "" if row.details == "{}" else f" {row.details}"
    return (
        f"{when:%Y-%m-%d %H:%M:%S}  #{row.seq}  {who}  {row.action} {row.subject}{about}  {row.outcome}{why}{details}"
    )
