"""One clock for what cannot wait: every emergency case has an alert, and it is the alert that rings and climbs.

``care.emergency.alerts`` raises an alert and opens its case; findings open a case and get their alert here.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.alerts import Alert
from records.audit import SYSTEM, Action, audit
from records.cases import Case, CaseEvent, CaseStep
from records.conversations import Author, Conversation, Message

# What an alert says of urgency when no red flag of a message does: see ``care.urgency.Urgency.EMERGENCY``.
_URGENCY = "emergency"


def alert_of(session: Session, case: Case, *, now: datetime) -> Alert | None:
    """The alert of an emergency case: its own, or one made now. None when the conversation holds no message that it
    could be about, which only a test can make happen."""
    if case.alert_id is not None:
        return session.get_one(Alert, case.alert_id)
    message_id = case.message_id or session.scalar(
        select(Message.id)
        .where(Message.conversation_id == case.conversation_id, Message.author == Author.PATIENT)
        .order_by(Message.seq.desc())
        .limit(1)
    )
    if message_id is None:
        return None
    alert = Alert(
        conversation_id=case.conversation_id,
        message_id=message_id,
        flags=list(case.reasons),
        urgency=_URGENCY,
        sensitivity=case.sensitivity,
        created_at=now,
    )
    if case.claimed_by is not None:
        alert.acknowledged_at, alert.acknowledged_by = now, case.claimed_by
    session.add(alert)
    session.flush()
    case.alert_id = alert.id
    patient = session.scalar(select(Conversation.account_id).where(Conversation.id == case.conversation_id))
    details: dict[str, str | int] = {"flags": " ".join(alert.flags), "urgency": alert.urgency, "level": alert.level}
    audit(
        session,
        actor=SYSTEM,
        action=Action.RAISE_ALERT,
        patient=patient,
        subject=f"alert:{alert.id}",
        details=details,
    )
    return alert


def note_ring(session: Session, *, alert_id: str, whom: str, rings: int, now: datetime) -> None:
    """Note in the history of the alert's case whom it has called, for the how-many-eth time."""
    case_id = session.scalar(select(Case.id).where(Case.alert_id == alert_id))
    if case_id is not None:
        details = {"whom": whom, "rings": rings}
        session.add(CaseEvent(case_id=case_id, step=CaseStep.RANG, by=SYSTEM.id, at=now, details=details))


def settle(session: Session, case: Case, *, by: str | None, now: datetime) -> None:
    """Have the case's alert fall silent because ``by`` has it, or ring on because nobody (None) has."""
    if case.alert_id is None:
        return
    alert = session.scalar(select(Alert).where(Alert.id == case.alert_id).with_for_update())
    if alert is None:
        return
    if by is None:
        alert.acknowledged_at, alert.acknowledged_by = None, None
    elif alert.acknowledged_at is None:
        alert.acknowledged_at, alert.acknowledged_by = now, by
    session.flush()
