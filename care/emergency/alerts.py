"""Alerts to the staff: raised once a message, acknowledged by a person, escalated when nobody does."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.emergency.screen import Screening
from records.alerts import Alert
from records.audit import SYSTEM, Action, audit
from records.conversations import Conversation, Message
from records.database import utc_now

ESCALATE_AFTER = timedelta(seconds=60)


class AlertNotFound(LookupError):
    """There is no alert with this id."""


def raise_alert(session: Session, *, conversation_id: str, message_id: str, screening: Screening) -> Alert:
    """The alert of this message: made now, or the one that was made before (a resend raises nothing twice).

    Raises ``ValueError`` when the screening found nothing.
    """
    if not screening.alarm or screening.urgency is None:
        raise ValueError("there is no alarm to raise")
    # The message's row is the lock: two processes that screen one message cannot both find no alert.
    sensitivity = session.scalars(select(Message.sensitivity).where(Message.id == message_id).with_for_update()).one()
    raised = session.scalars(select(Alert).where(Alert.message_id == message_id)).first()
    if raised is not None:
        return raised
    alert = Alert(
        conversation_id=conversation_id,
        message_id=message_id,
        flags=[flag.id for flag in screening.flags],
        urgency=screening.urgency.value,
        sensitivity=sensitivity,
    )
    session.add(alert)
    session.flush()
    _audit(session, alert, Action.RAISE_ALERT)
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


def escalate_unacknowledged(session: Session, *, now: datetime) -> Sequence[Alert]:
    """Mark what nobody acknowledged within a minute and return it, each alert once, oldest first: the worker rings."""
    waiting = session.scalars(
        select(Alert)
        .where(Alert.acknowledged_at.is_(None), Alert.escalated_at.is_(None), Alert.created_at <= now - ESCALATE_AFTER)
        .order_by(Alert.created_at)
        .with_for_update(skip_locked=True)
    ).all()
    for alert in waiting:
        alert.escalated_at = now
        _audit(session, alert, Action.ESCALATE_ALERT)
    session.flush()
    return waiting


def unacknowledged(session: Session) -> Sequence[Alert]:
    """Alerts that wait for a person, oldest first."""
    return session.scalars(select(Alert).where(Alert.acknowledged_at.is_(None)).order_by(Alert.created_at)).all()


def _audit(session: Session, alert: Alert, action: Action) -> None:
    patient = session.scalar(select(Conversation.account_id).where(Conversation.id == alert.conversation_id))
    details = {"flags": " ".join(alert.flags), "urgency": alert.urgency}
    audit(session, actor=SYSTEM, action=action, patient=patient, subject=f"alert:{alert.id}", details=details)
