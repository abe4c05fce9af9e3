"""What was read off a report: the findings' types and their JSON, which is all that leaves this process.

The house never imports this module (its environment is another): :meth:`Report.as_json` is the contract. Additions are
compatible, changes of meaning raise :data:`VERSION`.
"""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from vision.report.catalogue import limits_of
from vision.report.kinds import Comparator, Flag, ReportKind
from vision.report.narrative import Narrative

VERSION = "report-1"


class AskReason(StrEnum):
    """Why a value is asked back and not used."""

    IMPOSSIBLE = "impossible"
    """Outside of what a living body or the instrument can give."""
    BADLY_TYPED = "badly_typed"
    """The text is no number, titre, grade or known word."""
    LOW_SCORE = "low_score"
    """Read with a confidence under 0.90."""
    FLAG_DISAGREES = "flag_disagrees"
    """The printed arrow and the range say different things: one of the three was misread."""
    REPAIRED = "repaired"
    """A character was replaced to make it a number, and more than one number is possible."""
    AMBIGUOUS = "ambiguous"
    """Two readings of the same cell, from two photos or two passes."""


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle on page ``page`` (from 0), in pixels of the page turned upright; right and bottom
    exclusive."""

    page: int
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class AskBack:
    """``candidates`` are the readings to offer ("1.7", "17"), most likely first; may be empty. ``box`` is cut out and
    shown."""

    reason: AskReason
    box: Box | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a laboratory report.

    ``name`` is as printed, ``code`` the catalogue's (None: not known), ``title`` the catalogue's name;
    ``value`` a number in ``unit`` (None for a text or a grade), ``value_text`` as printed; ``unit`` as printed,
    ``ucum`` its UCUM code; ``low`` and ``high`` in the same unit. ``flag`` is computed, ``printed_flag`` what the arrow
    says (None: nothing printed). ``critical`` is the id of the rule of ``critical.yaml`` that the value breaks.
    ``sensitivity`` is 1 to 5 (GB/T 39725-2020). With ``ask_back`` the value is not used before it is confirmed.
    """

    name: str
    value_text: str
    confidence: float
    code: str | None = None
    title: str | None = None
    loinc: str | None = None
    value: float | None = None
    comparator: Comparator | None = None
    unit: str | None = None
    ucum: str | None = None
    range_text: str | None = None
    low: float | None = None
    high: float | None = None
    flag: Flag = Flag.UNKNOWN
    printed_flag: Flag | None = None
    critical: str | None = None
    ask_back: AskBack | None = None
    sensitivity: int = 3
    specimen: str | None = None
    box: Box | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain data with every field; ``critical`` becomes ``{"rule": ...}`` or None, and ``critical_limits`` are the
        rules for every age in the row's unit: what a corrected value is judged by."""
        limits = () if self.code is None else limits_of(self.code, self.ucum, self.value)
        return {
            **asdict(self),
            "critical": None if self.critical is None else {"rule": self.critical},
            "critical_limits": [asdict(limit) for limit in limits],
        }


@dataclass(frozen=True, slots=True)
class Patient:
    """Whose report it is, already masked ("王*明", "450**1990"). ``matches`` says whether the unmasked name is the one
    that the caller expected: None when he named nobody or none could be read."""

    name: str | None = None
    sex: str | None = None
    age_years: float | None = None
    number: str | None = None
    matches: bool | None = None


@dataclass(frozen=True, slots=True)
class Quality:
    """``problem`` is None or the reason why nothing could be read; ``notes`` are things to do better next time;
    ``score`` is the mean confidence of the text lines, 0 to 1."""

    problem: str | None = None
    notes: tuple[str, ...] = ()
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Dates:
    """As ISO 8601 (local time of the laboratory): when the specimen was taken, received, and reported."""

    collected: str | None = None
    received: str | None = None
    reported: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was read off one report, from however many photos or pages."""

    kind: ReportKind
    items: tuple[Item, ...] = ()
    narrative: Narrative | None = None
    patient: Patient = field(default_factory=Patient)
    quality: Quality = field(default_factory=Quality)
    dates: Dates = field(default_factory=Dates)
    title: str | None = None
    pages: int = 1

    @property
    def sensitivity(self) -> int:
        """The highest of its items', at least 3: a report about health is never less."""
        return max((3, *(item.sensitivity for item in self.items)))

    def as_json(self) -> dict[str, Any]:
        """Plain data: kind, title, pages, items, narrative, patient, quality, dates, sensitivity, version."""
        return {
            "kind": self.kind.value,
            "title": self.title,
            "pages": self.pages,
            "items": [item.as_json() for item in self.items],
            "narrative": None if self.narrative is None else self.narrative.as_json(),
            "patient": asdict(self.patient),
            "quality": asdict(self.quality),
            "dates": asdict(self.dates),
            "sensitivity": self.sensitivity,
            "version": VERSION,
        }
