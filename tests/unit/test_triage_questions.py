"""Which question is asked: one that fits the person, can be answered, and changes something."""

from dataclasses import replace

import pytest

from care.triage import Evidence, assess
from care.triage.questions import questions
from care.triage.reading import read
from care.urgency import Urgency


def offered(text: str, **known: object) -> set[str]:
    """Ids of the questions that make sense for a text."""
    reading = read(Evidence((text,), **known))  # type: ignore[arg-type]
    return {question.id for question in questions().values() if question.condition.holds(reading)}


@pytest.mark.parametrize("text", ["我妈头晕恶心", "婆婆肚子疼", "奶奶头痛", "绝经两年了，小肚子疼"])
def test_somebodys_mother_is_not_asked_whether_she_is_pregnant(text: str) -> None:
    assert "pregnant" not in offered(text)


def test_what_differs_between_men_and_women_is_asked() -> None:
    assert "sex_private" in offered("下面痒")
    assert "sex_private" not in offered("下面痒", sex="male")


def test_who_only_feels_unwell_is_asked_where() -> None:
    question = assess(Evidence(("我不舒服",))).question
    assert question is not None
    assert question.id == "where"


def test_a_woman_who_may_be_pregnant_is_asked() -> None:
    assert "pregnant" in offered("小肚子疼", sex="female", age_years=28.0)
    assert "pregnant" not in offered("小肚子疼", sex="female", age_years=62.0)
    assert "pregnant" not in offered("小肚子疼", sex="male")


@pytest.mark.parametrize("text", ["腿崴了，疼得睡不着", "咳得睡不着", "身上痒得晚上睡不好", "鼻塞睡不着"])
def test_who_cannot_sleep_for_pain_is_not_asked_about_dark_thoughts(text: str) -> None:
    assert "mood" not in offered(text)


def test_who_cannot_sleep_is_asked_and_told_why() -> None:
    assert "mood" in offered("最近老是睡不着，心情不好")
    assert "心情" in questions()["mood"].reason


def test_a_question_about_danger_can_be_left_open() -> None:
    for question in questions().values():
        if any(option.urgency for option in question.options):
            assert "unknown" in {option.value for option in question.options}, question.id


@pytest.mark.parametrize("text", ["头晕", "肚子疼", "胸口闷", "孩子发烧", "腰疼", "睾丸疼"])
def test_not_knowing_never_makes_it_less_urgent_than_saying_no(text: str) -> None:
    for question in questions().values():
        options = {option.value for option in question.options}
        if not {"no", "unknown"} <= options or question.id not in offered(text):
            continue
        levels = list(type(assess(Evidence((text,))).urgency))
        open_, denied = (
            levels.index(assess(replace(Evidence((text,)), answers={question.id: value})).urgency)
            for value in ("unknown", "no")
        )
        assert open_ <= denied, question.id


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("头晕", {"age_years": 70.0}),
        ("肚子疼", {"sex": "female", "age_years": 30.0}),
        ("发烧", {"age_years": 4.0}),
        ("胸口闷", {"age_years": 55.0}),
    ],
)
def test_what_could_be_an_emergency_is_asked_first(text: str, known: dict[str, object]) -> None:
    evidence = Evidence((text,), **known)  # type: ignore[arg-type]
    question = assess(evidence).question
    assert question is not None
    answers = [assess(replace(evidence, answers={question.id: option.value})) for option in question.options]
    assert {found.urgency for found in answers} & {Urgency.EMERGENCY, Urgency.CALL_120}, question.id
