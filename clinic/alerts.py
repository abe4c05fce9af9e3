"""Alerts: who needs somebody now, and that somebody saw it."""

from fastapi import APIRouter, Depends, HTTPException, status
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import select

from care.emergency.alerts import AlertNotFound
from care.emergency.in_force import catalogue
from care.emergency.on_duty import on_duty
from care.report.critical import FLAG as CRITICAL
from care.seats import acknowledge
from care.texts import text
from clinic.parameters import Id
from clinic.permissions import Permission, allowed
from clinic.seat import AtSeat
from clinic.viewing import audit_list
from records.alerts import Alert
from records.audit import Action
from records.cases import Case
from records.conversations import Conversation, Message
from records.database import session_scope
from records.masking import shown

MOST = 200

READ = [Depends(allowed(Permission.READ_ALERTS))]
ACKNOWLEDGE = [Depends(allowed(Permission.ACKNOWLEDGE_ALERTS))]

routes = APIRouter()


class AlertRow(BaseModel):
    """One alert as the list shows it; ``flags`` are the red flags' names, ``words`` the patient's, masked; ``called``
    who was called last because nobody had acknowledged it (empty: nobody yet), ``rings`` how often anybody was."""

    id: str
    case_id: str | None
    conversation_id: str
    flags: list[str]
    urgency: str
    words: str
    created_at: AwareDatetime
    escalated_at: AwareDatetime | None
    called: str
    rings: int


@routes.get("/alerts", dependencies=READ)
def get_alerts(seat: AtSeat) -> list[AlertRow]:
    """Alerts that nobody has acknowledged, the longest waiting first."""
    names = {flag.id: flag.name for flag in catalogue().flags} | {CRITICAL: text("report.critical.name")}
    with session_scope() as session:
        rows = session.execute(
            select(Alert, Message.text, Conversation.account_id, Case.id)
            .join(Message, Message.id == Alert.message_id)
            .outerjoin(Case, Case.alert_id == Alert.id)
            .join(Conversation, Conversation.id == Alert.conversation_id)
            .where(Alert.acknowledged_at.is_(None))
            .order_by(Alert.created_at)
            .limit(MOST)
        ).all()
        shown_rows = {alert.id: account for alert, _, account, _ in rows}
        audit_list(session, seat, action=Action.LIST_ALERTS, subject="alerts:open", rows=shown_rows)
        return [
            AlertRow(
                id=alert.id,
                case_id=case_id,
                conversation_id=alert.conversation_id,
                flags=[names.get(flag, flag) for flag in alert.flags],
                urgency=alert.urgency,
                words=shown(words),
                created_at=alert.created_at,
                escalated_at=alert.escalated_at,
                called=on_duty().name(alert.level),
                rings=alert.rings,
            )
            for alert, words, _, case_id in rows
        ]


@routes.post(
    "/alerts/{alert_id}/acknowledge",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=ACKNOWLEDGE,
)
def post_acknowledge(alert_id: Id, seat: AtSeat) -> None:
    """Say that a person has seen the alert, and take its case when nobody has it; the first to say so is kept. 404 for
    an unknown one."""
    try:
        with session_scope() as session:
            acknowledge(session, alert_id=alert_id, actor=seat.actor)
    except AlertNotFound:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这条警报") from None
