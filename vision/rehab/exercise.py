"""Exercises as data: ``exercises/*.yml``, which a therapist can read and change."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import yaml

from vision.rehab.measures import MEASURES, Plane

FOLDER = Path(__file__).parent / "exercises"
COMBINING = frozenset({"mean", "greatest", "moving"})
BOTH = "both"
POSTURES = frozenset({"upright", "sitting", "lying", "prone"})
READINGS = frozenset({"highest", "lowest", "rise", "fall", "at_rest", "at_turn", "at_half", "front", "typical"})


class ExerciseWrong(Exception):
    """A file of exercises says something that cannot be."""


class ExerciseUnknown(KeyError):
    """There is no exercise of this name."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A movement that should not be there.

    ``reading`` of ``measure`` during a repetition: ``highest``, ``lowest``, ``rise`` or ``fall`` from its value at
    rest, ``at_rest``, ``at_turn``, ``at_half`` (rise half way up), ``front`` (highest, of the leg in front only),
    ``typical`` (median). A fault when it is surely above ``above`` or surely below ``below``, in the measure's unit.
    """

    id: str
    title: str
    measure: str
    reading: str
    tell: str
    above: float | None = None
    below: float | None = None


@dataclass(frozen=True, slots=True)
class Exercise:
    """``rest`` and ``target`` are values of ``measure`` in degrees; ``least`` the smallest way from rest that is
    counted as a repetition; ``tempo_s`` the shortest and longest repetition in seconds. A held exercise (``hold_s``)
    has no repetitions: how long ``measure`` stays within ``band`` is taken. ``side`` is the one that is looked at."""

    name: str
    title: str
    source: str
    view: Plane
    posture: str
    measure: str
    combine: str
    rest: float
    target: float
    least: float
    tempo_s: tuple[float, float]
    film: str
    short_tell: str
    faults: tuple[Fault, ...] = ()
    hold_s: float | None = None
    band: tuple[float, float] | None = None
    side: str = BOTH

    @property
    def one_sided(self) -> bool:
        """Whether one limb moves at a time, so that it can be told which side was done."""
        return self.combine != "mean" and MEASURES[self.measure].sided

    def prescribed(self, *, target: float | None = None, hold_s: float | None = None, side: str = BOTH) -> Self:
        """The same with what the therapist asks of one patient; a ``side`` only where the exercise has one."""
        return replace(
            self,
            target=self.target if target is None else target,
            hold_s=hold_s or self.hold_s,
            side=side if self.one_sided else BOTH,
        )


def _exercise(name: str, content: dict[str, Any]) -> Exercise:
    try:
        faults = tuple(Fault(**fault) for fault in content.pop("faults", ()))
        shortest, longest = content.pop("tempo_s")
        band = content.pop("band", None)
        exercise = Exercise(
            name=name,
            view=Plane(content.pop("view")),
            tempo_s=(float(shortest), float(longest)),
            faults=faults,
            band=None if band is None else (float(band[0]), float(band[1])),
            **content,
        )
    except (TypeError, ValueError) as error:
        raise ExerciseWrong(f"{name}: {error}") from None
    _check(exercise)
    return exercise


def _check(exercise: Exercise) -> None:
    named = [exercise.measure, *(fault.measure for fault in exercise.faults)]
    if unknown := [one for one in named if one not in MEASURES]:
        raise ExerciseWrong(f"{exercise.name}: no measure {unknown[0]}")
    if exercise.combine not in COMBINING or exercise.posture not in POSTURES:
        raise ExerciseWrong(f"{exercise.name}: combine or posture")
    if (exercise.hold_s is None) != (exercise.band is None):
        raise ExerciseWrong(f"{exercise.name}: hold_s and band go together")
    for fault in exercise.faults:
        if fault.reading not in READINGS or (fault.above is None) == (fault.below is None):
            raise ExerciseWrong(f"{exercise.name}: {fault.id} needs a reading and one limit")


@lru_cache(maxsize=1)
def exercises() -> dict[str, Exercise]:
    """Every exercise by name; raises ``ExerciseWrong``."""
    found = {}
    for path in sorted(FOLDER.glob("*.yml")):
        found[path.stem] = _exercise(path.stem, yaml.safe_load(path.read_text("utf-8")))
    return found


def exercise(name: str) -> Exercise:
    """Raises ``ExerciseUnknown``."""
    try:
        return exercises()[name]
    except KeyError:
        raise ExerciseUnknown(name) from None
