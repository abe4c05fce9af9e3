"""Faults: called only where a measure is beyond its limit by more than its own uncertainty."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from vision.rehab.exercise import Exercise, Fault
from vision.rehab.landmarks import PoseTrack, Values
from vision.rehab.measures import MEASURES, Body
from vision.rehab.motion import Motion, looked_at, readable
from vision.rehab.repetitions import Repetition

BLIND_OFF_DEG = 25.0
"""A fault is looked for only where the camera stands within this of the view that shows it. Farther off, limbs before
and behind each other look like faults."""
NEAR_TURN_S = 0.15
BESIDE_S = 0.4
"""How long before and after a repetition counts as rest."""
HALF = (0.25, 0.65)


@dataclass(frozen=True, slots=True)
class Called:
    """A fault seen in one repetition. ``value`` and ``limit`` in the measure's unit; ``frame`` shows it best."""

    id: str
    title: str
    side: str
    value: float
    limit: float
    uncertainty: float
    unit: str
    frame: int


@dataclass(frozen=True, slots=True)
class Looked:
    """A fault's measure in one repetition, whether it was beyond the limit or not: what a score can be made from."""

    fault: Fault
    side: str
    value: float
    sigma: float
    frame: int

    @property
    def limit(self) -> float:
        return self.fault.above if self.fault.above is not None else float(self.fault.below or 0.0)

    @property
    def beyond(self) -> float:
        """How far beyond the limit, negative within it."""
        return self.value - self.limit if self.fault.above is not None else self.limit - self.value

    @property
    def called(self) -> bool:
        return self.beyond > self.sigma


def unseen(body: Body, exercise: Exercise) -> list[str]:
    """Faults that the camera cannot show from where it stood, or whose points were not in sight."""
    return [fault.id for fault in exercise.faults if not _sides(body, fault, exercise)]


def _sides(body: Body, fault: Fault, exercise: Exercise) -> dict[str, tuple[Values, float]]:
    """The fault's measure on every side that is looked at; nothing where the camera cannot show it."""
    measure = MEASURES[fault.measure]
    return looked_at(readable(body, measure), exercise) if body.off(measure.plane) <= BLIND_OFF_DEG else {}


class FaultFinder:
    """Reads every visible fault of one clip, repetition by repetition."""

    def __init__(self, motion: Motion) -> None:
        self._motion = motion
        body = motion.body
        self._read = {
            fault.id: (fault, sides, MEASURES[fault.measure].sigma(body))
            for fault in motion.exercise.faults
            if (sides := _sides(body, fault, motion.exercise))
        }

    def looked(self, repetition: Repetition) -> list[Looked]:
        """One entry a visible fault: of the side where it is worst."""
        found = []
        for fault, sides, sigma in self._read.values():
            entries = [
                Looked(fault, side, value, sigma, frame)
                for side, (values, _) in sides.items()
                if not (fault.reading == "front" and side != self._front_leg(repetition))
                for value, frame in self._reading(fault, values, repetition)
            ]
            if entries:
                found.append(max(entries, key=lambda entry: entry.beyond))
        return found

    def _front_leg(self, repetition: Repetition) -> str:
        track: PoseTrack = self._motion.body.track
        apart = (track.at("left", "ankle") - track.at("right", "ankle"))[repetition.start : repetition.end + 1, 0]
        apart = apart[~np.isnan(apart)]
        return "left" if len(apart) and self._motion.body.facing * np.median(apart) > 0 else "right"

    def _reading(self, fault: Fault, values: Values, repetition: Repetition) -> Iterator[tuple[float, int]]:
        during = np.arange(repetition.start, repetition.end + 1)
        during = during[~np.isnan(values[during])]
        if not len(during):
            return
        rest = self._at_rest(values, repetition)
        match fault.reading:
            case "highest" | "front":
                yield _extreme(values, during, 95)
            case "lowest":
                yield _extreme(values, during, 5)
            case "typical":
                yield _extreme(values, during, 50)
            case "rise" if rest is not None:
                value, frame = _extreme(values, during, 95)
                yield value - rest, frame
            case "fall" if rest is not None:
                value, frame = _extreme(values, during, 5)
                yield rest - value, frame
            case "at_rest" if rest is not None and repetition.whole:
                yield rest, repetition.end
            case "at_turn":
                near = self._near_turn(repetition, during)
                if len(near):
                    yield float(np.median(values[near])), repetition.turn
            case "at_half" if rest is not None:
                half = self._half_way(repetition, during)
                if len(half):
                    value, frame = _extreme(values, half, 75)
                    yield value - rest, frame
            case _:
                return

    def _at_rest(self, values: Values, repetition: Repetition) -> float | None:
        """The value just before and after the movement; the smaller where both are known."""
        since_start = self._motion.body.track.times - self._motion.body.track.times[repetition.start]
        since_end = self._motion.body.track.times - self._motion.body.track.times[repetition.end]
        known = ~np.isnan(values)
        ends = [
            float(np.median(values[near]))
            for near in (
                known & (since_start <= 0) & (since_start >= -BESIDE_S),
                known & (since_end >= 0) & (since_end <= BESIDE_S),
            )
            if near.any()
        ]
        return min(ends) if ends else None

    def _near_turn(self, repetition: Repetition, during: Values) -> Values:
        times = self._motion.body.track.times
        return during[np.abs(times[during] - times[repetition.turn]) <= NEAR_TURN_S]

    def _half_way(self, repetition: Repetition, during: Values) -> Values:
        way = self._motion.way
        low = min(way[repetition.start], way[repetition.end])
        share = (way[during] - low) / max(1e-9, way[repetition.turn] - low)
        return during[(share >= HALF[0]) & (share <= HALF[1])]


def _extreme(values: Values, frames: Values, percentile: float) -> tuple[float, int]:
    """A percentile rather than the one wildest frame, and the frame nearest to it."""
    value = float(np.percentile(values[frames], percentile))
    return value, int(frames[int(np.argmin(np.abs(values[frames] - value)))])


def as_called(looked: Looked) -> Called:
    return Called(
        id=looked.fault.id,
        title=looked.fault.title,
        side=looked.side,
        value=round(looked.value, 2),
        limit=looked.limit,
        uncertainty=round(looked.sigma, 2),
        unit=MEASURES[looked.fault.measure].unit,
        frame=looked.frame,
    )
