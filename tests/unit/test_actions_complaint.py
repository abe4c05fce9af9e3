"""The complaint: growing, corrected, kept between turns."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rasa_sdk import Tracker

from actions.answers import Option
from actions.complaint import MAX_TEXTS, Complaint, Waiting

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def told(*texts: str) -> Complaint:
    complaint = Complaint()
    for text in texts:
        complaint = complaint.told(text, now=NOW)
    return complaint


def tracker_with(events: list[dict[str, Any]]) -> Tracker:
    slots = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
    return Tracker("c", slots, {}, [], False, None, {}, None)


@pytest.mark.parametrize(
    ("texts", "kept"),
    [
        (("我头疼", "还有点恶心"), ("我头疼", "还有点恶心")),
        (("我头疼三天了", "不是头疼，是头晕"), ("我头晕三天了",)),
        (("我头疼三天了", "不是头疼是头晕，还想吐"), ("我头晕三天了", "还想吐")),
        (("我头疼一周了", "我说错了，是三天"), ("我头疼三天",)),
        (("发烧38度5", "打错了，39度"), ("发烧39度",)),
        # nothing earlier to put right: it is new evidence
        (("我头疼", "说错了，应该早点来的"), ("我头疼", "说错了，应该早点来的")),
        (("我头疼", "不是很厉害是隐隐的"), ("我头疼", "不是很厉害是隐隐的")),
    ],
)
def test_corrections(texts: tuple[str, ...], kept: tuple[str, ...]) -> None:
    assert told(*texts).texts == kept


def test_facts_about_the_patient() -> None:
    complaint = told("我妈胸口闷，她65岁")
    assert (complaint.age_years, complaint.sex) == (65.0, "female")
    assert told("孩子8个月，发烧").age_years == pytest.approx(0.67, abs=0.01)
    assert told("我怀孕了，肚子疼").pregnant is True


def test_a_correction_of_age() -> None:
    assert told("我妈65岁，头晕", "说错了，是75岁").age_years == 75.0


def test_what_is_kept_is_what_comes_back() -> None:
    waiting = Waiting("fever", "发烧吗？", "要看急不急", (Option("yes", "有"), Option("no", "没有")), unclear=1)
    complaint = Complaint(("头疼",), 65.0, "female", False, {"vomit": "no"}, waiting)
    assert Complaint.kept_in(tracker_with(complaint.events())) == complaint


def test_nothing_kept_is_an_empty_complaint() -> None:
    assert Complaint.kept_in(tracker_with([])) == Complaint()


def test_an_answer_closes_the_question() -> None:
    waiting = Waiting("fever", "发烧吗？", "", (Option("yes", "有"),))
    complaint = Complaint(texts=("头疼",), waiting=waiting).answered("yes")
    assert (complaint.answers, complaint.waiting) == ({"fever": "yes"}, None)


def test_a_torrent_of_words_stays_small() -> None:
    complaint = told(*(f"第{number}句，头疼" + "啊" * 5000 for number in range(40)))
    assert len(complaint.texts) == MAX_TEXTS
    assert max(map(len, complaint.texts)) <= 800
