"""Export and erasure for a patient at the window: with the step-up, a reason and an audit row, or not at all."""

import io
import json
import zipfile

import httpx
import pytest

from care.consent import Purpose, give
from care.retention import hold
from channels.data_jobs import take_up_requests
from records.audit import Actor, ActorKind
from records.conversations import Conversation, Message, MessageState
from records.database import session_scope
from records.patients import Account
from tests.console_client import Console, conversation_saying, signed_in, trail

PHONE = "13800138000"
ASKED = {"reason": "本人到窗口申请，已核身份证"}

Desk = tuple[Console, Conversation]


@pytest.fixture
def desk(database: None, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr("channels.data_jobs.forget_conversation", lambda _: None)  # proved in test_rights.py
    conversation = conversation_saying(f"我叫王小明，电话{PHONE}", "头疼")
    console, _ = signed_in()
    step_up = {"code": console.code(), "reason": ASKED["reason"], "conversation": conversation.id}
    assert console.post("/step-up", step_up).status_code == httpx.codes.OK
    return console, conversation


def test_without_the_step_up_nothing_is_asked_for_and_the_try_is_recorded(database: None) -> None:
    conversation = conversation_saying("头疼")
    console, _ = signed_in()
    for what, action in (("exports", "ask_export"), ("erasure", "ask_erasure")):
        assert console.post(f"/conversations/{conversation.id}/{what}", ASKED).status_code == httpx.codes.FORBIDDEN
        assert (trail()[-1].action, trail()[-1].outcome) == (action, "refused")
    assert console.get(f"/conversations/{conversation.id}/rights").json() == []


def test_nobody_asks_without_being_signed_in(database: None) -> None:
    conversation = conversation_saying("头疼")
    for path in ("rights", "erasure-plan"):
        answer = Console().get(f"/conversations/{conversation.id}/{path}")
        assert answer.status_code == httpx.codes.UNAUTHORIZED


@pytest.mark.parametrize("reason", ["", "  ", "x", "a" * 300])
def test_a_reason_is_needed(desk: Desk, reason: str) -> None:
    console, conversation = desk
    answer = console.post(f"/conversations/{conversation.id}/exports", {"reason": reason})
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY


def test_an_export_is_made_and_fetched_by_staff_and_each_step_recorded(desk: Desk) -> None:
    console, conversation = desk
    path = f"/conversations/{conversation.id}/exports"
    asked = console.post(path, ASKED)
    assert asked.status_code == httpx.codes.ACCEPTED
    assert take_up_requests() == 1
    [row] = console.get(f"/conversations/{conversation.id}/rights").json()
    assert (row["state"], row["asked_by"]) == ("done", "staff:doctor")
    fetched = console.get(f"{path}/{row['id']}")
    with zipfile.ZipFile(io.BytesIO(fetched.content)) as archive:
        assert PHONE in json.dumps(json.loads(archive.read("data.json")))
    actions = [entry.action for entry in trail()]
    assert {"ask_export", "make_export", "download_export"} <= set(actions)
    with session_scope() as session:
        assert "download" not in str(session.query(Message.card).all()), "the patient is told nothing of it in the chat"
    another = conversation_saying("别人")
    assert console.get(f"/conversations/{another.id}/exports/{row['id']}").status_code == httpx.codes.FORBIDDEN


def test_an_erasure_is_planned_and_done(desk: Desk) -> None:
    console, conversation = desk
    plan = console.get(f"/conversations/{conversation.id}/erasure-plan").json()
    assert plan["messages"] >= 1
    assert not plan["held"]
    assert console.post(f"/conversations/{conversation.id}/erasure", ASKED).status_code == httpx.codes.ACCEPTED
    assert take_up_requests() == 1
    with session_scope() as session:
        assert session.get(Account, conversation.account_id) is None
    assert console.get("/conversations").json() == []


def test_a_legal_hold_is_said(desk: Desk) -> None:
    console, conversation = desk
    with session_scope() as session:
        hold(session, conversation.account_id, reason="纠纷", actor=Actor(ActorKind.STAFF, "clerk"))
    answer = console.post(f"/conversations/{conversation.id}/erasure", ASKED)
    assert answer.status_code == httpx.codes.CONFLICT
    assert "依法保留" in answer.json()["detail"]


def test_what_waits_for_consent_is_not_read_at_the_console(desk: Desk) -> None:
    console, conversation = desk
    with session_scope() as session:
        for message in session.query(Message).filter_by(conversation_id=conversation.id):
            message.state = MessageState.HELD
    shown = console.get(f"/conversations/{conversation.id}/messages").text
    assert "头疼" not in shown
    assert "等待患者同意" in shown
    with session_scope() as session:  # the patient asks for a person: who comes must know why
        session.get_one(Conversation, conversation.id).holder = "waiting"
    assert "头疼" in console.get(f"/conversations/{conversation.id}/messages").text


def test_a_consent_is_withdrawn_for_somebody_on_the_telephone(desk: Desk) -> None:
    console, conversation = desk
    with session_scope() as session:
        give(session, conversation.account_id, Purpose.CONSULTATION)
    path = f"/conversations/{conversation.id}/consents"
    assert [row["purpose"] for row in console.get(path).json()] == ["consultation"]
    asked = {"purpose": "consultation", "reason": "患者来电要求撤回"}
    assert console.post(f"{path}/withdraw", asked).status_code == httpx.codes.NO_CONTENT
    assert console.get(path).json() == []
    [row] = [entry for entry in trail() if entry.action == "withdraw_consent"]
    assert (row.actor_id, row.reason) == ("doctor", "患者来电要求撤回")
    assert take_up_requests() == 1, "the assistant is told to forget"
