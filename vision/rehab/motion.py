"""An exercise's measure over a clip: which side is read, and how far each moment is on the way from rest to target."""

from dataclasses import dataclass

import numpy as np

from vision.rehab.exercise import BOTH, Exercise
from vision.rehab.landmarks import SIDES, PoseTrack, Values
from vision.rehab.measures import MEASURES, Body, Measure, Plane
from vision.rehab.repetitions import Repetition, find_repetitions
from vision.rehab.smoothing import smoothed

IN_SIGHT = 0.5
"""Mean visibility from which a side's points are read at all."""
FAR_SIDE = 0.75
"""Filmed from the side, the far limb is read only when it is seen this share as surely as the near one."""
CLEARLY_MORE = 1.3


@dataclass(frozen=True, slots=True)
class Motion:
    """``sides``: (F,) smoothed values in degrees of each side that is looked at and can be read; ``values``: what is
    counted on, all NaN where no such side can be read; ``sigma``: one standard error of a value in degrees."""

    body: Body
    exercise: Exercise
    sides: dict[str, Values]
    values: Values
    sigma: float

    @property
    def rising(self) -> bool:
        """Whether the measure grows from rest to target."""
        return self.exercise.target >= self.exercise.rest

    @property
    def way(self) -> Values:
        """``values``, turned so that they rise from rest."""
        return self.values if self.rising else -self.values

    def repetitions(self) -> list[Repetition]:
        return find_repetitions(self.body.track.times, self.way, least=self.exercise.least)


def motion_of(track: PoseTrack, exercise: Exercise) -> Motion:
    """The exercise's measure on this track."""
    body = Body.of(track)
    measure = MEASURES[exercise.measure]
    sides = looked_at(readable(body, measure), exercise)
    values = _combined(sides, exercise.combine, len(track))
    return Motion(body, exercise, {side: one for side, (one, _) in sides.items()}, values, measure.sigma(body))


def looked_at(sides: dict[str, tuple[Values, float]], exercise: Exercise) -> dict[str, tuple[Values, float]]:
    """Those of ``sides`` that the exercise is prescribed for; what is of the whole body always is."""
    if exercise.side == BOTH:
        return sides
    return {side: read for side, read in sides.items() if side in {exercise.side, BOTH}}


def readable(body: Body, measure: Measure) -> dict[str, tuple[Values, float]]:
    """Smoothed values and mean visibility of every side that this view shows; a measure of the whole body is
    ``{"both": ...}``."""
    track = body.track
    if not measure.sided:
        sure = min((_sight(track, side, measure) for side in SIDES), default=0.0)
        if measure.plane is Plane.SIDE:  # one side is enough: the other hides behind it
            sure = max(_sight(track, side, measure) for side in SIDES)
        return {BOTH: (smoothed(track.times, measure.of(body, "left")), sure)} if sure >= IN_SIGHT else {}
    sight = {side: _sight(track, side, measure) for side in SIDES}
    best = max(sight.values())
    floor = max(IN_SIGHT, best * FAR_SIDE if body.off(Plane.SIDE) < IN_SIDE_VIEW else 0.0)
    kept = [side for side in SIDES if sight[side] >= floor]
    return {side: (smoothed(track.times, measure.of(body, side)), sight[side]) for side in kept}


IN_SIDE_VIEW = 35.0


def _sight(track: PoseTrack, side: str, measure: Measure) -> float:
    seen = track.seen
    if not seen.any():
        return 0.0
    return float(np.mean([track.visible(side, name)[seen].mean() for name in measure.points]))


def _combined(sides: dict[str, tuple[Values, float]], how: str, frames: int) -> Values:
    if not sides:
        return np.full(frames, np.nan)
    values = np.stack([one for one, _ in sides.values()])
    weights = np.array([sure for _, sure in sides.values()]) ** 2
    if len(values) == 1:
        return values[0]
    if how == "greatest":
        return _nan_max(values)
    if how == "moving":
        ways = np.nanpercentile(values, 95, axis=1) - np.nanpercentile(values, 5, axis=1)
        if ways.max() > CLEARLY_MORE * ways.min():
            return values[int(np.argmax(ways))]
    known = ~np.isnan(values)
    total = (known * weights[:, None]).sum(axis=0)
    summed = (np.where(known, values, 0.0) * weights[:, None]).sum(axis=0)
    return np.where(total > 0, summed / np.where(total > 0, total, 1.0), np.nan)


def _nan_max(values: Values) -> Values:
    none = np.isnan(values).all(axis=0)
    return np.where(none, np.nan, np.nanmax(np.where(none, 0.0, values), axis=0))
