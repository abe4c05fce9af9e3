"""Alerts: once a message, acknowledged by a person, escalated when nobody does."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from care.emergency import screen
from care.emergency.alerts import AlertNotFound, acknowledge, escalate_unacknowledged, raise_alert, unacknowledged
from records.alerts import Alert
from records.conversations import Author, Conversation, Message
from records.database import utc_now
from records.patients import Account


@pytest.fixture
def message(session: Session) -> Message:
    account = Account(channel="web", address_fingerprint="0" * 64, address_sealed=b"sealed")
    session.add(account)
    session.flush()
    conversation = Conversation(account_id=account.id)
    session.add(conversation)
    session.flush()
    written = Message(conversation_id=conversation.id, seq=1, author=Author.PATIENT, kind="text", text="叫不醒")
    session.add(written)
    session.flush()
    return written


def raised(session: Session, message: Message) -> Alert:
    return raise_alert(
        session, conversation_id=message.conversation_id, message_id=message.id, screening=screen("我爸叫不醒")
    )


def test_raised_once_a_message(session: Session, message: Message) -> None:
    first = raised(session, message)
    assert raised(session, message).id == first.id
    assert session.scalar(select(func.count()).select_from(Alert)) == 1
    assert first.flags
    assert first.urgency == "call_120"


def test_without_an_alarm_nothing_is_raised(session: Session, message: Message) -> None:
    with pytest.raises(ValueError, match="no alarm"):
        raise_alert(session, conversation_id=message.conversation_id, message_id=message.id, screening=screen("你好"))


def test_the_first_who_acknowledges_stays(session: Session, message: Message) -> None:
    alert = raised(session, message)
    acknowledge(session, alert_id=alert.id, by="seat-1")
    acknowledge(session, alert_id=alert.id, by="seat-2")
    assert alert.acknowledged_by == "seat-1"
    assert not unacknowledged(session)


def test_escalated_once_after_a_minute(session: Session, message: Message) -> None:
    alert = raised(session, message)
    now = utc_now()
    assert not escalate_unacknowledged(session, now=now + timedelta(seconds=50))
    assert [one.id for one in escalate_unacknowledged(session, now=now + timedelta(seconds=70))] == [alert.id]
    assert not escalate_unacknowledged(session, now=now + timedelta(seconds=200))
    assert alert.escalated_at is not None


def test_what_was_acknowledged_is_not_escalated(session: Session, message: Message) -> None:
    acknowledge(session, alert_id=raised(session, message).id, by="seat-1")
    assert not escalate_unacknowledged(session, now=utc_now() + timedelta(hours=1))


def test_an_unknown_alert_is_named(session: Session) -> None:
    with pytest.raises(AlertNotFound):
        acknowledge(session, alert_id="0" * 16, by="seat-1")
