"""Alerts: who needs somebody now, and that somebody saw it."""

from fastapi import APIRouter, HTTPException, status
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import select

from care.emergency.alerts import acknowledge
from care.emergency.flags import catalogue
from care.emergency.on_duty import on_duty
from clinic.parameters import Id
from clinic.seat import AtSeat
from clinic.viewing import audit_list
from records.alerts import Alert
from records.audit import Action, audit
from records.conversations import Conversation, Message
from records.database import session_scope
from records.masking import shown

MOST = 200

routes = APIRouter()


class AlertRow(BaseModel):
    """One alert as the list shows it; ``flags`` are the red flags' names, ``words`` the patient's, masked; ``called``
    who was called last because nobody had acknowledged it (empty: nobody yet), ``rings`` how often anybody was."""

    id: str
    conversation_id: str
    flags: list[str]
    urgency: str
    words: str
    created_at: AwareDatetime
    escalated_at: AwareDatetime | None
    called: str
    rings: int


@routes.get("/alerts")
def get_alerts(seat: AtSeat) -> list[AlertRow]:
    """Alerts that nobody has acknowledged, the longest waiting first."""
    names = {flag.id: flag.name for flag in catalogue().flags}
    with session_scope() as session:
        rows = session.execute(
            select(Alert, Message.text, Conversation.account_id)
            .join(Message, Message.id == Alert.message_id)
            .join(Conversation, Conversation.id == Alert.conversation_id)
            .where(Alert.acknowledged_at.is_(None))
            .order_by(Alert.created_at)
            .limit(MOST)
        ).all()
        shown_rows = {alert.id: account for alert, _, account in rows}
        audit_list(session, seat, action=Action.LIST_ALERTS, subject="alerts:open", rows=shown_rows)
        return [
            AlertRow(
                id=alert.id,
                conversation_id=alert.conversation_id,
                flags=[names.get(flag, flag) for flag in alert.flags],
                urgency=alert.urgency,
                words=shown(words),
                created_at=alert.created_at,
                escalated_at=alert.escalated_at,
                called=on_duty().name(alert.level),
                rings=alert.rings,
            )
            for alert, words, _ in rows
        ]


@routes.post("/alerts/{alert_id}/acknowledge", status_code=status.HTTP_204_NO_CONTENT)
def post_acknowledge(alert_id: Id, seat: AtSeat) -> None:
    """Say that a person has seen the alert; the first to say so is kept. 404 for an unknown one."""
    with session_scope() as session:
        alert = session.get(Alert, alert_id)
        if alert is None:
            raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这条警报")
        first = alert.acknowledged_at is None
        acknowledge(session, alert_id=alert_id, by=seat.username)
        patient = session.get_one(Conversation, alert.conversation_id).account_id
        audit(
            session,
            actor=seat.actor,
            action=Action.ACKNOWLEDGE_ALERT,
            patient=patient,
            subject=f"alert:{alert_id}",
            details={"first": int(first)},
        )
