"""The course of an exercise: what is a change, and what is a fall."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.rehab.sessions import Change, change_since, is_falling
from records.rehab import RehabSession

scores = st.lists(st.integers(0, 100), max_size=12)


@pytest.mark.parametrize(
    ("course", "falls"),
    [
        ([], False),
        ([90, 90, 90, 60, 60], False),  # too few to tell
        ([90, 90, 90, 75, 75, 75], True),  # fifteen points
        ([90, 90, 90, 76, 76, 76], False),
        ([90, 90, 90, 88, 30, 90], True),  # the mean counts
        ([90, 90, 90, 90, 90, 50], False),  # one bad day is none
        ([60, 60, 60, 90, 90, 90], False),
        ([20, 90, 90, 90, 60, 60, 60], True),  # only the latest six are looked at
    ],
)
def test_when_scores_fall(course: list[int], falls: bool) -> None:
    assert is_falling(course) is falls


@given(course=scores)
def test_a_course_that_never_goes_down_never_falls(course: list[int]) -> None:
    assert not is_falling(sorted(course))


@given(course=scores, lift=st.integers(-50, 50))
def test_a_fall_is_a_difference_whatever_the_height(course: list[int], lift: int) -> None:
    assert is_falling([one + lift for one in course]) is is_falling(course)


def done(exercise: str, **values: float | None) -> RehabSession:
    known = {"repetitions": 0, "range_deg": None, "uncertainty_deg": None, "held_s": None}
    return RehabSession(exercise=exercise, **(known | values))


@pytest.mark.parametrize(
    ("exercise", "last", "now", "change"),
    [
        ("squat", {"repetitions": 8}, {"repetitions": 10}, Change(repetitions=2)),
        (
            "squat",
            {"range_deg": 60.0, "uncertainty_deg": 7.0},
            {"range_deg": 69.0, "uncertainty_deg": 7.0},
            Change(repetitions=0),  # nine degrees of ten uncertain ones
        ),
        (
            "squat",
            {"range_deg": 60.0, "uncertainty_deg": 7.0},
            {"range_deg": 75.0, "uncertainty_deg": 7.0},
            Change(repetitions=0, range_deg=15.0),
        ),
        (
            "sit_to_stand",  # the knee's flexion falls on the way up: less is further
            {"range_deg": 40.0, "uncertainty_deg": 5.0},
            {"range_deg": 10.0, "uncertainty_deg": 5.0},
            Change(repetitions=0, range_deg=30.0),
        ),
        ("plank", {"held_s": 15.0}, {"held_s": 20.5}, Change(held_s=5.5)),
        ("squat", {"range_deg": None}, {"range_deg": 70.0, "uncertainty_deg": 5.0}, Change(repetitions=0)),
    ],
)
def test_what_is_different_from_the_last_time(
    exercise: str, last: dict[str, float | None], now: dict[str, float | None], change: Change
) -> None:
    assert change_since(done(exercise, **now), done(exercise, **last)) == change
