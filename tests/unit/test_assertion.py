"""How a mention is meant: negated, past, hypothetical, a question, somebody else's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.assertion import Assertion, assertions


def said(text: str, mention: str) -> Assertion:
    start = text.index(mention)
    return assertions(text, [(start, start + len(mention))])[0]


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("没有胸痛", "胸痛"),
        ("不发烧", "发烧"),
        ("否认晕厥、胸痛", "胸痛"),  # a list keeps the negation
        ("没有发烧、咳嗽、胸痛", "胸痛"),
        ("胸痛没有", "胸痛"),  # said after
        ("抽搐、昏迷都没有", "抽搐"),
        ("无呼吸困难", "呼吸困难"),
    ],
)
def test_negated(text: str, mention: str) -> None:
    assert said(text, mention).negated


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("没有发烧，胸痛", "胸痛"),  # the clause ends
        ("没有外伤突然晕倒", "晕倒"),  # a new event
        ("不知道为什么胸痛", "胸痛"),  # looks like a negation
        ("不小心触电", "触电"),
        ("没想到晕倒了", "晕倒"),
        ("吃不下，胸痛", "胸痛"),
    ],
)
def test_not_negated(text: str, mention: str) -> None:
    assert not said(text, mention).negated


@pytest.mark.parametrize(
    ("text", "mention"),
    [("去年胸痛过", "胸痛"), ("三年前突然晕倒", "晕倒"), ("小时候溺水", "溺水"), ("有高热惊厥史", "高热惊厥")],
)
def test_past(text: str, mention: str) -> None:
    assert said(text, mention).past


@pytest.mark.parametrize(
    ("text", "mention"),
    [("以前没有过，今天突然胸痛", "胸痛"), ("去年开始胸痛", "胸痛"), ("三年前支架，现在胸痛", "胸痛")],
)
def test_not_past(text: str, mention: str) -> None:
    assert not said(text, mention).past


@pytest.mark.parametrize(
    ("text", "mention"),
    [("会不会猝死", "猝死"), ("担心中风", "中风"), ("如果抽搐怎么办", "抽搐"), ("避免晕倒", "晕倒")],
)
def test_hypothetical(text: str, mention: str) -> None:
    assert said(text, mention).hypothetical


@pytest.mark.parametrize(
    ("text", "mention"),
    [("胸痛中心在几楼", "胸痛"), ("中风有哪些前兆", "中风"), ("什么是昏迷", "昏迷"), ("电视剧里有人晕倒", "晕倒")],
)
def test_question(text: str, mention: str) -> None:
    assert said(text, mention).question


def test_a_complaint_with_a_question_stays_a_complaint() -> None:
    assert said("我爸突然说不出话，急诊在几楼", "说不出话").present


@pytest.mark.parametrize(
    ("text", "mention", "who"),
    [
        ("我爸突然晕倒", "晕倒", "爸"),
        ("晕倒了", "晕倒", "self"),
        ("我家狗突然抽搐", "抽搐", "animal"),
        ("被狗咬了，大出血", "大出血", "self"),  # the dog is not who bleeds
    ],
)
def test_experiencer(text: str, mention: str, who: str) -> None:
    assert said(text, mention).experiencer == who


@given(st.text(max_size=200), st.integers(0, 200), st.integers(0, 200))
def test_any_text_and_span_is_taken(text: str, start: int, length: int) -> None:
    assert len(assertions(text, [(start, start + length)])) == 1
