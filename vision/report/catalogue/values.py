"""What stands in the result column, typed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from vision.report.catalogue.files import load
from vision.report.catalogue.text import half_width, with_points
from vision.report.catalogue.units import parse_unit
from vision.report.kinds import Comparator, Flag

FILE = Path(__file__).parent / "values.yaml"


class ValueType(StrEnum):
    """EMPTY: nothing there. UNKNOWN: something that is none of the others, perhaps a misreading."""

    NUMBER = "number"
    SPAN = "span"  # 0-2 a field of view
    TITRE = "titre"
    GRADE = "grade"
    TEXT = "text"
    EMPTY = "empty"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Value:
    """``number`` of a number, or the denominator of a titre (1:160 is 160), or a span's upper end (``number_from`` the
    lower). ``decimals`` as printed. ``grade``: 0 negative, 0.5 for ± and weakly positive, 1 to 4. ``text`` is the
    normalised wording. ``well_formed`` 0 to 1; ``repaired``: a character was replaced; ``candidates``: the readings
    that are possible then, most likely first. ``printed_flag`` and ``unit``: an arrow and a unit in the same cell."""

    type: ValueType
    text: str
    number: float | None = None
    number_from: float | None = None
    comparator: Comparator | None = None
    decimals: int | None = None
    grade: float | None = None
    well_formed: float = 1.0
    repaired: bool = False
    candidates: tuple[str, ...] = ()
    printed_flag: Flag | None = None
    unit: str | None = None


REPAIRED, WITH_UNCLEAR_MARK, UNREADABLE = 0.8, 0.93, 0.5
_COMPARATORS = {
    "<=": Comparator.LE,
    ">=": Comparator.GE,
    "=<": Comparator.LE,
    "=>": Comparator.GE,
    "≤": Comparator.LE,
    "≥": Comparator.GE,
    "≦": Comparator.LE,
    "≧": Comparator.GE,
    "<": Comparator.LT,
    ">": Comparator.GT,
    "〈": Comparator.LT,
    "〉": Comparator.GT,
    "《": Comparator.LT,
    "》": Comparator.GT,
    "小于": Comparator.LT,
    "大于": Comparator.GT,
    "低于": Comparator.LT,
    "高于": Comparator.GT,
}
_SIGNS_AS_WORDS = re.compile(r"\(?(?:一|十{1,4})\)?")
_EMPTY = re.compile(r"[*/_.\s]*|-{2,}|/+")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
_SCIENTIFIC = re.compile(r"(\d+(?:\.\d+)?)\s*(?:[x×*X]\s*10\s*\^?|[eE]\s*\+?)\s*(\d{1,2})")
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*[-~到至]+\s*(\d+(?:\.\d+)?)(?:\s*(?:个|/)*\s*[HL]P[F]?)?", re.IGNORECASE)
_TITRE = re.compile(
    r"(弱阳性|阴性|阳性)?\s*\(?\s*([<>≤≥]=?)?\s*1\s*[:/]\s*(\d{1,6})\)?\s*(?:\(?(\+{1,4}|[1-4]\+|弱阳性|阳性|阴性|-)\)?)?"
)
_GRADE = re.compile(r"\(?(?:(-)|(±|\+/-|\+-|-\+|-/\+|\(\+/-\))|([1-4])\+|\+([1-4])|(\+{1,4}))\)?")
_WITH_GRADE = re.compile(r"(.+?)\s*\(?((?:\+\s*[1-4]|[1-4]\s*\+|\+{1,4}|\+/?-|±|-))\)?")
_WITH_WORD = re.compile(r"(.*\d.*?)\s*\(\s*([弱强]?[阴阳]性?)\s*\)")
# Arrows, and what OCR makes of them: an upward arrow reads as 个 or T, one downwards as J or V.
_MARK_AFTER = re.compile(r"\s*(?:([↑⬆▲H高]+|偏高|升高)|([↓⬇▼L低]+|偏低|降低)|([个T†^])|([JV])|([*!★]))$")
_MARK_BEFORE = re.compile(r"^(?:([↑⬆▲H]+)|([↓⬇▼L]+)|([个T†^])|([JV])|([*!★]))\s*(?=[<>\d.])")
_MARKS = (Flag.HIGH, Flag.LOW, Flag.HIGH, Flag.LOW, Flag.ABNORMAL)
_UNCLEAR = frozenset({2, 3})
# A unit in the cell of its value. A lone letter is an arrow ("12.3 H"), but for seconds.
_UNIT = re.compile(r"[%‰s]$|[A-Za-zμ×x*/个][^\s]|10")
_SLIPS = str.maketrans("OoDQ〇lI|i!SsBZzbgq", "000001111155822699")


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    words: dict[str, Any] = load(FILE)
    return {**words, **{kind: frozenset(words[kind].split()) for kind in ("described", "remarks")}}


def parse_value(text: str) -> Value:
    """The value that is printed. Never fails: what cannot be typed is UNKNOWN, with its wording kept."""
    plain = half_width(text).strip()
    if _SIGNS_AS_WORDS.fullmatch(plain):  # a minus that was read as the character for one, a plus as that for ten
        return replace(parse_value(plain.replace("一", "-").replace("十", "+")), well_formed=WITH_UNCLEAR_MARK)
    if _EMPTY.fullmatch(plain):
        return Value(ValueType.EMPTY, plain)
    for reading, flag, clear in _without_mark(plain):
        if value := _typed(reading):
            found = value if clear else replace(value, well_formed=min(value.well_formed, WITH_UNCLEAR_MARK))
            return replace(found, printed_flag=flag) if flag else found
    return _repaired(plain) or Value(ValueType.UNKNOWN, plain, well_formed=UNREADABLE)


def _without_mark(text: str) -> Iterator[tuple[str, Flag | None, bool]]:
    """The text as it stands, then without an arrow behind or before it; whether the arrow was a clear one."""
    yield text, None, True
    for pattern in (_MARK_AFTER, _MARK_BEFORE):
        if (found := pattern.search(text)) and any(char.isdigit() for char in text):
            which = next(at for at, group in enumerate(found.groups()) if group)
            yield (text[: found.start()] + text[found.end() :]).strip(), _MARKS[which], which not in _UNCLEAR


def _typed(text: str) -> Value | None:
    return _graded(text) or _number(text) or _titre(text) or _span(text) or _with_grade(text) or _worded(text)


def split_comparator(text: str) -> tuple[Comparator | None, str]:
    """The comparator that a text begins with, and the rest."""
    for mark, comparator in _COMPARATORS.items():
        if text.startswith(mark):
            return comparator, text[len(mark) :].strip()
    return None, text


def _number(text: str) -> Value | None:
    comparator, rest = split_comparator(text)
    if found := _SCIENTIFIC.fullmatch(rest):
        power = float(f"{found[1]}e{found[2]}")
        return Value(ValueType.NUMBER, text, power, comparator=comparator, decimals=0)
    found = _NUMBER.match(rest)
    if not found:
        return None
    unit = rest[found.end() :].strip() or None
    if unit is not None and (not _UNIT.match(unit) or parse_unit(unit) is None):
        return None
    number = found[0].lstrip("+")
    decimals = len(number.partition(".")[2])
    return Value(
        ValueType.NUMBER, _said(comparator, number), float(number), comparator=comparator, decimals=decimals, unit=unit
    )


def _said(comparator: Comparator | None, number: str) -> str:
    return f"{comparator or ''}{number}"


def _graded(text: str) -> Value | None:
    plain = text.replace(" ", "")
    found = _GRADE.fullmatch(plain)
    if not found:
        return None
    negative, trace, before, after, pluses = found.groups()
    grade = 0.0 if negative else 0.5 if trace else float(before or after or len(pluses))
    return Value(ValueType.GRADE, plain, grade=grade)


def _titre(text: str) -> Value | None:
    found = _TITRE.fullmatch(text)
    if not found:
        return None
    before, comparator, denominator, behind = found.groups()
    said = [value.grade for word in (before, behind) if word and (value := _graded(word) or _worded(word))]
    return Value(
        ValueType.TITRE,
        text,
        float(denominator),
        comparator=_COMPARATORS.get(comparator) if comparator else None,
        decimals=0,
        grade=said[0] if said else None,
    )


def _span(text: str) -> Value | None:
    found = _SPAN.fullmatch(text)
    if not found or float(found[1]) > float(found[2]):
        return None
    return Value(ValueType.SPAN, text, float(found[2]), number_from=float(found[1]), decimals=0)


def _with_grade(text: str) -> Value | None:
    """``500(+3)``, ``12.5(阳性)``, ``阴性(-)``: the first part is typed, the grade comes from the brackets."""
    if found := _WITH_WORD.fullmatch(text):
        grade, base = _worded(found[2]), _number(found[1])
    elif found := _WITH_GRADE.fullmatch(text):
        first = found[1].rstrip("( ")
        grade, base = _graded(found[2]), _number(first) or _worded(first)
    else:
        return None
    if grade is None or base is None:
        return None
    return replace(base, text=base.text if base.type is ValueType.TEXT else text, grade=grade.grade)


def _worded(text: str) -> Value | None:
    plain = re.sub(r"[\s()?。.,、]", "", text).lower()
    for rule in _words()["whole"]:
        if plain in rule["forms"]:
            return Value(ValueType.TEXT, rule["word"], grade=float(rule["grade"]))
    for rule in _words()["graded"]:
        if any(form in plain for form in rule["forms"]):
            return Value(ValueType.TEXT, rule["word"], grade=float(rule["grade"]))
    if plain in _words()["described"] or plain in _words()["remarks"]:
        return Value(ValueType.TEXT, text)
    return None


def description(text: str) -> str | None:
    """What a description is compared by ("淡黄色" and "淡黄" are one); None for what is none."""
    plain = re.sub(r"[\s()?。.]", "", text).lower()
    return re.sub(r"(?<=.)[色便]$", "", plain) if plain in _words()["described"] else None


def _repaired(text: str) -> Value | None:
    """A number with characters that OCR takes for digits, or with blanks, commas or two points in it."""
    for reading, flag, _ in _without_mark(text):
        comparator, rest = split_comparator(reading)
        candidates = tuple(dict.fromkeys(one for one in _numbers(rest) if _NUMBER.fullmatch(one)))
        if candidates:
            best = candidates[0]
            return Value(
                ValueType.NUMBER,
                _said(comparator, best),
                float(best),
                comparator=comparator,
                decimals=len(best.partition(".")[2]),
                well_formed=REPAIRED,
                repaired=True,
                candidates=candidates,
                printed_flag=flag,
            )
    return None


def _numbers(text: str) -> Iterator[str]:
    if not any(char.isdigit() for char in text):
        return
    plain = with_points(text.translate(_SLIPS))
    closed = re.sub(r"\s*\.\s*", ".", plain)
    yield re.sub(r"\.{2,}", ".", closed)
    if closed.startswith("."):
        yield f"0{closed}"
    yield closed.rstrip(".")
    blank = re.fullmatch(r"(\d+)\s+(\d+)", closed)
    if blank:  # "5 6" is 5.6 whose point was not seen, or 56
        yield f"{blank[1]}.{blank[2]}"
        yield f"{blank[1]}{blank[2]}"
    thousands = re.fullmatch(r"(\d{1,3})[,，](\d{3})", text)
    if thousands:
        yield f"{thousands[1]}{thousands[2]}"
