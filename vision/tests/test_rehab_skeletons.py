"""Every rule against skeletons whose range, tempo and faults are known."""

from pathlib import Path

import numpy as np
import pytest

from vision.rehab.assess import Assessment, assess
from vision.rehab.clip import Clip
from vision.rehab.exercise import Exercise, exercise, exercises
from vision.rehab.gate import Note, Problem
from vision.rehab.geometry import turned_from_camera, uncertainty
from vision.rehab.landmarks import SIDES, Point, PoseTrack, point
from vision.rehab.measures import MEASURES
from vision.rehab.skeletons import Filming, Performance, perform

REPEATED = sorted(name for name, one in exercises().items() if one.hold_s is None)
SEEN_FROM_FRONT_ONLY = {("squat", "knee_inward"), ("sit_to_stand", "knee_inward")}


def seen(track: PoseTrack, wanted: Exercise) -> Assessment:
    clip = Clip(Path())
    clip.times, clip.light = [float(one) for one in track.times], [100.0]
    return assess(track, clip, wanted)[0]


def watched(done: Performance, filmed: Filming = Filming()) -> Assessment:  # noqa: B008
    return seen(perform(done, filmed), exercise(done.exercise))


@pytest.mark.parametrize("name", REPEATED)
def test_a_clean_performance_is_counted_and_its_range_recovered_within_three_degrees(name: str) -> None:
    wanted = exercise(name)
    reached = wanted.rest + 0.97 * (wanted.target - wanted.rest)
    found = watched(Performance(name, repetitions=4, reached=reached))
    assert len(found.repetitions) == 4
    assert found.form == "correct"
    assert not found.faults
    doubt = 15.0 if (wanted.measure, wanted.view) == ("knee_flexion", "front") else 3.0
    for one in found.repetitions:
        assert one.range_deg == pytest.approx(reached, abs=doubt)
        assert one.tempo_s == pytest.approx(3.0, abs=0.8)


@pytest.mark.parametrize("name", REPEATED)
def test_noise_an_oblique_camera_and_lost_joints_stay_within_the_stated_uncertainty(name: str) -> None:
    wanted = exercise(name)
    filmed = Filming(off_deg=15, noise_px=4, dropped=0.03, seed=11, mirrored=True)
    found = watched(Performance(name, repetitions=3, tempo_s=2.5), filmed)
    assert len(found.repetitions) == 3
    errors = [abs(one.range_deg - wanted.target) / one.uncertainty_deg for one in found.repetitions]
    assert np.mean(errors) <= 1.0


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        (name, fault.id)
        for name, one in exercises().items()
        for fault in one.faults
        if fault.id != "not_locked" and (name, fault.id) not in SEEN_FROM_FRONT_ONLY
    ],
)
def test_a_fault_well_beyond_its_limit_is_called_alone_and_a_small_one_is_not(name: str, fault: str) -> None:
    wanted = next(one for one in exercise(name).faults if one.id == fault)
    measure = MEASURES[wanted.measure]
    sigma = uncertainty(0) * measure.noise if measure.unit == "deg" else 0.06
    sign = 1.0 if wanted.above is not None else -1.0
    limit = wanted.above if wanted.above is not None else wanted.below
    found = watched(Performance(name, faults={fault: limit + sign * (1.5 if measure.unit == "deg" else 1.4) * sigma}))
    assert [one.id for one in found.faults] == [fault]
    assert wanted.tell in found.advice
    inside = watched(Performance(name, faults={fault: limit + sign * 0.5 * sigma}))
    assert fault not in [one.id for one in inside.faults]


@pytest.mark.parametrize(("name", "fault"), sorted(SEEN_FROM_FRONT_ONLY))
def test_a_fault_that_this_side_does_not_show_is_said_to_be_unseen(name: str, fault: str) -> None:
    found = watched(Performance(name, faults={fault: 40.0}))
    assert fault in found.unseen
    assert fault not in [one.id for one in found.faults]
    from_front = watched(Performance(name, faults={fault: 40.0}), Filming(off_deg=88))
    assert fault in [one.id for one in from_front.faults]


def test_a_range_that_is_not_reached_is_said_and_never_inside_the_uncertainty() -> None:
    short = watched(Performance("squat", reached=60))
    assert short.form == "incorrect"
    assert exercise("squat").short_tell in short.advice
    assert watched(Performance("squat", reached=76)).form == "correct"


