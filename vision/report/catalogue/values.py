"""What stands in the result column, typed."""

import re
from dataclasses import dataclass
from enum import StrEnum

from vision.report.catalogue.text import half_width
from vision.report.kinds import Comparator, Flag


class ValueType(StrEnum):
    """EMPTY: nothing there. UNKNOWN: something that is none of the others (a colour, or a misreading)."""

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
    that are possible then, most likely first. ``printed_flag``: an arrow that stood in the same cell."""

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


_COMPARATORS = {
    "<=": Comparator.LE,
    ">=": Comparator.GE,
    "≤": Comparator.LE,
    "≥": Comparator.GE,
    "≦": Comparator.LE,
    "≧": Comparator.GE,
    "<": Comparator.LT,
    ">": Comparator.GT,
    "〈": Comparator.LT,
    "〉": Comparator.GT,
    "小于": Comparator.LT,
    "大于": Comparator.GT,
}
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SCIENTIFIC = re.compile(r"(\d+(?:\.\d+)?)\s*(?:[x×*]\s*10\^?|[eE]\+?)(\d{1,2})$")
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*[-~到至]+\s*(\d+(?:\.\d+)?)(?:\s*/?\s*[HLhl][Pp][Ff]?)?$")
_TITRE = re.compile(r"(?:([<>≤≥])\s*)?1\s*[:：/]\s*(\d{1,6})(\s*\(?[+阳性]*\)?)?$")
_GRADE = re.compile(r"\(?(?:(-)|(±|\+/-|\+-|-\+|-/\+)|([1-4])\s*\+|\+\s*([1-4])|(\+{1,4}))\)?$")
_WITH_GRADE = re.compile(r"(.+?)\s*\(?((?:\+\s*[1-4]|[1-4]\s*\+|\+{1,4}|\+-|\+/-|±|-))\)?$")
_ARROW = re.compile(r"(?:\s*([↑↓⬆⬇▲▼HLhl高低])+)$|^([↑↓⬆⬇▲▼])\s*")
_WORDS = (
    (re.compile(r"弱阳性?|可疑|weak"), "弱阳性", 0.5),
    (re.compile(r"强阳性?|strong"), "强阳性", 3.0),
    (
        re.compile(
            r"阴性?|未检出|未见|未查见|未发现|未查到|没有|^无$|^neg|nonreactive|non-reactive|notdetected|^nd$|^norm|^正常"
        ),
        "阴性",
        0.0,
    ),
    (re.compile(r"阳性?|检出|查见|可见|^pos|^reactive|detected"), "阳性", 1.0),
)
_SLIPS = str.maketrans("OoDQ〇lI|i!SsBZzbgq,。、·';", "000001111155822699......")


def parse_value(text: str) -> Value:
    """The value that is printed. Never fails: what cannot be typed is UNKNOWN, with its wording kept."""
    plain = half_width(text).strip()
    if not plain or set(plain) <= set("*/—_. "):
        return Value(ValueType.EMPTY, plain)
    body, flag = _without_arrow(plain)
    return (
        _number(body, flag)
        or _graded(body, flag)
        or _titre(body, flag)
        or _span(body, flag)
        or _number_with_grade(body, flag)
        or _worded(body, flag)
        or _repaired(body, flag)
        or Value(ValueType.UNKNOWN, body, well_formed=0.5, printed_flag=flag)
    )


def _without_arrow(text: str) -> tuple[str, Flag | None]:
    found = _ARROW.search(text)
    if not found or not any(char.isdigit() for char in text):
        return text, None
    mark = (found[1] or found[2]).upper()
    rest = (text[: found.start()] + text[found.end() :]).strip()
    return rest, Flag.HIGH if mark in "↑⬆▲H高" else Flag.LOW


def _split_comparator(text: str) -> tuple[Comparator | None, str]:
    for mark, comparator in _COMPARATORS.items():
        if text.startswith(mark):
            return comparator, text[len(mark) :].strip()
    return None, text


def _number(text: str, flag: Flag | None) -> Value | None:
    comparator, rest = _split_comparator(text)
    sign = -1.0 if rest.startswith("-") and len(rest) > 1 else 1.0
    rest = rest.lstrip("-+") if rest[:1] in "-+" and rest[1:2].isdigit() else rest
    rest = rest.rstrip("%") if rest.endswith("%") else rest
    if _NUMBER.fullmatch(rest):
        decimals = len(rest.partition(".")[2])
        return Value(
            ValueType.NUMBER, text, sign * float(rest), comparator=comparator, decimals=decimals, printed_flag=flag
        )
    if found := _SCIENTIFIC.fullmatch(rest):
        number = float(found[1]) * 10 ** int(found[2])
        return Value(ValueType.NUMBER, text, number, comparator=comparator, decimals=0, printed_flag=flag)
    return None


def _graded(text: str, flag: Flag | None) -> Value | None:
    found = _GRADE.fullmatch(text.replace(" ", ""))
    if not found:
        return None
    negative, trace, before, after, pluses = found.groups()
    grade = 0.0 if negative else 0.5 if trace else float(before or after or len(pluses))
    return Value(ValueType.GRADE, text, grade=grade, printed_flag=flag)


def _titre(text: str, flag: Flag | None) -> Value | None:
    found = _TITRE.fullmatch(text)
    if not found:
        return None
    comparator = _COMPARATORS.get(found[1]) if found[1] else None
    return Value(ValueType.TITRE, text, float(found[2]), comparator=comparator, decimals=0, printed_flag=flag)


def _span(text: str, flag: Flag | None) -> Value | None:
    found = _SPAN.fullmatch(text)
    if not found:
        return None
    return Value(ValueType.SPAN, text, float(found[2]), number_from=float(found[1]), decimals=0, printed_flag=flag)


def _number_with_grade(text: str, flag: Flag | None) -> Value | None:
    """``500(+3)``, ``66(+)``, ``阴性(-)``: the first part is typed, the grade comes from the brackets."""
    found = _WITH_GRADE.fullmatch(text)
    if not found:
        return None
    grade = _graded(found[2].replace(" ", ""), flag)
    first = found[1].rstrip("( ")
    base = _number(first, flag) or _worded(first, flag)
    if grade is None or base is None:
        return None
    return Value(
        base.type,
        text,
        base.number,
        comparator=base.comparator,
        decimals=base.decimals,
        grade=grade.grade,
        printed_flag=flag,
    )


def _worded(text: str, flag: Flag | None) -> Value | None:
    plain = text.replace(" ", "").lower()
    for pattern, word, grade in _WORDS:
        if pattern.search(plain):
            return Value(ValueType.TEXT, word, grade=grade, printed_flag=flag)
    return None


def _repaired(text: str, flag: Flag | None) -> Value | None:
    if not any(char.isdigit() for char in text):
        return None
    comparator, rest = _split_comparator(text)
    fixed = re.sub(r"\s*\.\s*", ".", rest.translate(_SLIPS)).strip(".")
    if not _NUMBER.fullmatch(fixed):
        return None
    decimals = len(fixed.partition(".")[2])
    return Value(
        ValueType.NUMBER,
        f"{comparator or ''}{fixed}",
        float(fixed),
        comparator=comparator,
        decimals=decimals,
        well_formed=0.8,
        repaired=True,
        candidates=(fixed,),
        printed_flag=flag,
    )
