"""Alerts: once a message, acknowledged by a person, escalated when nobody does."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from care.emergency import screen
from care.emergency.alerts import AlertNotFound, acknowledge, raise_alert, ring_unacknowledged, unacknowledged
from care.emergency.on_duty import OURS, OnDuty, OnDutyInvalid, Step, read
from records.alerts import Alert
from records.audit.entries import AuditEntry
from records.conversations import Author, Conversation, Message
from records.database import session_scope
from records.patients import Account


@pytest.fixture
def message(session: Session) -> Message:
    return written(session)


def written(session: Session) -> Message:
    account = Account(channel="web", address_fingerprint="0" * 64, address_sealed=b"sealed")
    session.add(account)
    session.flush()
    conversation = Conversation(account_id=account.id)
    session.add(conversation)
    session.flush()
    message = Message(conversation_id=conversation.id, seq=1, author=Author.PATIENT, kind="text", text="叫不醒")
    session.add(message)
    session.flush()
    return message


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


DUTY = OnDuty(
    again_every_s=120, steps=(Step(after_s=60, name="坐席长"), Step(after_s=300, name="值班医生", call="8120"))
)


def after(session: Session, seconds: int, begun: datetime) -> list[tuple[str, int]]:
    rings = ring_unacknowledged(session, now=begun + timedelta(seconds=seconds), duty=DUTY)
    return [(ring.name, ring.rings) for ring in rings]


def test_an_alert_climbs_and_rings_until_a_person_acknowledges(session: Session, message: Message) -> None:
    alert = raised(session, message)
    begun = alert.created_at
    assert after(session, 50, begun) == []
    assert after(session, 60, begun) == [("坐席长", 1)]
    assert after(session, 65, begun) == []  # the worker looks every five seconds
    assert after(session, 181, begun) == [("坐席长", 2)]  # again after two minutes
    assert after(session, 300, begun) == [("值班医生", 3)]  # climbs at once
    assert after(session, 419, begun) == []
    assert after(session, 3600, begun) == [("值班医生", 4)]  # the last on the list never falls silent
    assert alert.escalated_at == begun + timedelta(seconds=60)
    assert alert.level == 2
    acknowledge(session, alert_id=alert.id, by="seat-1")
    assert after(session, 9000, begun) == []


def test_a_worker_that_was_away_calls_whom_it_should_be_by_now(session: Session, message: Message) -> None:
    alert = raised(session, message)
    ring = ring_unacknowledged(session, now=alert.created_at + timedelta(seconds=400), duty=DUTY)[0]
    assert (ring.level, ring.name, ring.call, ring.waited_s) == (2, "值班医生", "8120", 400)


@pytest.mark.usefixtures("database")
def test_each_climb_stands_in_the_audit_each_ring_does_not() -> None:
    with session_scope() as session:
        begun = raised(session, written(session)).created_at
        for seconds in (60, 200, 320, 500, 700):
            after(session, seconds, begun)
    with session_scope() as session:
        climbs = session.scalar(
            select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "escalate_alert")
        )
    assert climbs == 2


def test_what_was_acknowledged_does_not_ring(session: Session, message: Message) -> None:
    alert = raised(session, message)
    acknowledge(session, alert_id=alert.id, by="seat-1")
    assert after(session, 3600, alert.created_at) == []


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("again_every_s: 60\nsteps: []", "steps"),  # nobody to call
        ("again_every_s: 60\nsteps: [{after_s: 60, name: a}, {after_s: 60, name: b}]", "later"),
        ("again_every_s: 1\nsteps: [{after_s: 60, name: a}]", "again_every_s"),
        ("again_every_s: 60\nsteps: [{after_s: 60, nane: a}]", "steps.0"),
        ("steps: [", "while parsing"),
    ],
)
def test_a_list_that_cannot_be_used_says_where(tmp_path: Path, content: str, complaint: str) -> None:
    file = tmp_path / "duty.yaml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(OnDutyInvalid, match=rf"duty\.yaml.*{complaint}"):
        read(file)


def test_our_own_list_begins_within_a_minute() -> None:
    assert read(OURS).steps[0].after_s <= 60


def test_an_unknown_alert_is_named(session: Session) -> None:
    with pytest.raises(AlertNotFound):
        acknowledge(session, alert_id="0" * 16, by="seat-1")
