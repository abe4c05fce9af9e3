"""What people say of their medical insurance: scheme, level of the hospital, in- or outpatient, and the like."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from .lexicon import Lexicon
from .mentions import Mention

_DENIED = ("不是", "不算", "不属于", "不按", "别按", "不用", "并非", "不走", "不叫", "别算")
_NOT_LEVELS = ("护理", "预防", "高血压", "伤残", "烫伤", "烧伤", "手术")
_AROUND = 4  # characters


@dataclass(frozen=True)
class Term:
    """One word of insurance, ``text[start:end]``; ``negated`` for "不是居民"."""

    kind: str
    value: str
    start: int
    end: int
    negated: bool = False


@lru_cache(maxsize=1)
def _lexicons() -> "dict[str, Lexicon]":
    file = Path(__file__).parent / "data" / "insurance.yaml"
    raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {
        kind: Lexicon({word: value for value, words in values.items() for word in str(words).split()})
        for kind, values in raw.items()
    }


def terms(text: str) -> "list[Term]":
    """Every term found, by kind and then by place; kinds and values are those of ``data/insurance.yaml``."""
    return [term for kind in _lexicons() for term in _terms(kind, text)]


def _terms(kind: str, text: str) -> "list[Term]":
    return [
        Term(kind, value, start, end, _denied(text, start))
        for start, end, value in _lexicons()[kind].find(text)
        if kind != "level" or not _no_hospital(text, start, end)
    ]


def schemes(text: str) -> Iterable[Mention]:
    """The schemes as mentions of kind ``insurance_scheme`` (employee, resident, none)."""
    for term in _terms("scheme", text):
        word = text[term.start : term.end]
        if term.value != "none" and len(word) > 2:  # noqa: PLR2004  ("职工" alone is a person)
            yield Mention("insurance_scheme", term.start, term.end, word, term.value, term.negated)


def _denied(text: str, start: int) -> bool:
    before = text[max(0, start - _AROUND) : start]
    return any(before.endswith(word) or before[:-1].endswith(word) for word in _DENIED)


def _no_hospital(text: str, start: int, end: int) -> bool:
    around = text[max(0, start - _AROUND) : start] + text[end : end + 2]
    return any(word in around for word in _NOT_LEVELS)
