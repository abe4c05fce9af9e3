"""Originals need the second factor and a reason again, hold for one patient, one browser and half an hour, and leave
a row each time (GB/T 39725-2020, level 5)."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text, update

from care.staff.attempts import FAILURES_BEFORE_WAIT
from records.conversations import Author, Conversation, Message, MessageState
from records.database import session_scope, utc_now
from records.patients import Account
from records.sensitivity import seal_sensitive
from records.step_up import StepUp
from records.vault import get_vault
from tests.console_client import Console, conversation_saying, signed_in, trail
from tests.integration.test_console_audit import make_unwritable

PHONE = "13800138000"
SAID = f"我叫王小明，电话{PHONE}"
SPECIAL = "我查出来艾滋病抗体阳性"
REASON = "电话回访需要核对"


def asked(conversation: Conversation, code: str, **other: Any) -> dict[str, Any]:
    return {"code": code, "reason": REASON, "conversation": conversation.id} | other


def say_sealed(conversation: Conversation, words: str) -> None:
    """A message as the house stores one of level 5."""
    with session_scope() as session:
        stored = session.get_one(Conversation, conversation.id)
        sealed = seal_sensitive(session, get_vault(), owner=stored.account_id, text=words)
        assert words not in sealed.text
        stored.last_seq += 1
        session.add(
            Message(
                conversation_id=stored.id, seq=stored.last_seq, author=Author.PATIENT, kind="text", text=sealed.text
            )
        )


@pytest.fixture
def desk(database: None) -> tuple[Console, str, Conversation]:
    conversation = conversation_saying(SAID, "头疼")
    say_sealed(conversation, SPECIAL)
    console, password = signed_in()
    return console, password, conversation


Desk = tuple[Console, str, Conversation]


def revealed(console: Console, conversation: Conversation) -> httpx.Response:
    return console.get(f"/conversations/{conversation.id}/revealed")


def test_without_it_nothing_is_opened_and_the_try_is_recorded(desk: Desk) -> None:
    console, _, conversation = desk
    assert PHONE not in console.get(f"/conversations/{conversation.id}/messages").text
    answer = revealed(console, conversation)
    assert (answer.status_code, PHONE in answer.text) == (403, False)
    assert (trail()[-1].action, trail()[-1].outcome, trail()[-1].patient) == (
        "reveal",
        "refused",
        conversation.account_id,
    )


def test_a_code_and_a_reason_open_masked_and_level_five_words(desk: Desk) -> None:
    console, _, conversation = desk
    answer = console.post("/step-up", asked(conversation, console.code(), reason=f"  {REASON} {PHONE} "))
    assert answer.status_code == 200
    shown = revealed(console, conversation).json()
    assert shown["expires_at"] == answer.json()["expires_at"]
    assert [(row["seq"], row["text"]) for row in shown["messages"]] == [(1, SAID), (4, SPECIAL)]
    stepped, reveal = trail()[-2:]
    assert (stepped.action, stepped.patient, stepped.actor_id) == ("step_up", conversation.account_id, "doctor")
    assert REASON in stepped.reason
    assert PHONE not in stepped.reason
    assert (reveal.action, reveal.outcome, '"count":2' in reveal.details) == ("reveal", "done", True)


def test_only_asked_for_messages_are_opened(desk: Desk) -> None:
    console, _, conversation = desk
    console.post("/step-up", asked(conversation, console.code()))
    later = console.get(f"/conversations/{conversation.id}/revealed?after=1").json()["messages"]
    assert [row["seq"] for row in later] == [4]


def test_it_holds_for_this_patient_only(desk: Desk) -> None:
    console, _, conversation = desk
    other = conversation_saying("电话13900139000")
    console.post("/step-up", asked(conversation, console.code()))
    assert revealed(console, conversation).status_code == 200
    assert revealed(console, other).status_code == 403


def test_it_holds_in_this_browser_only_and_ends_with_its_session(desk: Desk) -> None:
    console, password, conversation = desk
    elsewhere = Console(console.app)
    elsewhere.sign_in(password)
    console.post("/step-up", asked(conversation, console.code()))
    assert revealed(elsewhere, conversation).status_code == 403
    console.post("/sign-out")
    console.sign_in(password)
    assert revealed(console, conversation).status_code == 403


def test_what_waits_for_consent_or_was_shut_away_stays_closed(desk: Desk) -> None:
    console, _, conversation = desk
    console.post("/step-up", asked(conversation, console.code()))
    with session_scope() as session:
        session.execute(update(Message).where(Message.seq == 1).values(state=MessageState.HELD))
    assert [row["seq"] for row in revealed(console, conversation).json()["messages"]] == [4]
    with session_scope() as session:
        session.execute(update(Account).values(restricted_at=utc_now()))
    assert revealed(console, conversation).status_code == 404
    assert console.post("/step-up", asked(conversation, console.code())).status_code == 404


def test_it_ends_after_half_an_hour(desk: Desk) -> None:
    console, _, conversation = desk
    console.post("/step-up", asked(conversation, console.code()))
    with session_scope() as session:
        until = session.query(StepUp).one().expires_at
        assert timedelta(minutes=29) < until - utc_now() <= timedelta(minutes=30)
        session.execute(update(StepUp).values(expires_at=utc_now() - timedelta(seconds=1)))
    assert revealed(console, conversation).status_code == 403


def test_a_reason_must_be_given(desk: Desk) -> None:
    console, _, conversation = desk
    for reason in ["", "abc", "   a   ", "x" * 201, "a\x00bcd"]:
        assert console.post("/step-up", asked(conversation, console.code(), reason=reason)).status_code == 422
    assert revealed(console, conversation).status_code == 403


def test_wrong_codes_are_recorded_and_make_wait(desk: Desk) -> None:
    console, _, conversation = desk
    for _ in range(FAILURES_BEFORE_WAIT):
        assert console.post("/step-up", asked(conversation, "wrong")).status_code == 403
    assert console.post("/step-up", asked(conversation, console.code())).status_code == 403  # has to wait
    refused = [row for row in trail() if (row.action, row.outcome) == ("step_up", "refused")]
    assert len(refused) == FAILURES_BEFORE_WAIT + 1
    assert {row.patient for row in refused} == {conversation.account_id}
    assert [row.action for row in trail()].count("lock_out") == 1


def test_an_unknown_conversation_is_not_found(desk: Desk) -> None:
    console, _, _ = desk
    body = {"code": console.code(), "reason": REASON, "conversation": "0" * 16}
    assert console.post("/step-up", body).status_code == 404
    assert console.get(f"/conversations/{'0' * 16}/revealed").status_code == 404


def test_who_asks_too_often_must_wait(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    console, _, conversation = desk
    monkeypatch.setattr("care.staff.stepping_up.STEP_UPS_AN_HOUR", 2)
    monkeypatch.setattr("clinic.originals.REVEALS_AN_HOUR", 2)
    assert [console.post("/step-up", asked(conversation, console.code())).status_code for _ in range(3)] == [
        200,
        200,
        429,
    ]
    assert [revealed(console, conversation).status_code for _ in range(3)] == [200, 200, 429]
    assert trail()[-1].outcome == "refused"


def test_what_cannot_be_recorded_is_not_opened(desk: Desk) -> None:
    console, _, conversation = desk
    console.post("/step-up", asked(conversation, console.code()))
    make_unwritable()
    answer = revealed(console, conversation)
    assert answer.status_code == 500
    assert PHONE not in answer.text


def test_nothing_opened_is_kept(desk: Desk) -> None:
    console, _, conversation = desk
    console.post("/step-up", asked(conversation, console.code()))
    revealed(console, conversation)
    with session_scope() as session:
        kept = session.execute(text("SELECT text FROM message")).scalars().all()
        said = session.execute(text("SELECT reason, details FROM audit_entry")).all()
    assert PHONE not in str(kept)
    assert PHONE not in str(said)
