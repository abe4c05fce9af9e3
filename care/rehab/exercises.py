"""The exercises that can be prescribed (``exercises.yaml``)."""

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from care.rehab.exceptions import ExerciseUnknown

FILE = Path(__file__).parent / "exercises.yaml"


class Exercise(BaseModel):
    """``rest`` and ``target`` are degrees of the joint's angle, ``least`` the smallest way that counts; a held exercise
    has ``hold_s`` seconds instead."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    film: str
    parts: tuple[str, ...]
    rest: float | None = None
    target: float | None = None
    least: float | None = None
    hold_s: float | None = None

    @property
    def held(self) -> bool:
        """Whether it is held, not repeated."""
        return self.hold_s is not None

    def way(self, range_deg: float) -> float:
        """How far this angle is from rest in the direction in which the exercise goes, in degrees."""
        rest, target = self.rest or 0.0, self.target or 0.0
        return range_deg - rest if target > rest else rest - range_deg

    def reaches(self, range_deg: float) -> bool:
        """Whether this angle can be asked for: beyond ``least`` on the way that the exercise goes."""
        return self.least is not None and self.way(range_deg) >= self.least


@lru_cache(maxsize=1)
def exercises() -> dict[str, Exercise]:
    """Every exercise by name, in the file's order."""
    read = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {name: Exercise(name=name, **values) for name, values in read.items()}


def exercise(name: str) -> Exercise:
    """Raises :class:`ExerciseUnknown`."""
    try:
        return exercises()[name]
    except KeyError:
        raise ExerciseUnknown(name) from None
