"""PASI is arithmetic that a clinician can check by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.skin.pasi import (
    MOST,
    GradeOutOfRange,
    Grades,
    Pasi,
    Region,
    area_grade,
    improvement,
    percent_of_region,
)

severities = st.integers(0, 4)
grades = st.builds(Grades, severities, severities, severities, st.integers(0, 6))
forms = st.builds(Pasi, st.dictionaries(st.sampled_from(Region), grades))


@pytest.mark.parametrize(
    ("regions", "score"),
    [
        ({}, 0.0),  # Nobody's form is empty by mistake: no psoriasis
        ({Region.HEAD: (4, 4, 4, 6)}, 7.2),  # Each region alone at its worst: 7.2, 14.4, 21.6, 28.8
        ({Region.ARMS: (4, 4, 4, 6)}, 14.4),
        ({Region.TRUNK: (4, 4, 4, 6)}, 21.6),
        ({Region.LEGS: (4, 4, 4, 6)}, 28.8),
        (dict.fromkeys(Region, (4, 4, 4, 6)), 72.0),  # The whole body at its worst
        (dict.fromkeys(Region, (1, 1, 1, 1)), 3.0),
        ({Region.HEAD: (2, 2, 1, 2), Region.ARMS: (2, 3, 2, 3), Region.TRUNK: (2, 2, 2, 2), Region.LEGS: (3, 3, 2, 4)},
         21.6),  # 0.1*5*2 + 0.2*7*3 + 0.3*6*2 + 0.4*8*4
        ({Region.TRUNK: (3, 0, 0, 1)}, 0.9),  # Exact to the tenth, where floats give 0.8999...
        ({Region.LEGS: (4, 4, 4, 0)}, 0.0),  # Severity without area counts nothing
    ],
)  # fmt: skip
def test_worked_examples(regions: dict[Region, tuple[int, int, int, int]], score: float) -> None:
    form = Pasi({region: Grades(*values) for region, values in regions.items()})
    assert form.score == score
    assert sum(form.parts.values()) == pytest.approx(score)


@given(forms)
def test_a_score_is_between_0_and_72(form: Pasi) -> None:
    assert 0 <= form.score <= MOST


@given(forms, st.sampled_from(Region), st.sampled_from(["erythema", "induration", "desquamation", "area"]))
def test_worse_never_scores_lower(form: Pasi, region: Region, what: str) -> None:
    now = form.regions.get(region, Grades())
    values = {name: getattr(now, name) for name in ("erythema", "induration", "desquamation", "area")}
    if values[what] == (6 if what == "area" else 4):
        return
    worse = Pasi(form.regions | {region: Grades(**(values | {what: values[what] + 1}))})
    assert worse.score >= form.score


@given(grades)
def test_legs_count_four_times_the_head(one: Grades) -> None:
    assert Pasi({Region.LEGS: one}).score == pytest.approx(4 * Pasi({Region.HEAD: one}).score)


@pytest.mark.parametrize("wrong", [(5, 0, 0, 0), (-1, 0, 0, 0), (0, 0, 0, 7), (1.5, 0, 0, 0), (True, 0, 0, 0)])
def test_grades_that_there_are_not(wrong: tuple[int, int, int, int]) -> None:
    with pytest.raises(GradeOutOfRange):
        Grades(*wrong)


@pytest.mark.parametrize(
    ("percent", "grade"),
    [
        (0, 0),
        (0.1, 1),
        (9.9, 1),
        (10, 2),
        (29.9, 2),
        (30, 3),
        (49.9, 3),
        (50, 4),
        (69.9, 4),
        (70, 5),
        (90, 6),
        (100, 6),
    ],
)
def test_area_by_percent(percent: float, grade: int) -> None:
    assert area_grade(percent) == grade


@given(st.floats(0, 100), st.floats(0, 100))
def test_more_area_is_never_a_lower_grade(one: float, other: float) -> None:
    assert area_grade(min(one, other)) <= area_grade(max(one, other))


def test_palms_are_a_hundredth_of_the_body_each() -> None:
    assert percent_of_region(Region.HEAD, 1) == 10
    assert percent_of_region(Region.LEGS, 10) == 25
    with pytest.raises(GradeOutOfRange):
        percent_of_region(Region.ARMS, 21)


@pytest.mark.parametrize(("before", "after", "fell"), [(20.0, 5.0, 75.0), (10.0, 12.0, -20.0), (0.0, 0.0, None)])
def test_improvement(before: float, after: float, fell: float | None) -> None:
    assert improvement(before, after) == fell
