"""Whose complaint it is: child, newborn, sex and pregnancy from the words."""

import pytest

from care.triage.evidence import Evidence
from care.triage.reading import LONGEST, joined, read


@pytest.mark.parametrize(
    ("text", "child"),
    [
        ("宝宝发烧", True),
        ("我儿子三岁咳嗽", True),
        ("孩子16岁肚子疼", False),  # grown up for paediatrics
        ("怀孕了咳嗽对孩子有影响吗", False),  # the child is not ill
        ("乙肝会传染给孩子吗", False),
        ("生完孩子以后腰疼", False),
        ("我今年30岁头疼", False),
    ],
)
def test_who_is_a_child(text: str, child: bool) -> None:
    assert read(Evidence((text,))).child is child


def test_a_known_age_wins() -> None:
    assert not read(Evidence(("宝宝发烧",), age_years=30)).child


@pytest.mark.parametrize(
    ("text", "sex"),
    [("我妈头晕", "female"), ("龟头红", "male"), ("月经推迟", "female"), ("头晕", None), ("老婆月经推迟", "female")],
)
def test_sex_from_words(text: str, sex: str | None) -> None:
    assert read(Evidence((text,))).sex == sex


def test_a_long_story_keeps_its_beginning_and_its_end() -> None:
    text = joined(("开头" + "啊" * 100_000 + "结尾",))
    assert len(text) <= LONGEST + 1
    assert text.startswith("开头")
    assert text.endswith("结尾")


def test_grandparents_are_old() -> None:
    assert (read(Evidence(("奶奶发烧",))).age_years or 0) >= 65
