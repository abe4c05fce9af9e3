"""From a track to what a therapist reads: repetitions, faults, score, and what could not be seen."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from vision.rehab.clip import Clip
from vision.rehab.exercise import BOTH, Exercise
from vision.rehab.faults import Called, FaultFinder, as_called, unseen
from vision.rehab.gate import Note, Problem, moved, notes, unfit, unusable
from vision.rehab.landmarks import PoseTrack, Values, opposite
from vision.rehab.motion import Motion, motion_of
from vision.rehab.repetitions import Repetition
from vision.rehab.score import (
    Score,
    compensation_share,
    control_share,
    range_share,
    score,
    symmetry_share,
    tempo_share,
)

VERSION = "rehab-2"
MOST_ADVICE = 3
OFTEN = 1 / 3
"""A fault in this share of the repetitions makes the form incorrect; fewer are advice."""
TOO_FAST_SHARE = 0.7
"""Share of the shortest tempo below which a repetition is surely too fast, not just filmed at its edge."""
SURE_DEG = 16.0
"""A range less certain than this is counted, not judged."""
NEAR_TURN = 0.12
"""Share of a repetition's duration, to either side of its turn, over which the reached range is fitted."""
HELD_TO_S = 0.5
"""How exactly a hold is timed: its first and last frame are not its first and last moment."""
TOO_FAST_TELL = "动作再慢一点，起和落都要稳。"


@dataclass(frozen=True, slots=True)
class Counted:
    """One repetition: ``start`` and ``end`` in seconds of the clip, ``range_deg`` the measure's value at its turn,
    ``tempo_s`` its duration (None when the clip cuts it)."""

    start: float
    turn: float
    end: float
    range_deg: float
    uncertainty_deg: float
    tempo_s: float | None
    faults: tuple[str, ...]
    sides: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assessment:
    """``form`` is correct, incorrect or not_assessable; ``unseen`` names the faults that this view does not show;
    ``side`` is the one that was looked at."""

    exercise: str
    form: str
    problem: Problem | None = None
    notes: tuple[Note, ...] = ()
    repetitions: tuple[Counted, ...] = ()
    held_s: float | None = None
    faults: tuple[Called, ...] = ()
    unseen: tuple[str, ...] = ()
    score: Score | None = None
    advice: tuple[str, ...] = ()
    view_deg: float | None = None
    side: str = BOTH

    def as_json(self) -> dict[str, Any]:
        """Plain data; ``gate`` says whether it could be assessed and why not."""
        return {
            "exercise": self.exercise,
            "side": self.side,
            "form": self.form,
            "gate": {"ok": self.problem is None, "problem": self.problem, "notes": list(self.notes)},
            "repetitions": [asdict(one) for one in self.repetitions],
            "count": len(self.repetitions),
            "held_s": self.held_s,
            "faults": [asdict(one) for one in self.faults],
            "unseen": list(self.unseen),
            "score": None if self.score is None else self.score.total,
            "score_parts": [] if self.score is None else [asdict(part) for part in self.score.parts],
            "advice": list(self.advice),
            "view_deg": self.view_deg,
            "version": VERSION,
        }


def refused(exercise: Exercise, problem: Problem) -> Assessment:
    """Nothing could be assessed."""
    return Assessment(exercise.name, "not_assessable", problem=problem, side=exercise.side)


def assess(track: PoseTrack, clip: Clip, exercise: Exercise, *, people: int = 1) -> tuple[Assessment, Motion | None]:
    """The assessment, and the motion it was read from (for drawing) where there is one."""
    if problem := unusable(clip, track):
        return refused(exercise, problem), None
    found, motion = _assessed(track, clip, exercise, people)
    return replace(found, side=exercise.side), motion


