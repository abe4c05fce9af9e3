"""What a message says, and whether it still waits for an answer."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rasa_sdk import Tracker

from actions.buttons import choice, payload
from actions.hearing import Choice, hear, just_opened, spoken_at, unanswered
from records.masking import PersonalKind

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
USER = {"event": "user", "text": "x", "timestamp": 5.0}
LISTEN = {"event": "action", "name": "action_listen"}
FORM = {"event": "action", "name": "booking_form"}
OPENED = {"event": "active_loop", "name": "booking_form"}
SLOT = {"event": "slot", "name": "x", "value": 1}
BOT = {"event": "bot", "text": "x"}


def tracker(message: dict[str, Any], events: list[dict[str, Any]] | None = None) -> Tracker:
    return Tracker("c", {}, message, events or [], False, None, {}, None)


def pressed(sent: str) -> Tracker:
    """A button's message as Rasa parses it."""
    name, _, values = sent[1:].partition("{")
    entities = [{"entity": key, "value": value} for key, value in json.loads("{" + values if values else "{}").items()]
    return tracker({"text": sent, "intent": {"name": name, "confidence": 1.0}, "entities": entities})


def test_a_button_is_read_from_its_values() -> None:
    heard = hear(pressed(choice("slot", "a-1:2")), now=NOW)
    assert heard.choice == Choice("slot", "a-1:2")
    assert (heard.text, heard.mentions) == ("", ())


def test_a_button_may_name_a_department() -> None:
    heard = hear(pressed(payload("book_appointment", department="骨科")), now=NOW)
    assert (heard.intent, heard.value("department"), heard.choice) == ("book_appointment", "骨科", None)


def test_typed_entities_of_rasa_are_not_taken_for_a_button() -> None:
    message = {"text": "骨科", "intent": {"name": "inform"}, "entities": [{"entity": "choice", "value": "slot:x"}]}
    assert hear(tracker(message), now=NOW).choice is None


def test_facts_in_typed_words() -> None:
    heard = hear(tracker({"text": "帮我妈挂个下周三上午的心内科", "intent": {"name": "book_appointment"}}), now=NOW)
    assert heard.value("kinship") == "母亲"
    assert heard.value("department") == "心血管内科"
    assert heard.value("date") == "2026-11-25"
    assert heard.value("time_of_day") == "morning"


def test_the_last_word_counts() -> None:
    heard = hear(tracker({"text": "周三，不，周四吧", "intent": {"name": "inform"}}), now=NOW)
    assert heard.value("date") == "2026-11-26"


def test_tokens_are_found_by_kind() -> None:
    text = "⟦NAME:0a1b2c3d4e5f6071:张**⟧ ⟦ID:0a1b2c3d4e5f6072:110**002X⟧"
    heard = hear(tracker({"text": text, "intent": {"name": "inform"}}), now=NOW)
    token = heard.token(PersonalKind.ID)
    assert token is not None
    assert str(token) == "⟦ID:0a1b2c3d4e5f6072:110**002X⟧"


@pytest.mark.parametrize("message", [{}, {"text": None}, {"text": "", "intent": None}, {"text": "/", "intent": {}}])
def test_odd_messages_are_heard_as_nothing(message: dict[str, Any]) -> None:
    assert hear(tracker(message), now=NOW).text == ""


@pytest.mark.parametrize(
    ("events", "waits"),
    [
        ([LISTEN, USER, SLOT, FORM], True),
        ([LISTEN, USER, OPENED, SLOT, FORM], True),
        # an aside was answered by a rule, then the form came back
        ([LISTEN, USER, {"event": "action", "name": "action_thank"}, BOT, FORM], False),
        # an action that said nothing passed the message on
        ([LISTEN, USER, {"event": "action", "name": "action_take_up"}, {"event": "followup"}, OPENED, FORM], True),
        ([], False),
    ],
)
def test_whether_the_message_still_waits(events: list[dict[str, Any]], waits: bool) -> None:
    assert unanswered(tracker({}, events)) is waits


def test_a_form_is_new_only_in_the_turn_that_opened_it() -> None:
    assert just_opened(tracker({}, [LISTEN, USER, OPENED, FORM]), "booking_form")
    assert not just_opened(tracker({}, [LISTEN, USER, OPENED, FORM]), "triage_form")
    assert not just_opened(tracker({}, [LISTEN, USER, OPENED, FORM, BOT, LISTEN, USER, FORM]), "booking_form")


def test_when_the_patient_spoke() -> None:
    events = [USER, {**USER, "timestamp": 9.0}]
    assert spoken_at(tracker({}, events)) == 9.0
    assert spoken_at(tracker({}, events), before=1) == 5.0
    assert spoken_at(tracker({}, events), before=2) is None
