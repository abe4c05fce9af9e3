"""What follows from a video that was read: what is told, what is kept, who looks."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from care.analysis import conclude
from care.rehab import RehabAnalyst, Target, sessions_of
from records.cases import Case, CaseLevel
from records.database import session_scope
from records.rehab import RehabSession, Side
from settings import get_settings
from tests.integration.rehab.house import at, concluded, conversation_of, prescribed, titles, today
from tests.rehab_findings import performed

pytestmark = pytest.mark.usefixtures("database")

GOOD: dict[str, Any] = {"repetitions": 5, "tempo_s": 2.0}


def kept() -> list[RehabSession]:
    with session_scope() as session:
        return list(session.scalars(select(RehabSession).order_by(RehabSession.at)))


def cases() -> list[Case]:
    with session_scope() as session:
        return list(session.scalars(select(Case).order_by(Case.opened_at)))


def test_five_squats_are_counted_praised_and_followed_by_the_next_exercise() -> None:
    programme = prescribed(conversation_of(), "squat", "heel_raise")
    _, done = concluded(programme, performed("squat", **GOOD))
    said = done.reply.text
    assert "深蹲：数到5次，要做的是5次。" in said
    assert said.index("个数做够了") < said.index("下一个动作：提踵")
    assert "分" not in said.replace("部分", ""), "the score is the clinician's (NMPA 2021 No. 47)"
    assert titles(done) == ["提踵", "我的康复计划", "练的时候疼"]
    assert done.slots == {"rehab_exercise": "squat"}
    assert not done.person
    [session] = kept()
    assert (session.exercise, session.repetitions, session.form) == ("squat", 5, "correct")
    assert session.range_deg == pytest.approx(80, abs=3)
    assert session.score is not None
    assert session.score > 80


def test_faults_become_at_most_three_sentences_of_advice() -> None:
    programme = prescribed(conversation_of(), "squat")
    bad = {"trunk_leaning": 80.0, "heel_lift": 45.0, "knee_over_toe": 0.6}
    _, done = concluded(programme, performed("squat", repetitions=3, reached=50.0, tempo_s=0.9, faults=bad))
    lines = done.reply.text.splitlines()
    advice = [line for line in lines if line[:2] in {"1.", "2.", "3.", "4."}]
    assert 1 <= len(advice) <= 3
    assert lines.index("坚持练了就很好。") < lines.index("可以改进的：")
    assert "今天的动作都练完了" in done.reply.text
    assert "incorrect" not in done.reply.text


def test_the_score_is_told_where_the_hospital_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINGLIN_GRADES_PATIENT_VISIBLE", "true")
    get_settings.cache_clear()
    programme = prescribed(conversation_of(), "squat")
    _, done = concluded(programme, performed("squat", **GOOD))
    assert f"这次得分{kept()[0].score}分" in done.reply.text


def test_it_is_compared_with_the_last_time_angles_only_beyond_their_uncertainty() -> None:
    programme = prescribed(conversation_of(), "squat")
    earlier = at(today(), "00:10") - timedelta(days=1)
    concluded(programme, performed("squat", repetitions=3, reached=50.0), sent_at=earlier)
    _, same = concluded(
        programme, performed("squat", repetitions=3, reached=53.0), sent_at=earlier + timedelta(hours=1)
    )
    assert "和上次差不多" in same.reply.text
    assert "度" not in same.reply.text.split("和上次")[1].split("\n")[0]
    _, better = concluded(
        programme, performed("squat", repetitions=4, reached=85.0), sent_at=earlier + timedelta(hours=2)
    )
    assert "比上次多1次" in better.reply.text
    assert "活动角度比上次大了约" in better.reply.text
    assert "比上次做得多，有进步" in better.reply.text


def test_standing_up_further_is_further_though_the_angle_falls() -> None:
    programme = prescribed(conversation_of(), "sit_to_stand")
    earlier = at(today(), "00:10") - timedelta(days=1)
    concluded(programme, performed("sit_to_stand", repetitions=5, reached=40.0), sent_at=earlier)
    _, done = concluded(programme, performed("sit_to_stand", repetitions=5, reached=5.0))
    assert "活动角度比上次大了约" in done.reply.text


def test_what_is_held_is_told_in_seconds() -> None:
    programme = prescribed(conversation_of(), "plank")
    _, done = concluded(programme, performed("plank"))
    assert "平板支撑：坚持了20秒，要做到的是20秒。" in done.reply.text
    assert "时间做够了" in done.reply.text
    assert kept()[0].held_s == pytest.approx(20, abs=0.5)


def test_concluding_again_changes_nothing() -> None:
    """A worker that died after it, and one that only wants the slots, conclude a second time."""
    programme = prescribed(conversation_of(), "squat")
    finding, first = concluded(programme, performed("squat", **GOOD))
    with session_scope() as session:
        again = conclude(session, RehabAnalyst(), finding)
    assert again == first
    assert len(kept()) == len(cases()) == 1


class TestCases:
    def test_the_first_video_of_each_exercise_goes_to_the_therapist(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("XINGLIN_SECOND_LOOK_SHARE", "0")
        get_settings.cache_clear()
        programme = prescribed(conversation_of(), "squat", "heel_raise")
        for name in ("squat", "squat", "heel_raise"):
            concluded(programme, performed(name, **GOOD))
        assert [(one.complaint, one.level, one.reasons) for one in cases()] == [
            ("深蹲", CaseLevel.ROUTINE, ["rehab_first_video"]),
            ("提踵", CaseLevel.ROUTINE, ["rehab_first_video"]),
        ]
        assert cases()[0].department == "康复医学科"

    def test_a_share_of_the_others_is_drawn_for_a_second_look(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("XINGLIN_SECOND_LOOK_SHARE", "1")
        get_settings.cache_clear()
        programme = prescribed(conversation_of(), "squat")
        for _ in range(2):
            concluded(programme, performed("squat", **GOOD))
        drawn = cases()[1]
        assert (drawn.level, drawn.sampled, drawn.reasons) == (CaseLevel.SECOND_LOOK, True, ["rehab_sample"])

    def test_scores_that_fall_open_a_case(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("XINGLIN_SECOND_LOOK_SHARE", "0")
        get_settings.cache_clear()
        programme = prescribed(conversation_of(), "squat")
        begun = at(today(), "00:00") - timedelta(days=6)
        bad = {"trunk_leaning": 80.0, "heel_lift": 45.0}
        for day in range(6):
            findings = (
                performed("squat", **GOOD)
                if day < 3
                else performed("squat", repetitions=5, reached=45.0, tempo_s=1.0, faults=bad)
            )
            concluded(programme, findings, sent_at=begun + timedelta(days=day))
        assert [one.reasons for one in cases()] == [["rehab_first_video"], ["rehab_falling_scores"]]
        with session_scope() as session:
            scores = [one.score for one in sessions_of(session, programme.id)]
        assert min(scores[:3]) - max(scores[3:]) > 15  # type: ignore[type-var, operator]


class TestRefused:
    def test_it_is_no_session_and_says_how_to_film_again(self) -> None:
        programme = prescribed(conversation_of(), "squat", "heel_raise")
        still = performed("squat", repetitions=1, reached=5.0)
        assert still["gate"]["problem"] == "no_movement"
        _, done = concluded(programme, still)
        assert "没有算作一次训练" in done.reply.text
        assert "请把手机放在身体侧面" in done.reply.text
        assert "转人工" in titles(done)
        assert kept() == []
        assert done.case is None

    def test_the_other_side_is_none_of_what_was_prescribed_and_it_is_said_which(self) -> None:
        programme = prescribed(
            conversation_of(), targets=(Target("shoulder_abduction", 5, side=Side.RIGHT), Target("squat", 5))
        )
        _, done = concluded(programme, performed("shoulder_abduction", side="right", done_side="left"))
        assert "看起来做的是左侧，这次要练的是右侧" in done.reply.text
        assert "自拍把左右拍反了" in done.reply.text
        assert kept() == []
        _, done = concluded(programme, performed("shoulder_abduction", repetitions=5, side="right", done_side="right"))
        assert "肩外展：数到5次，要做的是5次。" in done.reply.text
        assert [one.repetitions for one in kept()] == [5]

    def test_the_third_on_one_day_asks_a_therapist(self) -> None:
        programme = prescribed(conversation_of(), "squat")
        still = performed("squat", repetitions=1, reached=5.0)
        said = [concluded(programme, still)[1] for _ in range(3)]
        assert [one.case is not None for one in said] == [False, False, True]
        assert "请治疗师来看怎么拍" in said[2].reply.text
        assert [one.reasons for one in cases()] == [["rehab_cannot_film"]]
