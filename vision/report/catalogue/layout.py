"""What a cell is that holds no result: a heading, or something around the table."""

import re
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from vision.report.catalogue.files import load
from vision.report.catalogue.text import half_width
from vision.report.kinds import Specimen

FILE = Path(__file__).parent / "layout.yaml"
LONG_HEADING = 3
"""A heading of fewer characters with one misread is any word."""
SHORTEST_HEADING = 2
_DROPPED = re.compile(r"[\s:：()（）\[\]【】.*/|_\-]")


class Column(StrEnum):
    """The columns of a laboratory sheet."""

    NUMBER = "number"
    NAME = "name"
    ABBREVIATION = "abbreviation"
    RESULT = "result"
    FLAG = "flag"
    UNIT = "unit"
    RANGE = "range"
    METHOD = "method"
    PREVIOUS = "previous"


@lru_cache(maxsize=1)
def _wording() -> dict[str, Any]:
    wording: dict[str, Any] = load(FILE)
    return wording


@lru_cache(maxsize=1)
def _headings() -> dict[str, Column]:
    return {_plain(word): Column(role) for role, words in _wording()["columns"].items() for word in words}


@lru_cache(maxsize=1)
def _noise() -> re.Pattern[str]:
    return re.compile("|".join(_wording()["noise"]))


def _plain(text: str) -> str:
    return _DROPPED.sub("", half_width(text)).lower()


def header_role(text: str) -> Column | None:
    """Which column a heading names, in any of the usual wordings, with one character misread in a longer one; None when
    it is no heading."""
    plain = _plain(text)
    if known := _headings().get(plain):
        return known
    if len(plain) < LONG_HEADING or plain.isascii():
        return None
    near = {role for word, role in _headings().items() if len(word) == len(plain) and _apart(word, plain) == 1}
    return near.pop() if len(near) == 1 else None


def near_header_role(text: str) -> Column | None:
    """Which column a heading that was badly read names, where one stands beside surer ones: half of its characters
    are those of headings of one column alone."""
    plain = _plain(text)
    if plain.isascii() or len(plain) < SHORTEST_HEADING:
        return None
    alike: dict[Column, int] = {}
    for word, role in _headings().items():
        if len(word) == len(plain):
            alike[role] = max(alike.get(role, 0), len(word) - _apart(word, plain))
    most = max(alike.values(), default=0)
    best = [role for role, count in alike.items() if count == most]
    return best[0] if len(best) == 1 and 2 * most >= len(plain) else None


def _apart(one: str, other: str) -> int:
    return sum(left != right for left, right in zip(one, other, strict=True))


def is_noise(text: str) -> bool:
    """Whether a line stands around the table: title, hospital, patient's fields, page number, signatures, remarks."""
    plain = half_width(text).replace(" ", "")
    return not plain or _noise().search(plain) is not None


def specimen_of(text: str) -> Specimen | None:
    """The specimen that a title ("尿液分析报告") or a field ("标本种类：血清") names."""
    plain = _plain(text)
    for name, words in _wording()["specimens"].items():
        if any(_plain(word) in plain for word in words):
            return Specimen(name)
    return None
