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
    """Which column a heading names, in any of the usual wordings; None when it is no heading."""
    return _headings().get(_plain(text))


def is_noise(text: str) -> bool:
    """Whether a line stands around the table: title, hospital, patient's fields, page number, signatures, remarks."""
    plain = half_width(text).strip()
    return bool(not plain or _noise().search(plain.replace(" ", "")))


def specimen_of(text: str) -> Specimen | None:
    """The specimen that a title ("尿液分析报告") or a field ("标本种类：血清") names."""
    plain = _plain(text)
    for name, words in _wording()["specimens"].items():
        if any(_plain(word) in plain for word in words):
            return Specimen(name)
    return None
