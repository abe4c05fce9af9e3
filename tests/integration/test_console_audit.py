"""What is done and seen at the console stands in the audit (GB/T 22239-2019, 8.1.4.3), and what cannot be recorded is
not shown."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from care.conversations import take_over
from care.emergency import screen
from care.emergency.alerts import raise_alert
from care.staff.attempts import FAILURES_BEFORE_WAIT
from records.conversations import Message
from records.database import session_scope
from records.media_store import store_media
from records.vault import get_vault
from tests.console_client import Console, conversation_saying, done, first_password, signed_in, trail

SYMPTOM = "头疼两天了"


def test_signing_in_and_out_and_failing_to(database: None) -> None:
    password = first_password()
    console = Console(address="10.1.2.3")
    console.sign_in("wrong")
    console.sign_in("wrong", username="我的密码是hunter2")
    console.sign_in(password)
    console.post("/sign-out")
    console.post("/sign-out")  # nobody's
    actions = [(row.action, row.actor_id, row.address, row.outcome) for row in trail()[2:]]
    assert actions == [
        ("sign_in", "doctor", "10.1.2.3", "refused"),
        ("sign_in", "", "10.1.2.3", "refused"),
        ("enrol_factor", "doctor", "10.1.2.3", "done"),
        ("sign_in", "doctor", "10.1.2.3", "done"),
        ("sign_out", "doctor", "10.1.2.3", "done"),
    ]
    assert "hunter2" not in "".join(row.subject + row.details + row.actor_id for row in trail())


def test_a_lock_out_is_told_once_and_attempts_at_a_locked_name_go_on_being_told(database: None) -> None:
    password = first_password()
    console = Console()
    for _ in range(FAILURES_BEFORE_WAIT):
        console.sign_in("wrong")
    console.sign_in(password)
    rows = trail()[2:]
    assert [row.action for row in rows].count("lock_out") == 1
    assert json.loads(rows[-1].details) == {"cause": "locked"}
    assert rows[-1].outcome == "refused"


def test_what_is_done_with_a_conversation(database: None) -> None:
    conversation = conversation_saying(SYMPTOM)
    console, _ = signed_in()
    start = len(trail())
    console.post(f"/conversations/{conversation.id}/take")
    console.post(f"/conversations/{conversation.id}/take")
    console.post(f"/conversations/{conversation.id}/reply", {"text": "您好"})
    console.post(f"/conversations/{conversation.id}/give-back")
    assert [(row.action, row.subject, row.patient, row.actor_id) for row in trail()[start:]] == [
        (action, f"conversation:{conversation.id}", conversation.account_id, "doctor")
        for action in ("take_over", "reply", "give_back")
    ]


def test_what_was_refused_is_a_row_too(database: None) -> None:
    conversation = conversation_saying(SYMPTOM)
    console, _ = signed_in()
    with session_scope() as session:
        take_over(session, conversation_id=conversation.id, seat="another")
    start = len(trail())
    assert console.post(f"/conversations/{conversation.id}/take").status_code == 409
    assert console.post(f"/conversations/{conversation.id}/reply", {"text": "您好"}).status_code == 409
    console.ours = False  # another site tries with our cookie
    assert console.post(f"/conversations/{conversation.id}/give-back").status_code == 403
    assert [(row.action, row.outcome, json.loads(row.details)["cause"]) for row in trail()[start:]] == [
        ("take_over", "refused", "held"),
        ("reply", "refused", "held"),
        ("forbidden", "refused", "foreign"),
    ]


def test_a_view_is_a_row_and_the_same_view_again_is_none(database: None) -> None:
    conversation = conversation_saying(SYMPTOM, "还发烧")
    console, _ = signed_in()
    start = len(trail())
    for _ in range(3):
        assert len(console.get(f"/conversations/{conversation.id}/messages").json()) == 3
    (row,) = trail()[start:]
    assert (row.action, row.patient) == ("view_messages", conversation.account_id)
    assert json.loads(row.details) == {"count": 3, "from": 1, "to": 3}

    console.post(f"/conversations/{conversation.id}/reply", {"text": "好的"})
    console.get(f"/conversations/{conversation.id}/messages")
    assert json.loads(trail()[-1].details) == {"count": 1, "from": 4, "to": 4}


def test_another_sign_in_is_another_look(database: None) -> None:
    conversation = conversation_saying(SYMPTOM)
    console, password = signed_in()
    console.get(f"/conversations/{conversation.id}/messages")
    console.sign_in(password)
    console.get(f"/conversations/{conversation.id}/messages")
    assert [row.action for row in trail()].count("view_messages") == 2


def test_lists_name_the_patients_whose_words_they_show(database: None) -> None:
    conversation = conversation_saying("我爸叫不醒")
    with session_scope() as session:
        message = session.query(Message).order_by(Message.seq).first()
        assert message is not None
        alert = raise_alert(
            session, conversation_id=conversation.id, message_id=message.id, screening=screen("我爸叫不醒")
        )
    console, _ = signed_in()
    start = len(trail())
    console.get("/alerts")
    console.get("/alerts")
    console.post(f"/alerts/{alert.id}/acknowledge")
    listed, acknowledged, claimed = trail()[start:]
    assert listed.action == "list_alerts"
    assert json.loads(listed.details)["patients"] == conversation.account_id
    assert (acknowledged.action, acknowledged.patient) == ("acknowledge_alert", conversation.account_id)
    assert (claimed.action, claimed.patient) == ("claim_case", conversation.account_id)
    assert ("raise_alert", f"alert:{alert.id}", "done") in done()


def test_a_shown_file_is_a_row_each_time(database: None, tmp_path: Path) -> None:
    conversation = conversation_saying(SYMPTOM)
    (tmp_path / "photo").write_bytes(b"not really a photo")
    with session_scope() as session:
        media = store_media(
            session,
            get_vault(),
            conversation_id=conversation.id,
            kind="photo",
            content_type="image/jpeg",
            source=tmp_path / "photo",
        )
    console, _ = signed_in()
    for _ in range(2):
        assert console.get(f"/media/{media.id}").content == b"not really a photo"
    assert [(row.action, row.patient) for row in trail()[-2:]] == [("view_media", conversation.account_id)] * 2


def make_unwritable() -> None:
    """Nothing can be written to the audit, as with a full disk or a right taken away."""
    with session_scope() as session:
        session.execute(text("ALTER TABLE audit_entry RENAME TO audit_entry_gone"))


@pytest.mark.parametrize("what", ["/conversations", "/conversations/{id}/messages", "/alerts", "/media/{media}"])
def test_what_cannot_be_recorded_is_not_shown(database: None, tmp_path: Path, what: str) -> None:
    conversation = conversation_saying("我爸叫不醒，电话13800138000")
    (tmp_path / "photo").write_bytes(b"a patient's skin")
    with session_scope() as session:
        message = session.query(Message).order_by(Message.seq).first()
        assert message is not None
        raise_alert(session, conversation_id=conversation.id, message_id=message.id, screening=screen("我爸叫不醒"))
        media = store_media(
            session,
            get_vault(),
            conversation_id=conversation.id,
            kind="photo",
            content_type="image/jpeg",
            source=tmp_path / "photo",
        )
    console, _ = signed_in()
    make_unwritable()
    for _ in range(2):  # and the second request is not let through as "shown lately"
        answer = console.get(what.format(id=conversation.id, media=media.id))
        assert answer.status_code == 500
        assert "叫不醒" not in answer.text
        assert b"skin" not in answer.content


def test_what_cannot_be_recorded_is_not_done(database: None) -> None:
    conversation = conversation_saying(SYMPTOM)
    console, _ = signed_in()
    make_unwritable()
    assert console.post(f"/conversations/{conversation.id}/take").status_code == 500
    assert console.post(f"/conversations/{conversation.id}/reply", {"text": "您好"}).status_code == 500
    with session_scope() as session:
        assert session.query(Message).filter_by(author="staff").count() == 0
