"""The auditor reads and verifies the trail at the console and changes nothing (GB/T 22239-2019, 8.1.4.3)."""

import pytest
from sqlalchemy import text

from records.audit.checkpoints import head, write_checkpoint
from records.database import engine, session_scope
from records.staff import Role
from tests.console_client import Console, conversation_saying, signed_in, trail


@pytest.fixture
def auditor(database: None) -> Console:
    doctor, _ = signed_in()
    conversation = conversation_saying("头疼")
    doctor.get(f"/conversations/{conversation.id}/messages")
    return signed_in(doctor.app, role=Role.AUDITOR, departments=())[0]


def test_rows_are_read_the_latest_first_and_looking_is_one(auditor: Console) -> None:
    rows = auditor.get("/audit").json()
    assert [row["seq"] for row in rows] == list(range(rows[0]["seq"], 0, -1))
    assert rows[0]["action"] == "sign_in"
    assert rows[0]["actor"] == "auditor"
    assert (trail()[-1].action, trail()[-1].actor_id) == ("view_audit", "auditor")


def test_rows_are_found_by_person_patient_action_outcome_and_time(auditor: Console) -> None:
    (viewed,) = auditor.get("/audit?action=view_messages").json()
    assert auditor.get(f"/audit?patient={viewed['patient']}&actor=doctor").json() == [viewed]
    assert auditor.get("/audit?outcome=refused").json() == []
    assert auditor.get("/audit?since=2100-01-01T00:00:00Z").json() == []
    assert auditor.get("/audit?until=2000-01-01T00:00:00%2B08:00").json() == []
    assert {row["seq"] for row in auditor.get("/audit?before=3").json()} == {1, 2}


@pytest.mark.parametrize("query", ["action=invent", "outcome=maybe", "since=yesterday", "before=0", "who=me"])
def test_what_is_no_question_is_refused(auditor: Console, query: str) -> None:
    assert auditor.get(f"/audit?{query}").status_code == 422


def test_a_sound_chain_is_said_to_be(auditor: Console) -> None:
    with session_scope() as session:
        at = head(session)
    assert at is not None
    write_checkpoint(at)
    done = auditor.get("/audit/verification").json()
    assert (done["sound"], done["rows"], done["checkpoints"], done["findings"]) == (True, at.seq, 1, [])
    assert trail()[-1].action == "verify_audit"


def test_a_changed_row_is_found(auditor: Console) -> None:
    if engine().dialect.name == "postgresql":
        pytest.skip("drops a trigger of SQLite")
    with session_scope() as session:
        session.execute(text("DROP TRIGGER audit_entry_no_update"))
        session.execute(text("UPDATE audit_entry SET actor_id = 'nobody' WHERE action = 'view_messages'"))
    done = auditor.get("/audit/verification").json()
    assert not done["sound"]
    (finding,) = done["findings"]
    assert finding["what"] == "内容被改动"
