"""A typed answer matched to the options of a question: "有", "没有吐", "说不清", "第二个"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from language.extraction import extract
from language.numbers import parse_number

UNKNOWN_WORDS = (
    "不清楚",
    "不知道",
    "不晓得",
    "说不清",
    "说不准",
    "不确定",
    "不太清楚",
    "没注意",
    "没留意",
    "没量",
    "不记得",
    "忘了",
)
NO_WORDS = ("没", "无", "不", "否", "未", "木有", "冇")
YES_WORDS = ("有", "是", "对", "嗯", "会", "恩", "好像有", "偶尔", "经常", "确实", "一直", "可能有", "当然", "能", "要")
SHORT = 8  # characters; a longer sentence that begins with 有 or 不 may be about anything
BARE = 6  # characters; a shorter answer says nothing beyond the option it names

_FILLER = re.compile(r"[\s，。,.!！?？、~～…]+|(?<=.)[了啊呢吧呀哦嘛哈哒]+$")
_ORDINAL = re.compile(
    r"[我就要选那挂约来点]*\s*第?\s*(?P<number>[\d一二三四五六七八九十两]{1,2})\s*(?:个|项|种|条|号|位|吧|、|\.)*"
)
_LAST = ("最后一个", "最后那个", "最下面")


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that is offered."""

    value: str
    title: str


def plain(text: str) -> str:
    """``text`` without blanks, punctuation and the particles at its end."""
    return _FILLER.sub("", _FILLER.sub("", text))


def ordinal(text: str, count: int) -> int | None:
    """The place (from 0) that a text like "第二个" or "2" names among ``count`` things, None when it names none."""
    said = plain(text)
    if said in _LAST and count:
        return count - 1
    found = _ORDINAL.fullmatch(said)
    number = parse_number(found["number"]) if found else None
    if number is None or number != int(number) or not 1 <= number <= count:
        return None
    return int(number) - 1


def match_option(options: Sequence[Option], text: str, *, asked: str, now: datetime) -> Option | None:
    """The option that a typed answer means, or None. ``asked`` is the question's text: to "吐了吗？" "吐了" is yes."""
    said = plain(text)
    if not said or not options:
        return None
    named = _by_title(options, said)
    if named is not None:
        return named
    place = ordinal(text, len(options))
    if place is not None:
        return options[place]
    if any(word in said for word in UNKNOWN_WORDS):
        return polar(options, "unknown")
    about = _about(said, asked, now)
    if about is not None:
        return polar(options, about)
    if len(said) <= SHORT:
        if said.startswith(NO_WORDS):
            return polar(options, "no")
        if said.startswith(YES_WORDS):
            return polar(options, "yes")
    return None


def polar(options: Sequence[Option], meaning: str) -> Option | None:
    """The option that means ``yes``, ``no`` or ``unknown``; None when the question is no yes-or-no question."""
    by_value = next((option for option in options if option.value == meaning), None)
    if by_value is not None:
        return by_value
    if meaning == "unknown":
        return next((option for option in options if plain(option.title) in UNKNOWN_WORDS), None)
    words = NO_WORDS if meaning == "no" else YES_WORDS
    # Only a question with one such option has a plain yes or no.
    found = [option for option in options if option.title.startswith(words) and option.title not in UNKNOWN_WORDS]
    return found[0] if len(found) == 1 else None


def _by_title(options: Sequence[Option], said: str) -> Option | None:
    for option in options:
        if said in (plain(option.title), option.value):
            return option
    # The longest title first: "没有" holds "有".
    for option in sorted(options, key=lambda one: -len(one.title)):
        title = plain(option.title)
        if len(title) > 1 and title in said and f"不{title}" not in said and f"没{title}" not in said:
            return option
    return None


def _about(said: str, asked: str, now: datetime) -> str | None:
    """Whether the answer says of what the question asks that it is there ("yes") or not ("no")."""
    asked_for = {(one.kind, one.value) for one in extract(asked, now=now) if one.kind == "symptom"}
    told = [one for one in extract(said, now=now) if (one.kind, one.value) in asked_for]
    if not told:
        return None
    return "no" if all(one.negated for one in told) else "yes"
