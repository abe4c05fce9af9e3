"""What the house knows of an exercise is what the engine knows: two processes, one list."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from care.rehab import ExerciseUnknown, exercise, exercises
from settings import ROOT

ENGINE = ROOT / "vision" / "rehab" / "exercises"


def of_the_engine(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((ENGINE / f"{name}.yml").read_text(encoding="utf-8")))


def test_every_exercise_of_the_engine_can_be_prescribed_and_no_other() -> None:
    assert set(exercises()) == {path.stem for path in ENGINE.glob("*.yml")}


@pytest.mark.parametrize("name", sorted(path.stem for path in Path(ENGINE).glob("*.yml")))
def test_both_say_the_same(name: str) -> None:
    here, there = exercise(name), of_the_engine(name)
    assert (here.title, here.film) == (there["title"], there["film"])
    assert here.hold_s == there.get("hold_s")
    if not here.held:
        assert (here.rest, here.target, here.least) == (there["rest"], there["target"], there["least"])
        assert here.target is not None
        assert here.reaches(here.target), "its own target can be asked for"


@pytest.mark.parametrize(
    ("name", "range_deg", "possible"),
    [
        ("squat", 60, True),
        ("squat", 20, False),  # less than what is counted at all
        ("sit_to_stand", 20, True),  # the knee's flexion falls on the way up
        ("sit_to_stand", 100, False),  # the other way
        ("plank", 30, False),  # held, not repeated
    ],
)
def test_which_angles_can_be_asked_for(name: str, range_deg: float, possible: bool) -> None:
    assert exercise(name).reaches(range_deg) is possible


def test_an_unknown_exercise_has_a_name() -> None:
    with pytest.raises(ExerciseUnknown, match="dancing"):
        exercise("dancing")


def test_the_titles_are_told_apart() -> None:
    titles = [one.title for one in exercises().values()]
    assert len(set(titles)) == len(titles)
    assert not [(one, other) for one in titles for other in titles if one != other and one in other]