def test_a_therapists_prescription_replaces_the_target() -> None:
    track = perform(Performance("squat", reached=60))
    assert seen(track, exercise("squat").prescribed(target=60)).form == "correct"


@pytest.mark.parametrize("tempo", [0.7, 1.0])
def test_fast_repetitions_are_counted_not_eaten_by_smoothing_and_called_too_fast(tempo: float) -> None:
    found = watched(Performance("squat", repetitions=6, tempo_s=tempo, pause_s=0.3), Filming(rate=30))
    assert len(found.repetitions) == 6
    assert all("too_fast" in one.faults for one in found.repetitions)
    assert all(one.range_deg == pytest.approx(80, abs=4) for one in found.repetitions)


def test_one_arm_only_is_read_on_that_arm_and_costs_no_symmetry_of_the_other() -> None:
    found = watched(Performance("shoulder_abduction", side="left"))
    assert len(found.repetitions) == 3
    assert found.repetitions[0].range_deg == pytest.approx(150, abs=4)
    assert found.repetitions[0].sides["left"] > found.repetitions[0].sides["right"] + 100


ONE_SIDED = sorted(name for name, one in exercises().items() if one.one_sided)
OTHER = {"left": "right", "right": "left"}


def hidden(track: PoseTrack, side: str) -> PoseTrack:
    """The same with one side out of sight, as behind the body."""
    at = [place for place in Point if place.name.startswith(side.upper())]
    track.visibility[:, at] = 0.3
    return track


def test_which_exercises_move_one_side_at_a_time() -> None:
    assert ONE_SIDED == [
        "elbow_flexion",
        "knee_extension",
        "shoulder_abduction",
        "shoulder_flexion",
        "side_lunge",
        "straight_leg_raise",
    ]


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", ONE_SIDED)
def test_the_prescribed_side_is_scored_and_the_other_one_is_not(name: str, side: str) -> None:
    wanted = exercise(name).prescribed(side=side)
    track = perform(Performance(name, side=side))
    found = seen(track, wanted)
    assert (found.problem, found.side, len(found.repetitions), found.form) == (None, side, 3, "correct")
    assert found.score is not None
    assert {part.name: part.points for part in found.score.parts}["symmetry"] is None
    assert all(set(one.sides) == {side} for one in found.repetitions)
    other = seen(track, exercise(name).prescribed(side=OTHER[side]))
    assert (other.problem, other.form, other.score) == (Problem.OTHER_SIDE, "not_assessable", None)
    assert (other.repetitions, other.side) == ((), OTHER[side])


def test_both_arms_are_done_and_the_weaker_one_is_prescribed() -> None:
    track, strong = perform(Performance("shoulder_abduction", reached=60)), perform(Performance("shoulder_abduction"))
    arm = [point("right", name) for name in ("elbow", "wrist")]
    track.points[:, arm] = strong.points[:, arm]
    found = seen(track, exercise("shoulder_abduction").prescribed(side="left"))
    assert (found.problem, len(found.repetitions)) == (None, 3)
    assert found.repetitions[0].range_deg == pytest.approx(60, abs=3)
    assert "range_short" in found.repetitions[0].faults


def test_a_fault_of_the_side_that_is_not_prescribed_is_not_called() -> None:
    track = perform(Performance("shoulder_abduction"))
    bent = perform(Performance("shoulder_abduction", faults={"elbow_bent": 80.0}))
    wrist = point("right", "wrist")
    track.points[:, wrist] = bent.points[:, wrist]
    assert [one.side for one in seen(track, exercise("shoulder_abduction")).faults] == ["right"]
    assert not seen(track, exercise("shoulder_abduction").prescribed(side="left")).faults


@pytest.mark.parametrize(
    ("done", "problem"),
    [
        ("left", Problem.OTHER_SIDE),  # the leg that is seen did it
        ("right", Problem.WRONG_VIEW),  # the leg that is seen kept still: the hidden one may have done it
    ],
)
def test_a_side_that_the_camera_does_not_see_is_never_taken_for_the_other(done: str, problem: Problem) -> None:
    track = hidden(perform(Performance("knee_extension", side=done)), "right")
    assert seen(track, exercise("knee_extension").prescribed(side="right")).problem is problem


