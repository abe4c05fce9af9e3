"""What a narrative report says, taken apart. Nothing is concluded from it here."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from vision.report.kinds import ReportKind


class Side(StrEnum):
    """Of the patient."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    MIDLINE = "midline"


@dataclass(frozen=True, slots=True)
class Size:
    """``mm``: one to three dimensions in millimetres in the printed order; ``text`` as printed."""

    mm: tuple[float, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Grade:
    """``system``: TI-RADS, C-TIRADS, BI-RADS, Lung-RADS, PI-RADS, LI-RADS, Bosniak, or 分化, 分期, 分级, Gleason, whose
    ``value`` is left as it was written."""

    system: str
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One clause. ``kind``: nodule, mass, cyst, stone ... (None: none was named); ``site``: the organ with the part of
    it that is named, ``organ`` without; ``negated``: the clause says that it was not seen; ``uncertain``: it says
    "possibly". ``count`` is "multiple" or "single" where it says so."""

    text: str
    kind: str | None = None
    site: str | None = None
    organ: str | None = None
    side: Side | None = None
    sizes: tuple[Size, ...] = ()
    grades: tuple[Grade, ...] = ()
    negated: bool = False
    uncertain: bool = False
    count: str | None = None


@dataclass(frozen=True, slots=True)
class Narrative:
    """``findings_text`` is what was seen (超声所见), ``conclusion_text`` what the examiner made of it (超声提示);
    ``examined`` the part of the body as the sheet names it; ``findings`` and ``conclusion`` are their clauses,
    ``sections`` whatever else had a heading (主诉, 出院医嘱 ...)."""

    kind: ReportKind
    examined: str | None = None
    findings_text: str = ""
    conclusion_text: str = ""
    findings: tuple[Finding, ...] = ()
    conclusion: tuple[Finding, ...] = ()
    sections: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain data; ``sections`` becomes a mapping."""
        return {**asdict(self), "sections": dict(self.sections)}
