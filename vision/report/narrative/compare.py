"""Two reports of the same person over time: what changed in size, and what cannot be said."""

from dataclasses import dataclass
from enum import StrEnum

from vision.report.narrative.parts import Finding, Narrative


class ChangeKind(StrEnum):
    """UNSURE: more than one match, so nothing is said about growth."""

    LARGER = "larger"
    SMALLER = "smaller"
    SAME = "same"
    NEW = "new"
    GONE = "gone"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Change:
    """``by_mm`` is the later longest dimension less the earlier."""

    kind: ChangeKind
    text: str
    earlier: Finding | None = None
    later: Finding | None = None
    by_mm: float | None = None


def compare(earlier: Narrative, later: Narrative) -> tuple[Change, ...]:
    """Statements about findings that both reports measured."""
    del earlier, later
    return ()