def test_nothing_moves_on_either_side() -> None:
    track = perform(Performance("knee_extension", reached=96))
    assert seen(track, exercise("knee_extension").prescribed(side="right")).problem is Problem.NO_MOVEMENT


@pytest.mark.parametrize("name", sorted(set(exercises()) - set(ONE_SIDED)))
def test_where_both_sides_work_together_a_side_changes_nothing(name: str) -> None:
    assert exercise(name).prescribed(side="left") == exercise(name)


@pytest.mark.parametrize("off", [0.0, 30.0, 60.0, 90.0])
def test_where_the_camera_stood_is_read_from_the_shoulders(off: float) -> None:
    track = perform(Performance("shoulder_abduction"), Filming(off_deg=off))
    assert turned_from_camera(track) == pytest.approx(off, abs=3)


def test_an_angle_seen_from_45_degrees_is_as_uncertain_as_was_measured() -> None:
    assert uncertainty(0) == pytest.approx(6)
    assert uncertainty(45) == pytest.approx(np.hypot(6, 14))


def test_filmed_from_the_wrong_side_is_counted_and_not_judged() -> None:
    found = watched(Performance("shoulder_abduction"), Filming(off_deg=75))
    assert found.problem is Problem.WRONG_VIEW
    assert found.form == "not_assessable"
    assert found.score is None


def test_a_body_lying_down_is_no_squat() -> None:
    found = seen(perform(Performance("straight_leg_raise")), exercise("squat"))
    assert found.problem is Problem.WRONG_EXERCISE


def test_somebody_who_stands_still_is_told_that_nothing_moved() -> None:
    found = watched(Performance("squat", reached=6))
    assert found.problem is Problem.NO_MOVEMENT


def test_walking_off_at_the_end_is_no_repetition() -> None:
    done = perform(Performance("squat", repetitions=3))
    off = perform(Performance("squat", repetitions=4, reached=38, tempo_s=0.9, pause_s=0.1))
    times = np.concatenate([done.times, off.times + done.times[-1] + 1 / 15])
    parts = [np.concatenate([getattr(done, name), getattr(off, name)]) for name in ("points", "depth", "visibility")]
    assert len(seen(PoseTrack(times, *parts, done.size), exercise("squat")).repetitions) == 3


def test_a_gap_in_which_nobody_is_seen_neither_adds_nor_loses_repetitions() -> None:
    track = perform(Performance("squat", repetitions=4))
    for part in (track.points, track.depth):
        part[20:24] = np.nan
    track.visibility[20:24] = 0
    assert len(seen(track, exercise("squat")).repetitions) == 4


def test_the_parts_of_the_score_add_up_and_unseen_parts_leave_their_weight_to_the_others() -> None:
    found = watched(Performance("squat", faults={"trunk_leaning": 70}))
    assert found.score is not None
    parts = found.score.parts
    assert found.score.total == round(sum(part.points for part in parts if part.points is not None))
    assert sum(part.out_of for part in parts) == pytest.approx(100, abs=1)
    assert next(part for part in parts if part.name == "compensation").points < 25
    assert watched(Performance("squat")).score.total > found.score.total


def test_a_plank_is_held_for_as_long_as_the_hips_are_in_line() -> None:
    good = watched(Performance("plank"))
    assert good.held_s == pytest.approx(20, abs=0.5)
    assert good.form == "correct"
    sagging = watched(Performance("plank", faults={"hips_sagging": -30}))
    assert sagging.held_s == 0
    assert sagging.form == "incorrect"


def test_advice_is_never_more_than_three_sentences() -> None:
    bad = {"trunk_leaning": 80.0, "heel_lift": 45.0, "knee_over_toe": 0.6}
    assert len(watched(Performance("squat", reached=50, faults=bad, tempo_s=0.8), Filming(rate=30)).advice) <= 3


def test_slow_motion_is_noticed() -> None:
    assert Note.TOO_SLOW in watched(Performance("squat", repetitions=2, tempo_s=16)).notes


def test_every_exercise_has_a_source_a_way_to_film_and_sentences_without_jargon() -> None:
    assert len(exercises()) >= 14
    for one in exercises().values():
        assert len(one.source) > 20
        assert "请" in one.film
        for fault in one.faults:
            assert fault.tell.endswith("。")
            assert len(fault.tell) <= 40
