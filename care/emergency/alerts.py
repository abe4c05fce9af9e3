"""Alerts to the staff: raised once a message, acknowledged by a person; while nobody does they climb and ring."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.cases import note_ring, open_case
from care.emergency.on_duty import OnDuty
from care.emergency.screen import Screening
from records.alerts import Alert
from records.audit import SYSTEM, Action, audit
from records.cases import CaseKind, CaseLevel
from records.conversations import Conversation, Message
from records.database import utc_now
from records.masking import shown


class AlertNotFound(LookupError):
    """There is no alert with this id."""


def raise_alert(
    session: Session, *, conversation_id: str, message_id: str, screening: Screening, finding_id: str | None = None
) -> Alert:
    """The alert of this message, and its case: made now, or as they were made before (a resend raises nothing twice).

    ``finding_id``: what in the message's file it is about. Raises ``ValueError`` when the screening found nothing.
    """
    if not screening.alarm or screening.urgency is None:
        raise ValueError("there is no alarm to raise")
    # The conversation's row is the lock: two processes that screen one message cannot both find no alert.
    session.scalars(select(Conversation.id).where(Conversation.id == conversation_id).with_for_update()).one()
    message = session.get_one(Message, message_id)
    raised = session.scalars(select(Alert).where(Alert.message_id == message_id)).first()
    if raised is not None:
        return raised
    alert = Alert(
        conversation_id=conversation_id,
        message_id=message_id,
        flags=[flag.id for flag in screening.flags],
        urgency=screening.urgency.value,
        sensitivity=message.sensitivity,
    )
    session.add(alert)
    session.flush()
    _audit(session, alert, Action.RAISE_ALERT)
    open_case(
        session,
        kind=CaseKind.EMERGENCY,
        level=CaseLevel.EMERGENCY,
        conversation_id=conversation_id,
        message_id=message_id,
        alert_id=alert.id,
        finding_id=finding_id,
        complaint=shown(message.text),
        reasons=alert.flags,
        dedupe_key=f"alert:{alert.id}",
    )
    return alert


def acknowledge(session: Session, *, alert_id: str, by: str, now: datetime | None = None) -> Alert:
    """Note that ``by`` has seen the alert; the first person stays the one who did. Raises :class:`AlertNotFound`."""
    alert = session.scalar(select(Alert).where(Alert.id == alert_id).with_for_update())
    if alert is None:
        raise AlertNotFound(alert_id)
    if alert.acknowledged_at is None:
        alert.acknowledged_at, alert.acknowledged_by = now or utc_now(), by
        session.flush()
    return alert


@dataclass(frozen=True, slots=True)
class Ring:
    """One call for somebody to come: which alert, whom, how often it has rung. Nothing of the patient."""

    alert_id: str
    urgency: str
    level: int
    name: str
    call: str
    rings: int
    waited_s: int


def ring_unacknowledged(session: Session, *, now: datetime, duty: OnDuty) -> Sequence[Ring]:
    """Let each alert that nobody acknowledged climb the list of who is on duty, and ring again where it stands.

    Returns whom to call now, the longest waiting first; until a person acknowledges, an alert never falls silent. Two
    workers never ring the same: each takes what the other has not locked.
    """
    first = timedelta(seconds=duty.steps[0].after_s)
    waiting = session.scalars(
        select(Alert)
        .where(Alert.acknowledged_at.is_(None), Alert.created_at <= now - first)
        .order_by(Alert.created_at)
        .with_for_update(skip_locked=True)
    ).all()
    rings = []
    for alert in waiting:
        level = max(alert.level, duty.level(now - alert.created_at))
        climbs = level > alert.level
        if not climbs and alert.rung_at is not None and now - alert.rung_at < timedelta(seconds=duty.again_every_s):
            continue
        alert.level, alert.rung_at, alert.rings = level, now, alert.rings + 1
        alert.escalated_at = alert.escalated_at or now
        if climbs:
            _audit(session, alert, Action.ESCALATE_ALERT)
        note_ring(session, alert_id=alert.id, whom=duty.name(level), rings=alert.rings, now=now)
        step = duty.steps[min(level, len(duty.steps)) - 1]
        waited_s = int((now - alert.created_at).total_seconds())
        rings.append(Ring(alert.id, alert.urgency, level, step.name, step.call, alert.rings, waited_s))
    session.flush()
    return rings


def unacknowledged(session: Session) -> Sequence[Alert]:
    """Alerts that wait for a person, oldest first."""
    return session.scalars(select(Alert).where(Alert.acknowledged_at.is_(None)).order_by(Alert.created_at)).all()


def _audit(session: Session, alert: Alert, action: Action) -> None:
    patient = session.scalar(select(Conversation.account_id).where(Conversation.id == alert.conversation_id))
    details: dict[str, str | int] = {"flags": " ".join(alert.flags), "urgency": alert.urgency, "level": alert.level}
    audit(session, actor=SYSTEM, action=action, patient=patient, subject=f"alert:{alert.id}", details=details)