def _assessed(track: PoseTrack, clip: Clip, exercise: Exercise, people: int) -> tuple[Assessment, Motion | None]:
    motion = motion_of(track, exercise)
    told = tuple(notes(clip, motion.body, exercise, people=people))
    view = round(motion.body.turned, 1)
    if problem := unfit(track, motion.body, exercise):
        return Assessment(
            exercise.name, "not_assessable", problem, told, _only_counted(motion, problem), view_deg=view
        ), None
    if exercise.hold_s is not None:
        return _held(motion, told), motion
    if exercise.side != BOTH and not _done(motion):
        other = motion_of(track, exercise.prescribed(side=opposite(exercise.side)))
        if _done(other):
            return Assessment(exercise.name, "not_assessable", Problem.OTHER_SIDE, told, view_deg=view), other
        if not motion.sides:
            return Assessment(exercise.name, "not_assessable", Problem.WRONG_VIEW, told, view_deg=view), None
    if not moved(motion.values, exercise.least):
        return Assessment(exercise.name, "not_assessable", Problem.NO_MOVEMENT, told, view_deg=view), motion
    found = motion.repetitions()
    if not found:
        return Assessment(exercise.name, "not_assessable", Problem.WRONG_EXERCISE, told, view_deg=view), motion
    return _repeated(motion, found, told), motion


def _done(motion: Motion) -> bool:
    """Whether the exercise was done on the side that is looked at."""
    return moved(motion.values, motion.exercise.least) and bool(motion.repetitions())


def _repeated(motion: Motion, found: list[Repetition], told: tuple[Note, ...]) -> Assessment:
    exercise = motion.exercise
    finder = FaultFinder(motion)
    looked = [finder.looked(one) for one in found]
    counted, worst = [], {}
    for one, entries in zip(found, looked, strict=True):
        called = [entry for entry in entries if entry.called]
        names = [entry.fault.id for entry in called] + _of_course(motion, one)
        counted.append(_counted(motion, one, tuple(names)))
        for entry in called:
            known = worst.get(entry.fault.id)
            if known is None or entry.beyond > known.beyond:
                worst[entry.fault.id] = entry
    durations = [one.tempo_s for one in counted if one.tempo_s is not None]
    if durations and np.median(durations) > exercise.tempo_s[1]:
        told = (*told, Note.TOO_SLOW)
    seen_well = motion.sigma <= SURE_DEG
    result = score(
        {
            "range": range_share([one.range_deg for one in counted], exercise) if seen_well else None,
            "control": control_share(motion.way, [(one.start, one.turn, one.end) for one in found]),
            "symmetry": symmetry_share(*_both_sides(counted)),
            "compensation": compensation_share(looked),
            "tempo": tempo_share(durations, exercise),
        }
    )
    often = [name for name in worst if _share(counted, name) >= OFTEN]
    short = _share(counted, "range_short") > 1 / 2
    return Assessment(
        exercise=exercise.name,
        form="incorrect" if often or short else "correct",
        notes=told,
        repetitions=tuple(counted),
        faults=tuple(as_called(entry) for entry in worst.values()),
        unseen=tuple(unseen(motion.body, exercise)),
        score=result,
        advice=_advice(exercise, worst, counted),
        view_deg=round(motion.body.turned, 1),
    )


def _only_counted(motion: Motion, problem: Problem) -> tuple[Counted, ...]:
    """Repetitions are still seen in a clip whose angles say nothing; never in another exercise's posture."""
    if problem is Problem.WRONG_EXERCISE or motion.exercise.hold_s is not None:
        return ()
    return tuple(_counted(motion, one, ()) for one in motion.repetitions())


def _counted(motion: Motion, one: Repetition, faults: tuple[str, ...]) -> Counted:
    times = motion.body.track.times
    return Counted(
        start=round(float(times[one.start]), 2),
        turn=round(float(times[one.turn]), 2),
        end=round(float(times[one.end]), 2),
        range_deg=round(reached(motion, one), 1),
        uncertainty_deg=round(motion.sigma, 1),
        tempo_s=round(float(times[one.end] - times[one.start]), 2) if one.whole else None,
        faults=faults,
        sides={
            side: round(peak, 1)
            for side, values in motion.sides.items()
            if not np.isnan(peak := _side_peak(motion, values, one))
        },
    )


