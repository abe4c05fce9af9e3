"""A report as the house acts on it: the engine's JSON (``vision.report.items``) with what the patient has answered.

The house adds to the engine's JSON, and to nothing else: ``items[n].confirmed`` (what the patient saw on the sheet, ""
where they could not read it either), and ``whose`` (see ``care.report.whose``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from records.vault import LEVEL_SENSITIVE


class Flag(StrEnum):
    """A value against its range (``vision.report.kinds.Flag``)."""

    LOW = "low"
    HIGH = "high"
    NORMAL = "normal"
    ABNORMAL = "abnormal"
    UNKNOWN = "unknown"


OUTSIDE = frozenset({Flag.LOW, Flag.HIGH, Flag.ABNORMAL})


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
class ReportItem:
    """One value. ``shown`` is what a patient reads of it; ``asks`` the engine's reason to ask back (None: sure);
    ``confirmed`` is the patient's answer, "" where they cannot read it either, None before they answered."""

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
    )
    answer = row.get("confirmed")
    return item if answer is None else confirmed(item, str(answer))


def _box(box: Mapping[str, int], sizes: Sequence[Sequence[int]]) -> Box | None:
    page = box["page"]
    if not 0 <= page < len(sizes):
        return None
    width, height = sizes[page]
    return Box(page, box["left"] / width, box["top"] / height, box["right"] / width, box["bottom"] / height)


def _flag(word: object) -> Flag:
    try:
        return Flag(str(word))
    except ValueError:
        return Flag.UNKNOWN


def confirmed(item: ReportItem, answer: str) -> ReportItem:
    """The item with what the patient reads on the sheet; its flag is then computed from that. ``critical`` stays where
    it is the engine's own reading, else ``care.report.critical`` looks again."""
    if answer == item.value_text or not answer:
        return replace(item, confirmed=answer)
    try:
        value = float(answer)
    except ValueError:
        return replace(item, value_text=answer, confirmed=answer, value=None, flag=Flag.UNKNOWN, critical=None)
    flag = flag_of(item, value)
    return replace(item, value_text=answer, confirmed=answer, value=value, comparator=None, flag=flag, critical=None)


def flag_of(item: ReportItem, value: float) -> Flag:
    """Where ``value`` stands to the item's range; UNKNOWN without one."""
    if item.low is not None and value < item.low:
        return Flag.LOW
    if item.high is not None and value > item.high:
        return Flag.HIGH
    return Flag.UNKNOWN if item.low is None and item.high is None else Flag.NORMAL
