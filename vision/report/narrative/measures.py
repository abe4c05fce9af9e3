"""Sizes and grades in a clause."""

import re
from collections.abc import Iterator

from vision.report.narrative.parts import Grade, Size
from vision.report.narrative.wording import wording

MOST_DIMENSIONS = 3
_TO_MM = {"mm": 1.0, "cm": 10.0, "毫米": 1.0, "厘米": 10.0, "公分": 10.0}
_NUMBER = r"\d+(?:\.\d+)?"
_UNIT = r"(?:mm|cm|rnm|毫米|厘米|公分)"
_TIMES = r"[x×*╳✕хX]"
_SIZE = re.compile(
    rf"(?P<first>{_NUMBER})(?P<unit1>{_UNIT})?"
    rf"(?:{_TIMES}(?P<second>{_NUMBER})(?P<unit2>{_UNIT})?(?:{_TIMES}(?P<third>{_NUMBER})(?P<unit3>{_UNIT})?)?"
    rf"|[-~](?P<to>{_NUMBER})(?P<unit4>{_UNIT}))?",
    re.IGNORECASE,
)
_RATE = re.compile(r"^(?:/|Hg|H2O|²|2|³|3)", re.IGNORECASE)

_LEVEL = r"(?:分类|分级|评分|评级)?[:：\-]?(?:第)?"
_CLASS = r"(?P<value>[0-6][a-cxA-CX]?|V?I{1,3}V?|IV|V)(?:类|级|分)?"
_GRADES = (
    ("C-TIRADS", re.compile(rf"C-?TI-?RADS{_LEVEL}{_CLASS}", re.IGNORECASE)),
    ("ACR TI-RADS", re.compile(rf"ACR-?TI-?RADS{_LEVEL}(?:TR)?{_CLASS}", re.IGNORECASE)),
    (
        "TI-RADS",
        re.compile(rf"(?<!C)(?<!C-)(?<!ACR)(?<!ACR-)(?:TI-?RADS|TIRADS){_LEVEL}(?:TR)?{_CLASS}", re.IGNORECASE),
    ),
    ("BI-RADS", re.compile(rf"BI-?RADS{_LEVEL}{_CLASS}", re.IGNORECASE)),
    ("Lung-RADS", re.compile(rf"Lung-?RADS{_LEVEL}{_CLASS}", re.IGNORECASE)),
    ("PI-RADS", re.compile(rf"PI-?RADS(?:v?2(?:\.[01])?)?{_LEVEL}{_CLASS}", re.IGNORECASE)),
    ("O-RADS", re.compile(rf"O-?RADS{_LEVEL}{_CLASS}", re.IGNORECASE)),
    ("LI-RADS", re.compile(rf"(?:LI-?RADS{_LEVEL}(?:LR-?)?|LR-)(?P<value>[1-5]|M|TIV|TR)(?:类|级)?", re.IGNORECASE)),
    (
        "Bosniak",
        re.compile(r"Bosniak(?:分类|分级)?[:：\-]?(?P<value>IIF|IV|I{1,3}|[1-4]F?)(?:类|级|型)?", re.IGNORECASE),
    ),
    ("Gleason", re.compile(r"Gleason(?:评分|分级)?[:：]?(?P<value>\d\+\d(?:=\d{1,2})?|\d{1,2})分?", re.IGNORECASE)),
    ("分化", re.compile(r"(?P<value>(?:高|中|低)(?:[-~至—](?:中|低))?分化|未分化|去分化)")),
    ("分期", re.compile(r"(?P<value>[pcyra]{0,2}T(?:[0-4][a-d]?|is|x)N[0-3x][a-c]?(?:M[01x])?)", re.IGNORECASE)),
    ("分期", re.compile(r"(?P<value>(?:FIGO)?(?:I{1,3}|IV)[A-Ca-c]?\d?期)")),
    (
        "分级",
        re.compile(
            r"(?P<value>(?:WHO)?(?:G[1-4]|(?:I{1,3}|IV|[1-4])级)(?!别)|CIN(?:I{1,3}|[1-3])|HSIL|LSIL|ASC-?US|ASC-?H)"
        ),
    ),
)


def sizes(text: str) -> tuple[Size, ...]:
    """Every size with a unit in half-width text, in millimetres; distances, slice thickness and speeds are left out."""
    return tuple(_sizes(text))


def _sizes(text: str) -> Iterator[Size]:
    for match in _SIZE.finditer(text):
        numbers = [match[name] for name in ("first", "second", "third") if match[name]]
        units = [match[name] for name in ("unit1", "unit2", "unit3", "unit4") if match[name]]
        if match["to"]:
            numbers = [match["to"]]  # 3-5mm: the larger
        if not units or _RATE.match(text[match.end() :]) or wording().marks["no_size"].search(text[: match.start()]):
            continue
        scale = _TO_MM[units[-1].lower().replace("rnm", "mm")]
        yield Size(tuple(round(float(number) * scale, 2) for number in numbers), match[0])


def grades(text: str) -> tuple[Grade, ...]:
    """Every grade in half-width text; the value is left as it was written."""
    taken: list[tuple[int, int]] = []
    found: list[tuple[int, Grade]] = []
    for system, pattern in _GRADES:
        for match in pattern.finditer(text):
            start, end = match.span()
            if all(end <= before or start >= after for before, after in taken):  # "3级" of "BI-RADS 3级" is no second
                taken.append((start, end))
                found.append((start, Grade(system, match["value"], match[0])))
    return tuple(grade for _, grade in sorted(found, key=lambda pair: pair[0]))
