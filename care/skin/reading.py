"""What the skin engine says of one photo, as far as the house acts on it. Its JSON is ``vision/skin``'s to define."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Risk(StrEnum):
    """How soon somebody should look at the lesion itself, most pressing first (``vision.skin.network.Risk``)."""

    URGENT = "urgent"
    DERMATOLOGIST = "dermatologist"
    WATCH = "watch"
    UNCLEAR = "unclear"


# From the least to the most pressing. Unclear is more than low: nobody knows that it can wait.
ORDER = (Risk.WATCH, Risk.UNCLEAR, Risk.DERMATOLOGIST, Risk.URGENT)
DOUBTFUL = 0.6
"""Confidence of the gate below which it may well be wrong: 0.5 is its limit."""
ELSEWHERE = frozenset({"document", "screenshot"})
"""Problems of photos that may be a report."""
OF_KIND = frozenset({"person", "several_people", "no_skin", "no_lesion"})
"""Problems that the gate judges by what is in the photo, and may misjudge; the others are measured."""


@dataclass(frozen=True, slots=True)
class SkinReading:
    """``problem`` is why the photo was not read (None: it was), ``doubtful`` whether the gate may be wrong about that.
    ``risk`` is None only where there is a problem."""

    risk: Risk | None
    problem: str | None = None
    doubtful: bool = False

    @property
    def for_reports(self) -> bool:
        """Whether the photo is to be shown to the report reader."""
        return self.problem in ELSEWHERE


def reading_of(data: Mapping[str, Any]) -> SkinReading:
    """``data`` is the engine's JSON. A tier that is not known here is unclear: never less pressing than it may be."""
    quality = data.get("quality") or {}
    problem = quality.get("problem")
    if problem is not None:
        sure = float(quality.get("confidence") or 0.0)
        return SkinReading(None, str(problem), doubtful=problem in OF_KIND and sure < DOUBTFUL)
    try:
        return SkinReading(Risk(str(data.get("risk"))))
    except ValueError:
        return SkinReading(Risk.UNCLEAR)


def more_pressing(one: Risk, other: Risk) -> Risk:
    """The tier by which to act when two readings of one lesion differ: never silently the lower."""
    return max(one, other, key=ORDER.index)
