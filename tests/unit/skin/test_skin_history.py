"""What a patient is asked about a lesion, and what is already known."""

import pytest

from care.skin.answers import for_the_engine, second_reading
from care.skin.history import LESION, PSORIASIS, already_said, heard_in, is_psoriasis, options, value_of


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("背上的痣最近长大了，有点痒", {"grew": True, "itch": True, "site": "back"}),
        ("不痒也不疼", {"itch": False, "hurt": False}),
        ("没有出血，颜色变深了", {"bleed": False, "changed": True}),
        ("脸上那颗，摸着凸出来", {"site": "face", "elevation": True}),
        ("鼻子旁边，没长大", {"site": "nose", "grew": False}),
        ("今天天气不错", {}),
    ],
)
def test_what_was_said_is_not_asked_again(said: str, known: dict[str, object]) -> None:
    assert heard_in(said) == known


def test_later_words_count() -> None:
    assert already_said(["不痒", "现在痒了"], age_years=44) == {"itch": True, "age_years": 44.0}


@pytest.mark.parametrize("question", [*LESION, *PSORIASIS])
def test_every_question_offers_not_to_know_and_every_other_answer_counts(question: str) -> None:
    offered = options(question)
    assert offered[-1].title == "不清楚"
    assert value_of(question, offered[-1].value) is None
    assert len({one.title for one in offered}) == len(offered) > 2
    for one in offered[:-1]:
        assert value_of(question, one.value) is not None, one


@pytest.mark.parametrize(
    ("question", "answer"), [("age_years", "130"), ("itch_0_10", "11"), ("site", "moon"), ("grew", "x")]
)
def test_what_is_no_answer_is_unknown(question: str, answer: str) -> None:
    assert value_of(question, answer) is None


def test_psoriasis_is_known_by_its_names() -> None:
    assert is_psoriasis(["我有牛皮癣十年了"])
    assert is_psoriasis(["银屑病又犯了"])
    assert not is_psoriasis(["身上起疹子"])


def test_both_readings_are_kept() -> None:
    first = {"risk": "watch", "probabilities": {"NEV": 0.9}, "version": "1"}
    second = {"risk": "urgent", "probabilities": {"NEV": 0.2}, "version": "1"}
    answers = {"grew": True, "palms": 3.0}
    merged = second_reading(first, second, answers)
    assert merged["risk"] == "urgent"
    assert merged["first_reading"] == first
    assert merged["history"] == {"grew": True} == for_the_engine(answers)
    assert merged["patient_reported"] == {"palms": 3.0}
    again = second_reading(merged, {"risk": "watch", "version": "1"}, {"grew": False})
    assert again["first_reading"] == first, "the very first reading stays"
    assert second_reading(first, None, {"itch_0_10": 6.0}) == first | {
        "history": {}, "patient_reported": {"itch_0_10": 6.0},
    }  # fmt: skip
