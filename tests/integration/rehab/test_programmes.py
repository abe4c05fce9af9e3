"""Programmes: prescribed, changed, rested, taken up again, ended; every step leaves a trace."""

from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from care.rehab import (
    ExerciseUnknown,
    ProgrammeNotFound,
    Target,
    active,
    change,
    end,
    exercises_of,
    history,
    pause,
    resume,
    standing,
)
from care.rehab.exceptions import (
    DaysImpossible,
    ExerciseStands,
    HourAtNight,
    ProgrammeEnded,
    TargetImpossible,
    TargetsImpossible,
)
from care.rights import collect, plan_erasure
from records.audit import SYSTEM, AuditEntry
from records.database import session_scope
from records.rehab import RehabExercise, Side
from tests.integration.rehab.house import (
    THERAPIST,
    concluded,
    conversation_of,
    prescribed,
    prescription,
    today,
)
from tests.rehab_findings import performed

pytestmark = pytest.mark.usefixtures("database")


def test_a_prescription_is_kept_as_it_was_given() -> None:
    conversation_id = conversation_of()
    targets = (Target("squat", 8, 60.0), Target("plank", hold_s=15.0), Target("shoulder_flexion", 12, side=Side.LEFT))
    programme = prescribed(conversation_id, targets=targets, days=frozenset({1, 3, 5}), remind_at=time(18, 30))
    with session_scope() as session:
        found = exercises_of(session, programme.id)
        assert [(row.exercise, row.repetitions, row.range_deg, row.hold_s, row.side) for row in found] == [
            ("squat", 8, 60.0, None, "both"),
            ("plank", None, None, 15.0, "both"),
            ("shoulder_flexion", 12, None, None, "left"),
        ]
        [kept] = active(session, conversation_id)
        assert (kept.days, kept.remind_at, kept.prescribed_by) == ([1, 3, 5], "18:30", "zhang")


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"targets": ()}, TargetsImpossible),
        ({"targets": (Target("squat"), Target("squat"))}, TargetsImpossible),
        ({"targets": (Target("squat", range_deg=20.0),)}, TargetImpossible),
        ({"targets": (Target("squat", hold_s=20.0),)}, TargetImpossible),
        ({"targets": (Target("plank", range_deg=20.0),)}, TargetImpossible),
        ({"targets": (Target("dancing"),)}, ExerciseUnknown),
        ({"days": frozenset()}, DaysImpossible),
        ({"days": frozenset({0, 8})}, DaysImpossible),
        ({"ends_on": today() - timedelta(days=1)}, DaysImpossible),
        ({"ends_on": today() + timedelta(days=500)}, DaysImpossible),
        ({"remind_at": time(23)}, HourAtNight),
        ({"remind_at": time(7, 59)}, HourAtNight),
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, Any], refusal: type[Exception]) -> None:
    conversation_id = conversation_of()
    with pytest.raises(refusal):
        prescribed(conversation_id, **wrong)
    with session_scope() as session:
        assert standing(session, conversation_id) == []


def test_two_therapists_prescribe_side_by_side_but_no_exercise_twice() -> None:
    conversation_id = conversation_of()
    knee = prescribed(conversation_id, "squat", "knee_extension", department="骨科")
    with pytest.raises(ExerciseStands):
        prescribed(conversation_id, "shoulder_abduction", "squat")
    shoulder = prescribed(conversation_id, "shoulder_abduction")
    with session_scope() as session:
        assert [one.id for one in standing(session, conversation_id)] == [knee.id, shoulder.id]
        with pytest.raises(ExerciseStands):
            change(session, programme_id=shoulder.id, prescription=prescription("squat"), actor=THERAPIST)
        pause(session, programme_id=knee.id, actor=THERAPIST)
    with pytest.raises(ExerciseStands):
        prescribed(conversation_id, "squat")  # one that rests is taken up again
    with session_scope() as session:
        end(session, programme_id=knee.id, actor=THERAPIST)
        change(session, programme_id=shoulder.id, prescription=prescription("squat"), actor=THERAPIST)
    assert prescribed(conversation_id, "knee_extension").id not in {knee.id, shoulder.id}


def test_a_change_keeps_what_stood_before_and_what_was_done() -> None:
    programme = prescribed(conversation_of(), "squat")
    concluded(programme, performed("squat", repetitions=3, tempo_s=2.0))
    with session_scope() as session:
        change(session, programme_id=programme.id, prescription=prescription("bridge", "squat"), actor=THERAPIST)
    with session_scope() as session:
        assert [one.exercise for one in exercises_of(session, programme.id)] == ["bridge", "squat"]
        removed = session.scalars(select(RehabExercise).where(RehabExercise.removed_at.is_not(None))).all()
        assert [one.exercise for one in removed] == ["squat"]
        steps = history(session, programme.id)
        assert [one.step for one in steps] == ["prescribed", "changed"]
        before, after = ([row["exercise"] for row in one.details["exercises"]] for one in steps)
        assert (before, after) == (["squat"], ["bridge", "squat"])


def test_rest_going_on_and_the_end_are_noted_and_audited() -> None:
    conversation_id = conversation_of()
    programme = prescribed(conversation_id)
    with session_scope() as session:
        pause(session, programme_id=programme.id, actor=THERAPIST)
        assert active(session, conversation_id) == []
        resume(session, programme_id=programme.id, actor=THERAPIST)
        assert len(active(session, conversation_id)) == 1
        end(session, programme_id=programme.id, actor=SYSTEM)
        assert standing(session, conversation_id) == []
        steps = [(one.step, one.by) for one in history(session, programme.id)]
    assert steps == [("prescribed", "zhang"), ("paused", "zhang"), ("resumed", "zhang"), ("ended", "xinglin")]
    with session_scope() as session:
        actions = session.scalars(
            select(AuditEntry.action).where(AuditEntry.subject == f"rehab_programme:{programme.id}")
        ).all()
    assert list(actions) == ["prescribe_rehab", "pause_rehab", "resume_rehab", "end_rehab"]
    with session_scope() as session, pytest.raises(ProgrammeEnded):
        resume(session, programme_id=programme.id, actor=THERAPIST)
    with session_scope() as session, pytest.raises(ProgrammeNotFound):
        pause(session, programme_id="0" * 16, actor=THERAPIST)


class TestRights:
    """PIPL art. 45 and 47: a copy of what is theirs, and erasure as far as the law lets go."""

    def test_a_copy_holds_the_videos_and_the_values_not_what_the_house_made_of_them(self) -> None:
        programme = prescribed(conversation_of(), "squat")
        concluded(programme, performed("squat", repetitions=3, tempo_s=2.0))
        with session_scope() as session:
            copy = collect(session, programme.account_id, with_sensitive=True, actor=SYSTEM)
        assert list(copy.media) == ["001.mp4"], "the sealed findings are the clinicians'"
        [done] = copy.values["rehab"]
        assert (done["exercise"], done["repetitions"], done["score"]) == ("深蹲", 3, None)
        assert done["range_deg"] == pytest.approx(80, abs=3)

    def test_prescribed_exercises_are_a_record_that_stays(self) -> None:
        programme = prescribed(conversation_of(), "squat")
        with session_scope() as session:
            plan = plan_erasure(session, programme.account_id)
        assert plan.programmes == 1
        assert plan.records_until is not None
