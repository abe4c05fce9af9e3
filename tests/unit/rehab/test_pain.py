"""What is heard as pain in the course of a programme, and how soon a therapist must look."""

from datetime import UTC, datetime, timedelta

import pytest

from care.rehab.pain import in_the_course, is_elsewhere, level_of, tells_of_pain
from records.cases import CaseLevel

NOW = datetime(2026, 11, 27, 10, tzinfo=UTC)
PRESCRIBED = ("squat", "heel_raise")


@pytest.mark.parametrize(
    ("said", "tells"),
    [
        ("做完膝盖疼", True),
        ("练的时候有点痛", True),
        ("疼", True),
        ("不疼了，但是现在又疼", True),
        ("做完不疼", False),
        ("没有疼", False),
        ("膝盖没觉得疼", False),
        ("这样做会疼吗", False),
        ("会不会疼啊", False),
        ("我怕疼", False),
        ("做完腿有点酸", False),  # soreness is no pain
        ("我想挂疼痛科", False),
        ("今天练什么", False),
    ],
)
def test_what_tells_of_pain(said: str, tells: bool) -> None:
    assert tells_of_pain(said) is tells


@pytest.mark.parametrize(
    ("said", "hours_ago", "course"),
    [
        ("训练后膝盖疼", None, True),  # it says so itself
        ("深蹲的时候疼", None, True),
        ("膝盖疼", 1, True),  # what a squat loads, after one
        ("膝盖疼", 30, False),  # too long after
        ("膝盖疼", None, False),  # nothing was done yet
        ("疼", 1, True),
        ("好疼啊", 1, True),
        ("牙疼", 1, False),  # no squat does that
        ("头疼三天了", 1, False),
        ("肩膀疼", 1, False),
    ],
)
def test_what_is_in_the_course_of_a_programme(said: str, hours_ago: int | None, course: bool) -> None:
    last_at = None if hours_ago is None else NOW - timedelta(hours=hours_ago)
    assert in_the_course(said, PRESCRIBED, last_at=last_at, now=NOW) is course


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("做完有点疼", CaseLevel.ROUTINE),
        ("", CaseLevel.ROUTINE),  # the button
        ("做完膝盖疼得受不了", CaseLevel.URGENT),
        ("练完膝盖又疼又肿", CaseLevel.URGENT),
        ("疼得走不了路", CaseLevel.URGENT),
        ("咔的一声，疼", CaseLevel.URGENT),
        ("做完小腿发麻，疼", CaseLevel.URGENT),
        ("练完胸口有点疼", CaseLevel.URGENT),  # no joint
    ],
)
def test_how_soon_somebody_must_look(said: str, level: CaseLevel) -> None:
    assert level_of(said) is level


def test_pain_where_no_exercise_puts_it_is_triages_too() -> None:
    assert is_elsewhere("练完胸口疼")
    assert not is_elsewhere("练完膝盖疼")
