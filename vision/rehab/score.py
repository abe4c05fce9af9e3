"""A score whose parts add up in sight. Ours, not a clinical scale: it shows a course, it does not judge a patient."""

from dataclasses import dataclass

import numpy as np

from vision.rehab.exercise import Exercise
from vision.rehab.faults import Looked
from vision.rehab.landmarks import Values

WEIGHTS = {"range": 35, "control": 15, "symmetry": 15, "compensation": 25, "tempo": 10}
UNEVEN_DEG = 30.0
"""A difference between left and right from which nothing is left of the points for symmetry."""
EVEN_DEG = 10.0
"""A difference that two readings of 6 degrees each do not tell from none."""


@dataclass(frozen=True, slots=True)
class Part:
    """``points`` of ``out_of``; None when it could not be seen, and then its weight goes to the others."""

    name: str
    points: float | None
    out_of: int


@dataclass(frozen=True, slots=True)
class Score:
    """``total`` 0 to 100: the points that could be given, scaled by what could be seen."""

    total: int
    parts: tuple[Part, ...]


def score(shares: dict[str, float | None]) -> Score | None:
    """From shares of 0 to 1 for each of ``WEIGHTS`` (None: not seen); None when neither range nor
    compensation was seen: the rest says little of the movement."""
    if shares.get("range") is None and shares.get("compensation") is None:
        return None
    seen = {name: share for name in WEIGHTS if (share := shares.get(name)) is not None}
    scale = 100.0 / sum(WEIGHTS[name] for name in seen)
    parts = tuple(
        Part(name, round(seen[name] * WEIGHTS[name] * scale, 1), round(WEIGHTS[name] * scale))
        if name in seen
        else Part(name, None, 0)
        for name in WEIGHTS
    )
    return Score(round(sum(part.points or 0.0 for part in parts)), parts)


def range_share(reached: list[float], exercise: Exercise) -> float | None:
    """How much of the way from rest to target was reached, on average over the repetitions."""
    whole = exercise.target - exercise.rest
    if not reached or not whole:
        return None
    return float(np.mean([np.clip((value - exercise.rest) / whole, 0.0, 1.0) for value in reached]))


def control_share(way: Values, spans: list[tuple[int, int, int]]) -> float | None:
    """Smoothness: the straight way there and back over the way actually gone, wobbles included."""
    ratios = []
    for start, turn, end in spans:
        path = way[start : end + 1]
        path = path[~np.isnan(path)]
        gone = float(np.abs(np.diff(path)).sum()) if len(path) > 2 else 0.0  # noqa: PLR2004
        if gone > 0:
            ratios.append(min(1.0, ((way[turn] - way[start]) + (way[turn] - way[end])) / gone))
    # A path a third longer than needed is jerky through and through.
    return float(np.clip((np.mean(ratios) - 0.75) / 0.25, 0.0, 1.0)) if ratios else None


def symmetry_share(left: list[float], right: list[float]) -> float | None:
    """From the ranges of both sides; None where only one is seen."""
    if not left or not right:
        return None
    apart = abs(float(np.mean(left)) - float(np.mean(right)))
    return float(np.clip(1.0 - (apart - EVEN_DEG) / (UNEVEN_DEG - EVEN_DEG), 0.0, 1.0))


def compensation_share(looked: list[list[Looked]]) -> float | None:
    """Share of what was looked at, over all repetitions, that was no fault; None when nothing could be looked at."""
    entries = [entry for repetition in looked for entry in repetition]
    return float(np.mean([not entry.called for entry in entries])) if entries else None


def tempo_share(durations: list[float], exercise: Exercise) -> float | None:
    """Share of the repetitions whose duration is within what the exercise asks for."""
    if not durations:
        return None
    shortest, longest = exercise.tempo_s
    return float(np.mean([shortest <= duration <= longest for duration in durations]))
