"""Typed answers and the options they mean."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from actions.answers import Option, match_option, ordinal, polar

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
YES_NO = (Option("yes", "有"), Option("no", "没有"), Option("unknown", "不清楚"))
HOW_LONG = (Option("1", "今天开始"), Option("7", "一周以内"), Option("30", "更久"))


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("有", "yes"),
        ("有的", "yes"),
        ("有一点吧", "yes"),
        ("是的。", "yes"),
        ("偶尔", "yes"),
        ("没有", "no"),  # holds 有
        ("没有啊", "no"),
        ("没", "no"),
        ("无", "no"),
        ("不清楚", "unknown"),  # begins with 不
        ("不知道呀", "unknown"),
        ("没注意过", "unknown"),  # begins with 没
        ("第二个", "no"),
        ("2", "no"),
        ("最后一个", "unknown"),
        ("不发烧", "no"),  # the question is about fever
        ("发烧了", "yes"),
        ("没发烧", "no"),
    ],
)
def test_yes_no_unknown(said: str, value: str) -> None:
    option = match_option(YES_NO, said, asked="发烧吗？", now=NOW)
    assert option is not None
    assert option.value == value


@pytest.mark.parametrize("said", ["你们几点下班", "", "。。。", "隔壁老王昨天也来看过病说你们这里挺好的", "😀"])
def test_what_answers_nothing(said: str) -> None:
    assert match_option(YES_NO, said, asked="发烧吗？", now=NOW) is None


@pytest.mark.parametrize(("said", "value"), [("今天开始的", "1"), ("更久", "30"), ("第三", "30"), ("一周以内吧", "7")])
def test_other_options(said: str, value: str) -> None:
    option = match_option(HOW_LONG, said, asked="多久了？", now=NOW)
    assert option is not None
    assert option.value == value


def test_a_question_without_yes_has_no_yes() -> None:
    assert polar(HOW_LONG, "yes") is None


@pytest.mark.parametrize(
    ("said", "count", "place"),
    [
        ("第二个", 3, 1),
        ("2", 3, 1),
        ("选3", 3, 2),
        ("最后一个", 3, 2),
        ("第四个", 3, None),
        ("0", 3, None),
        ("两个人", 3, None),
    ],
)
def test_ordinals(said: str, count: int, place: int | None) -> None:
    assert ordinal(said, count) == place