def reached(motion: Motion, one: Repetition) -> float:
    """Degrees at the turn: the crest of a parabola through the values around it. The highest single value would be
    too high by the noise."""
    times, values = motion.body.track.times, motion.values
    around = NEAR_TURN * (times[one.end] - times[one.start])
    near = np.flatnonzero((np.abs(times - times[one.turn]) <= around) & ~np.isnan(values))
    near = near[(near >= one.start) & (near <= one.end)]
    if len(near) < 5:  # noqa: PLR2004
        return float(values[one.turn])
    offsets = times[near] - times[one.turn]
    c, b, a = np.polynomial.polynomial.polyfit(offsets, values[near], 2)
    if a == 0 or (a > 0) == motion.rising or abs(b / (2 * a)) > around:
        return float(values[near].mean())
    return float(c - b * b / (4 * a))


def _side_peak(motion: Motion, values: Values, one: Repetition) -> float:
    during = values[one.start : one.end + 1]
    during = during[~np.isnan(during)]
    if not len(during):
        return float("nan")
    return float(np.max(during) if motion.rising else np.min(during))


def _of_course(motion: Motion, one: Repetition) -> list[str]:
    """The faults that every exercise can have: range not reached, too fast."""
    exercise, times = motion.exercise, motion.body.track.times
    named = []
    value = reached(motion, one)
    missing = exercise.target - value if motion.rising else value - exercise.target
    if motion.sigma <= SURE_DEG and missing > motion.sigma:
        named.append("range_short")
    if one.whole and times[one.end] - times[one.start] < TOO_FAST_SHARE * exercise.tempo_s[0]:
        named.append("too_fast")
    return named


def _both_sides(counted: list[Counted]) -> tuple[list[float], list[float]]:
    return tuple([one.sides[side] for one in counted if side in one.sides] for side in ("left", "right"))  # type: ignore[return-value]


def _share(counted: list[Counted], fault: str) -> float:
    return sum(fault in one.faults for one in counted) / len(counted)


def _advice(exercise: Exercise, worst: dict[str, Any], counted: list[Counted]) -> tuple[str, ...]:
    """At most three sentences, the most frequent fault first."""
    by_share = sorted(worst.values(), key=lambda entry: -_share(counted, entry.fault.id))
    said = [entry.fault.tell for entry in by_share]
    if _share(counted, "range_short") > 1 / 2:
        said.append(exercise.short_tell)
    if _share(counted, "too_fast") >= OFTEN:
        said.append(TOO_FAST_TELL)
    return tuple(said[:MOST_ADVICE])


def _held(motion: Motion, told: tuple[Note, ...]) -> Assessment:
    exercise, times = motion.exercise, motion.body.track.times
    band = exercise.band or (0.0, 0.0)
    values = motion.values
    low, high = band[0] - motion.sigma, band[1] + motion.sigma
    inside = (values >= low) & (values <= high)
    steps = np.diff(times, append=times[-1])
    held = round(float(steps[inside].sum()), 1)
    whole = Repetition(0, len(times) // 2, len(times) - 1, whole=False)
    looked = FaultFinder(motion).looked(whole)
    called = {entry.fault.id: entry for entry in looked if entry.called}
    wanted = exercise.hold_s or 1.0
    result = score(
        {
            "range": min(1.0, held / wanted),
            "control": float(inside[~np.isnan(values)].mean()) if (~np.isnan(values)).any() else None,
            "compensation": compensation_share([looked]),
        }
    )
    said = [entry.fault.tell for entry in called.values()]
    if held < wanted - HELD_TO_S:
        said.append(exercise.short_tell)
    return Assessment(
        exercise=exercise.name,
        form="incorrect" if called else "correct",
        notes=told,
        held_s=held,
        faults=tuple(as_called(entry) for entry in called.values()),
        unseen=tuple(unseen(motion.body, exercise)),
        score=result,
        advice=tuple(said[:MOST_ADVICE]),
        view_deg=round(motion.body.turned, 1),
    )
