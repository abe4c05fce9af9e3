"""Psoriasis Area and Severity Index: arithmetic only (Fredriksson and Pettersson, Dermatologica 157:238, 1978).

Grades come from a clinician. What a photo suggests is measured elsewhere (``vision/skin/psoriasis.py``) and is only
shown beside the form.
"""

from dataclasses import dataclass, field
from enum import StrEnum

MOST_SEVERE = 4
LARGEST_AREA = 6
MOST = 72.0
AREA_FROM_PERCENT = (0.0, 10.0, 30.0, 50.0, 70.0, 90.0)
"""Percent of a region above which area is 1, and from which it is 2 to 6."""


class Region(StrEnum):
    """The four regions, in the order of the form."""

    HEAD = "head"
    """With the neck."""
    ARMS = "arms"
    """With the hands and the armpits."""
    TRUNK = "trunk"
    """With the groin."""
    LEGS = "legs"
    """With the feet and the buttocks."""


TENTHS = {Region.HEAD: 1, Region.ARMS: 2, Region.TRUNK: 3, Region.LEGS: 4}
"""Share of each region in the body's surface and in the score, in tenths: .1 .2 .3 .4."""


class GradeOutOfRange(ValueError):
    """A severity is a whole number from 0 to 4, an area from 0 to 6; percent and palms are within their region."""


@dataclass(frozen=True, slots=True)
class Grades:
    """One region: severities 0 (none) to 4 (very marked), ``area`` 0 to 6. Raises GradeOutOfRange."""

    erythema: int = 0
    induration: int = 0
    desquamation: int = 0
    area: int = 0

    def __post_init__(self) -> None:
        for grade in (self.erythema, self.induration, self.desquamation):
            _whole(grade, MOST_SEVERE)
        _whole(self.area, LARGEST_AREA)

    @property
    def severity(self) -> int:
        """Erythema, induration and desquamation together, 0 to 12."""
        return self.erythema + self.induration + self.desquamation


@dataclass(frozen=True, slots=True)
class Pasi:
    """The whole form; a region that is not named is free of psoriasis."""

    regions: dict[Region, Grades] = field(default_factory=dict)

    @property
    def parts(self) -> dict[Region, float]:
        """What each region adds to the score."""
        return {region: self._tenths(region) / 10 for region in Region}

    @property
    def score(self) -> float:
        """0 to 72, exact to the tenth that the form has."""
        return sum(self._tenths(region) for region in Region) / 10

    def _tenths(self, region: Region) -> int:
        grades = self.regions.get(region, Grades())
        return TENTHS[region] * grades.severity * grades.area


def area_grade(percent: float) -> int:
    """Area 0 to 6 of the percentage of a region that is affected: none, under 10, 30, 50, 70, 90, and up to 100.

    Raises GradeOutOfRange.
    """
    if not 0 <= percent <= 100:  # noqa: PLR2004
        raise GradeOutOfRange(percent)
    return int(percent > 0) + sum(percent >= limit for limit in AREA_FROM_PERCENT[1:])


def percent_of_region(region: Region, palms: float) -> float:
    """Percentage of a region that so many of the patient's own palms cover, a palm with its fingers being about one
    percent of the body. Raises GradeOutOfRange when that is more than the region."""
    percent = 10 * palms / TENTHS[region]
    if not 0 <= percent <= 100:  # noqa: PLR2004
        raise GradeOutOfRange(palms)
    return percent


def improvement(before: float, after: float) -> float | None:
    """Percent by which the score fell (75 is PASI 75), negative when it rose; None where there was nothing to lose."""
    return round(100 * (before - after) / before, 1) if before > 0 else None


def _whole(grade: int, most: int) -> None:
    if isinstance(grade, bool) or not isinstance(grade, int) or not 0 <= grade <= most:
        raise GradeOutOfRange(grade)
