"""How triage reads one message: answers, evidence, asides, and what it never guesses."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rasa_sdk import Tracker

from actions.answers import Option
from actions.complaint import Complaint, Waiting
from actions.hearing import hear
from actions.triage_form import read
from care.triage import Evidence, assess

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
FEVER = Waiting("fever", "发烧吗？", "", (Option("yes", "有"), Option("no", "没有"), Option("unknown", "不清楚")))
STATE = Waiting("child_state", "孩子精神怎么样？", "", (Option("good", "能玩能笑"), Option("bad", "叫不太醒、一直睡")))


class AskedNow:
    """The part of a turn that reading needs."""

    now = NOW


def reading(complaint: Complaint, said: str, intent: str = "inform", **entities: Any) -> Complaint | None:
    message = {
        "text": said,
        "intent": {"name": intent, "confidence": 0.9},
        "entities": [{"entity": name, "value": value} for name, value in entities.items()],
    }
    heard = hear(Tracker("c", {}, message, [], False, None, {}, None), now=NOW)
    return read(complaint, heard, AskedNow())  # type: ignore[arg-type]


def test_the_first_words_are_evidence() -> None:
    after = reading(Complaint(), "我头疼三天了", "describe_complaint")
    assert after is not None
    assert after.texts == ("我头疼三天了",)


def test_a_bare_answer_is_no_evidence() -> None:
    after = reading(Complaint(("头疼",), waiting=FEVER), "没有", "deny")
    assert after is not None
    assert (after.texts, after.answers) == (("头疼",), {"fever": "no"})


def test_an_answer_with_more_in_it_is_both() -> None:
    after = reading(Complaint(("头疼",), waiting=FEVER), "没有，就是有点恶心", "deny")
    assert after is not None
    assert (after.texts, after.answers) == (("头疼", "没有，就是有点恶心"), {"fever": "no"})


@pytest.mark.parametrize("intent", ["ask_opening_hours", "ask_insurance", "request_human", "stop", "book_appointment"])
def test_something_else_is_left_to_its_rule(intent: str) -> None:
    assert reading(Complaint(("头疼",), waiting=FEVER), "这是另一件事情啦", intent) is None


def test_a_misheard_title_is_still_the_answer() -> None:
    """What stands on a button counts, whatever the classifier thought of it."""
    after = reading(Complaint(("头疼",), waiting=FEVER), "有", "chitchat")
    assert after is not None
    assert after.answers == {"fever": "yes"}


def test_not_understood_twice_is_unknown_never_another_option() -> None:
    once = reading(Complaint(("发烧",), waiting=STATE), "没有", "deny")
    assert once is not None
    assert once.waiting is not None
    assert once.waiting.unclear == 1
    twice = reading(once, "没有", "deny")
    assert twice is not None
    assert twice.answers == {"child_state": "unknown"}
    # and triage takes that for no answer at all
    with_it = assess(Evidence(("孩子发烧",), age_years=3.0, answers=dict(twice.answers)))
    assert with_it.urgency == assess(Evidence(("孩子发烧",), age_years=3.0)).urgency


def test_a_bare_number_is_an_age_where_no_number_was_asked_for() -> None:
    after = reading(Complaint(("头晕",), waiting=FEVER), "65")
    assert after is not None
    assert after.age_years == 65.0


def test_a_bare_number_is_no_age_when_degrees_were_asked_for() -> None:
    degrees = Waiting("fever", "多少度？", "", (Option("low", "37.3–38.4 度"), Option("high", "38.5 度以上")))
    after = reading(Complaint(("头晕",), waiting=degrees), "39")
    assert after is not None
    assert after.age_years is None


def test_a_button_of_an_earlier_question_changes_that_answer() -> None:
    complaint = Complaint(("头疼",), answers={"fever": "no"}, waiting=STATE)
    after = reading(complaint, '/answer_triage{"choice": "fever:yes"}', "answer_triage", choice="fever:yes")
    assert after is not None
    assert after.answers == {"fever": "yes"}


def test_a_button_of_another_complaint_is_asked_past() -> None:
    complaint = Complaint(("头疼",), waiting=FEVER)
    after = reading(complaint, '/answer_triage{"choice": "old:yes"}', "answer_triage", choice="old:yes")
    assert after is not None
    assert after.answers == {}
