"""Whether a clip can be assessed at all: each reason is a code, for which the house has a sentence on filming again."""

from enum import StrEnum

import numpy as np

from vision.rehab.clip import Clip
from vision.rehab.exercise import Exercise
from vision.rehab.faults import BLIND_OFF_DEG
from vision.rehab.geometry import from_vertical, trunk_length
from vision.rehab.landmarks import SIDES, PoseTrack, point
from vision.rehab.measures import MEASURES, Body, Plane

DARK = 32.0
"""Median brightness of the frames (0 to 255) below which joints are guessed."""
SHORTEST_S = 0.8
FEWEST_FRAMES = 8
SEEN_SHARE = 0.5
IN_SIGHT = 0.5
WRONG_BY_DEG = 55.0
"""How far the camera may stand off the view asked for, before an angle in that plane says nothing."""
STILL_DEG = 4.0
UPRIGHT_DEG = 50.0
LYING_DEG = 40.0
SMALL_SHARE = 0.12
"""A trunk shorter than this share of the picture's height is too far away."""


class Problem(StrEnum):
    """Why nothing is assessed; the worst one is named first."""

    NO_VIDEO = "no_video"
    DAMAGED = "damaged"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_SHORT = "too_short"
    TOO_DARK = "too_dark"
    NOBODY = "nobody"
    TOO_FAR = "too_far"
    NOT_IN_FRAME = "not_in_frame"
    WRONG_VIEW = "wrong_view"
    WRONG_EXERCISE = "wrong_exercise"
    OTHER_SIDE = "other_side"
    NO_MOVEMENT = "no_movement"


class Note(StrEnum):
    """What is said beside an assessment."""

    SEVERAL_PEOPLE = "several_people"
    DAMAGED_PART = "damaged_part"
    ONLY_BEGINNING = "only_beginning"
    OBLIQUE_VIEW = "oblique_view"
    TOO_SLOW = "slow_motion"


def unusable(clip: Clip, track: PoseTrack) -> Problem | None:
    """What stands in the way whatever the exercise."""
    if len(track) < FEWEST_FRAMES or clip.duration < SHORTEST_S:
        return Problem.TOO_SHORT
    if track.seen.mean() < SEEN_SHARE:
        return Problem.TOO_DARK if clip.brightness < DARK else Problem.NOBODY
    return None


def unfit(track: PoseTrack, body: Body, exercise: Exercise) -> Problem | None:
    """What stands in the way of this exercise."""
    if not _in_frame(track, exercise):
        return Problem.NOT_IN_FRAME
    if trunk_length(track) < SMALL_SHARE * min(track.size):
        return Problem.TOO_FAR
    if not _posture_fits(track, exercise.posture):
        return Problem.WRONG_EXERCISE
    if body.off(exercise.view) > WRONG_BY_DEG and not _readable_anyway(body, exercise):
        return Problem.WRONG_VIEW
    return None


def notes(clip: Clip, body: Body, exercise: Exercise, *, people: int) -> list[Note]:
    """What the patient should know about how it was filmed."""
    told = []
    if people > 1:
        told.append(Note.SEVERAL_PEOPLE)
    if clip.damaged:
        told.append(Note.DAMAGED_PART)
    if clip.cut_short:
        told.append(Note.ONLY_BEGINNING)
    if body.off(exercise.view) > BLIND_OFF_DEG:
        told.append(Note.OBLIQUE_VIEW)
    return told


def _readable_anyway(body: Body, exercise: Exercise) -> bool:
    # From the front the knees' flexion is still read from foreshortening: less exactly, but well enough to count.
    return exercise.measure == "knee_flexion" and exercise.view is Plane.SIDE and body.from_front


def _in_frame(track: PoseTrack, exercise: Exercise) -> bool:
    """On one side at least, every point that the exercise needs is inside the picture in most frames."""
    width, height = track.size
    seen = track.seen
    shares = []
    for side in SIDES:
        inside = np.ones(int(seen.sum()), dtype=bool)
        for name in MEASURES[exercise.measure].points:
            places = track.points[seen, point(side, name)]
            inside &= (places >= 0).all(axis=1) & (places[:, 0] <= width) & (places[:, 1] <= height)
            inside &= track.visibility[seen, point(side, name)] >= IN_SIGHT
        shares.append(inside.mean() if len(inside) else 0.0)
    return max(shares) >= SEEN_SHARE


def _posture_fits(track: PoseTrack, posture: str) -> bool:
    lean = np.abs(from_vertical(track.middle("shoulder") - track.middle("hip")))
    typical = float(np.nanmedian(lean))
    if posture in {"upright", "sitting"}:
        return typical <= UPRIGHT_DEG
    return typical >= LYING_DEG or posture == "prone"  # a push-up filmed from the head looks upright


def moved(values: np.ndarray, least: float) -> bool:
    """Whether the measure moved at all."""
    known = values[~np.isnan(values)]
    return len(known) > 0 and float(np.percentile(known, 97) - np.percentile(known, 3)) > min(STILL_DEG, least / 2)
