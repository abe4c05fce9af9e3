"""A report as the house acts on it: the engine's JSON (``vision.report.items``) with what the patient has answered.

The house adds to the engine's JSON, and to nothing else: ``items[n].confirmed`` (what the patient saw on the sheet, ""
where they could not read it either), and ``whose`` (see ``care.report.whose``).
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from care.report.grades import grade_of
from records.vault import LEVEL_SENSITIVE


class Flag(StrEnum):
    """A value against its range (``vision.report.kinds.Flag``)."""

    LOW = "low"
    HIGH = "high"
    NORMAL = "normal"
    ABNORMAL = "abnormal"
    UNKNOWN = "unknown"


OUTSIDE = frozenset({Flag.LOW, Flag.HIGH, Flag.ABNORMAL})
_NUMBER = re.compile(r"(<=|>=|[<>])?\s*(-?\d+(?:\.\d+)?)")
_SIGNS = str.maketrans({"≤": "<=", "≥": ">=", "≦": "<=", "≧": ">="})
_BELOW, _ABOVE = frozenset({"<", "<="}), frozenset({">", ">="})


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on an upright page, in shares of its width and height: pictures of it come in any size."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class ItemKey:
    """One row of one photo: the finding's id and the row's place in it."""

    finding: str
    place: int

    def __str__(self) -> str:
        return f"{self.finding}.{self.place}"

    @classmethod
    def read(cls, written: str) -> "ItemKey":
        """Raises ValueError."""
        finding, _, place = written.rpartition(".")
        return cls(finding, int(place))


@dataclass(frozen=True, slots=True)
class CriticalLimit:
    """Critical below ``low`` or above ``high`` in the row's unit, or from ``grade`` on, for ages in years within
    ``age`` (from, and up to without); ``rule`` is its id."""

    rule: str
    low: float | None
    high: float | None
    grade: float | None
    age: tuple[float, float]

    def broken(self, value: float | None, comparator: str | None, grade: float | None) -> bool:
        """Whether this is beyond the limit; with a comparator (">150") the limit itself already is."""
        if self.grade is not None:
            return grade is not None and grade >= self.grade
        if value is None:
            return False
        low, high = self.low, self.high
        below = low is not None and (value < low or (comparator in _BELOW and value <= low))
        return below or (high is not None and (value > high or (comparator in _ABOVE and value >= high)))


@dataclass(frozen=True, slots=True)
class ReportItem:
    """One value. ``shown`` is what a patient reads of it; ``asks`` the engine's reason to ask back (None: sure);
    ``confirmed`` is the patient's answer, "" where they cannot read it either, None before they answered. ``limits``
    are what would be critical, whatever the value."""

    key: ItemKey
    name: str
    value_text: str
    code: str | None = None
    loinc: str | None = None
    value: float | None = None
    comparator: str | None = None
    unit: str | None = None
    ucum: str | None = None
    range_text: str | None = None
    low: float | None = None
    high: float | None = None
    flag: Flag = Flag.UNKNOWN
    critical: str | None = None
    asks: str | None = None
    candidates: tuple[str, ...] = ()
    box: Box | None = None
    confirmed: str | None = None
    confidence: float = 0.0
    sensitivity: int = 3
    specimen: str | None = None
    limits: tuple[CriticalLimit, ...] = ()

    @property
    def sealed(self) -> bool:
        """Of level 5 (GB/T 39725-2020): named in no message, told by a doctor."""
        return self.sensitivity >= LEVEL_SENSITIVE

    @property
    def open(self) -> bool:
        """Whether the patient is still to be asked; nothing is said of it before."""
        return self.asks is not None and self.confirmed is None

    @property
    def unreadable(self) -> bool:
        """The patient could not read it either."""
        return self.confirmed == ""

    @property
    def used(self) -> bool:
        """Whether the value may be spoken of."""
        return not (self.open or self.unreadable or self.sealed)

    @property
    def shown(self) -> str:
        """The value with its unit, as printed."""
        return " ".join(filter(None, (self.value_text, self.unit)))


@dataclass(frozen=True, slots=True)
class Report:
    """One photo or document, or several that were put together."""

    finding: str
    kind: str
    items: tuple[ReportItem, ...] = ()
    narrative: Mapping[str, Any] | None = field(default=None, repr=False)
    patient_name: str | None = None
    patient_number: str | None = None
    name_matches: bool | None = None
    problem: str | None = None
    day: str | None = None
    title: str | None = None
    whose: str | None = None
    age_years: float | None = None
    pages: int = 1
    photos: int = 1

    @property
    def empty(self) -> bool:
        """Nothing was read."""
        return not self.items and not self.narrative

    @property
    def questions(self) -> tuple[ReportItem, ...]:
        """What the patient is still to be asked, in the order of the sheet."""
        return tuple(item for item in self.items if item.open and not item.sealed)

    @property
    def outside(self) -> tuple[ReportItem, ...]:
        """What is out of range and may be spoken of."""
        return tuple(item for item in self.items if item.used and item.flag in OUTSIDE)

    @property
    def sealed(self) -> bool:
        """Whether something on it is told by a doctor only."""
        return any(item.sealed for item in self.items)


def report_of(finding: str, data: Mapping[str, Any]) -> Report:
    """``data`` is the engine's JSON of one finding, with the patient's answers."""
    patient, quality, dates = (data.get(name) or {} for name in ("patient", "quality", "dates"))
    sizes = data.get("page_sizes") or ()
    when = dates.get("collected") or dates.get("reported") or dates.get("received")
    return Report(
        finding=finding,
        kind=str(data.get("kind") or "unknown"),
        items=tuple(_item(ItemKey(finding, place), row, sizes) for place, row in enumerate(data.get("items") or ())),
        narrative=data.get("narrative") or None,
        patient_name=patient.get("name"),
        patient_number=patient.get("number"),
        name_matches=patient.get("matches"),
        problem=quality.get("problem"),
        day=str(when)[:10] if when else None,
        title=data.get("title"),
        whose=data.get("whose"),
        age_years=patient.get("age_years"),
        pages=int(data.get("pages") or 1),
    )


def _item(key: ItemKey, row: Mapping[str, Any], sizes: Sequence[Sequence[int]]) -> ReportItem:
    asks = row.get("ask_back")
    box = (asks or {}).get("box") or row.get("box")
    critical = row.get("critical")
    item = ReportItem(
        key=key,
        name=str(row.get("title") or row.get("name") or ""),
        value_text=str(row.get("value_text") or ""),
        code=row.get("code"),
        loinc=row.get("loinc"),
        value=row.get("value"),
        comparator=row.get("comparator"),
        unit=row.get("unit"),
        ucum=row.get("ucum"),
        range_text=row.get("range_text"),
        low=row.get("low"),
        high=row.get("high"),
        flag=_flag(row.get("flag")),
        critical=str(critical["rule"]) if critical else None,
        asks=str(asks["reason"]) if asks else None,
        candidates=tuple(map(str, asks.get("candidates") or ())) if asks else (),
        box=_box(box, sizes) if box else None,
        confidence=float(row.get("confidence") or 0.0),
        sensitivity=int(row.get("sensitivity") or 3),
        specimen=row.get("specimen"),
        limits=tuple(map(_limit, row.get("critical_limits") or ())),
    )
    answer = row.get("confirmed")
    return item if answer is None else confirmed(item, str(answer))


def _box(box: Mapping[str, int], sizes: Sequence[Sequence[int]]) -> Box | None:
    page = box["page"]
    if not 0 <= page < len(sizes):
        return None
    width, height = sizes[page]
    return Box(page, box["left"] / width, box["top"] / height, box["right"] / width, box["bottom"] / height)


def _limit(row: Mapping[str, Any]) -> CriticalLimit:
    start, end = row["age"]
    return CriticalLimit(row["rule"], row["low"], row["high"], row["grade"], (float(start), float(end)))


def _flag(word: object) -> Flag:
    try:
        return Flag(str(word))
    except ValueError:
        return Flag.UNKNOWN


def confirmed(item: ReportItem, answer: str) -> ReportItem:
    """The item with what the patient reads on the sheet; ``critical`` stays where it is the engine's own reading, else
    ``care.report.critical`` looks again."""
    if answer == item.value_text or not answer:
        return replace(item, confirmed=answer)
    return replace(with_value(item, answer), confirmed=answer)


def with_value(item: ReportItem, written: str) -> ReportItem:
    """The item with another value than the one that was read; its flag is computed from that."""
    comparator, value = number_in(written)
    changed = replace(item, value_text=written, value=value, comparator=comparator, critical=None)
    return replace(changed, flag=flag_of(changed))


def number_in(written: str) -> tuple[str | None, float | None]:
    """The comparator and the number of a text that is nothing else; (None, None) otherwise."""
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", written).translate(_SIGNS).strip())
    return (found[1], float(found[2])) if found else (None, None)


def flag_of(item: ReportItem) -> Flag:
    """Where the item stands to its range; UNKNOWN without one, and where the two are not of one kind."""
    if item.value is None:
        grade, expected = grade_of(item.value_text), grade_of(item.range_text or "")
        if grade is None or expected != 0:
            return Flag.UNKNOWN
        return Flag.ABNORMAL if grade else Flag.NORMAL
    if item.low is None and item.high is None:
        return Flag.UNKNOWN
    strict = (item.range_text or "").strip().startswith(("<", ">", "＜", "＞", "小于", "大于", "低于", "高于"))
    return _against(item.value, item.comparator, item.low, item.high, strict=strict)


def _against(value: float, comparator: str | None, low: float | None, high: float | None, *, strict: bool) -> Flag:
    """As the engine does (``vision.report.catalogue.flags``); ``strict``: the limit itself is outside."""
    below = low is not None and (value < low or (strict and value == low))
    above = high is not None and (value > high or (strict and value == high))
    if comparator in _BELOW:
        if low:
            return Flag.LOW if value <= low else Flag.UNKNOWN
        return Flag.UNKNOWN if above and value != high else Flag.NORMAL
    if comparator in _ABOVE:
        if high is not None:
            return Flag.HIGH if value >= high else Flag.UNKNOWN
        return Flag.UNKNOWN if below else Flag.NORMAL
    return Flag.LOW if below else Flag.HIGH if above else Flag.NORMAL
