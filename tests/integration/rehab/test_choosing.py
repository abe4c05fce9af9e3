"""Which exercise a video shows: asked for, left of today, the only one; else nobody guesses."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from care.consent import Purpose, withdraw
from care.rehab import (
    Target,
    active,
    change,
    end,
    film_reply,
    hurts,
    is_pain_of_exercise,
    name_video,
    pause,
    plan_reply,
    prescribed_for,
    resume,
    standing,
)
from care.replies import ProgressCard
from channels.rehab_job import look_at_named
from records.audit import SYSTEM
from records.cases import Case
from records.conversations import Message
from records.database import session_scope, utc_now
from records.findings import Finding
from records.rehab import ProgrammeState, RehabProgramme, RehabSession, Side
from settings import get_settings
from tests.integration.rehab.house import (
    THERAPIST,
    at,
    concluded,
    conversation_of,
    prescribed,
    prescription,
    today,
    video,
)
from tests.rehab_findings import performed

pytestmark = pytest.mark.usefixtures("database")

SHORT = {"repetitions": 2, "tempo_s": 1.5, "pause_s": 0.3}


def shown(message_id: str) -> str | None:
    """The exercise that this video is taken for, "" when there is no programme for it."""
    with session_scope() as session:
        found = prescribed_for(session, session.get_one(Message, message_id))
        if found is None:
            return ""
        return found.shown.exercise if found.shown is not None else None


def films(programme: RehabProgramme, name: str, *, hours_ago: int = 0) -> str:
    """What the patient is told who chooses an exercise."""
    with session_scope() as session:
        reply = film_reply(session, programme.conversation_id, name, now=utc_now() - timedelta(hours=hours_ago))
        return reply.text if reply is not None else ""


def test_the_only_exercise_is_the_one() -> None:
    assert shown(video(prescribed(conversation_of(), "squat").conversation_id)) == "squat"


def test_of_several_none_is_guessed() -> None:
    assert shown(video(prescribed(conversation_of(), "squat", "bridge").conversation_id)) is None


def test_without_a_programme_that_goes_on_it_is_no_exercise() -> None:
    conversation_id = conversation_of()
    assert shown(video(conversation_id)) == ""
    programme = prescribed(conversation_id, "squat")
    with session_scope() as session:
        pause(session, programme_id=programme.id, actor=THERAPIST)
    assert shown(video(conversation_id)) == ""


def test_the_one_that_was_chosen_until_it_is_done_then_what_is_left() -> None:
    programme = prescribed(conversation_of(), "squat", "bridge", "plank")
    assert "练臀桥" in films(programme, "bridge")
    assert shown(video(programme.conversation_id)) == "bridge"
    concluded(programme, performed("bridge", **SHORT))
    assert shown(video(programme.conversation_id)) is None, "squat or plank"
    concluded(programme, performed("squat", **SHORT))
    assert shown(video(programme.conversation_id)) == "plank"


def test_a_choice_of_this_morning_says_nothing_of_tonight() -> None:
    programme = prescribed(conversation_of(), "squat", "bridge")
    films(programme, "bridge", hours_ago=7)
    assert shown(video(programme.conversation_id)) is None


def test_the_side_is_said_before_it_is_filmed() -> None:
    programme = prescribed(conversation_of(), targets=(Target("shoulder_abduction", 5, side=Side.RIGHT),))
    assert films(programme, "shoulder_abduction").startswith("好的，练肩外展（右侧）。")


def test_what_is_not_prescribed_cannot_be_chosen() -> None:
    programme = prescribed(conversation_of(), "squat")
    assert films(programme, "push_up") == ""


class TestOfTwoProgrammes:
    """A knee of one therapist's, a shoulder of another's: an exercise says which programme it is of."""

    @pytest.fixture
    def both(self) -> tuple[RehabProgramme, RehabProgramme]:
        conversation_id = conversation_of()
        return prescribed(conversation_id, "squat"), prescribed(conversation_id, "shoulder_abduction", kinship="母亲")

    def test_a_video_is_of_the_one_whose_exercise_was_chosen_last(
        self, both: tuple[RehabProgramme, RehabProgramme]
    ) -> None:
        knee, shoulder = both
        assert shown(video(knee.conversation_id)) is None, "either"
        films(knee, "squat", hours_ago=1)
        assert "练肩外展" in films(shoulder, "shoulder_abduction")
        assert shown(video(knee.conversation_id)) == "shoulder_abduction"
        _, done = concluded(shoulder, performed("shoulder_abduction", **SHORT))
        assert "下一个动作：深蹲" in done.reply.text
        assert shown(video(knee.conversation_id)) == "squat", "what is left"
        with session_scope() as session:
            assert [one.programme_id for one in session.scalars(select(RehabSession))] == [shoulder.id]

    def test_the_plan_is_of_both_and_says_whose_and_what_rests(
        self, both: tuple[RehabProgramme, RehabProgramme]
    ) -> None:
        knee, shoulder = both
        with session_scope() as session:
            reply = plan_reply(session, knee.conversation_id, now=utc_now())
            assert "今天要练：\n深蹲 5次（本人）\n肩外展 5次（母亲）\n" in reply.text
            assert [one.title for one in reply.quick_replies] == ["深蹲", "肩外展", "练的时候疼", "转人工"]
            pause(session, programme_id=knee.id, actor=THERAPIST)
            reply = plan_reply(session, knee.conversation_id, now=utc_now())
            assert reply.text.startswith("今天要练：\n肩外展 5次\n")
            assert "先停着、不要练的：深蹲 5次。" in reply.text
            pause(session, programme_id=shoulder.id, actor=THERAPIST)
            assert "暂停了" in plan_reply(session, knee.conversation_id, now=utc_now()).text

    def test_when_one_ends_a_video_is_of_the_other(self, both: tuple[RehabProgramme, RehabProgramme]) -> None:
        knee, _ = both
        with session_scope() as session:
            end(session, programme_id=knee.id, actor=THERAPIST)
        assert shown(video(knee.conversation_id)) == "shoulder_abduction"

    def test_pain_stops_both_and_each_therapist_is_asked(self, both: tuple[RehabProgramme, RehabProgramme]) -> None:
        """Nobody but a therapist says what may go on."""
        knee, shoulder = both
        with session_scope() as session:
            assert is_pain_of_exercise(session, knee.conversation_id, "做完深蹲膝盖疼", now=utc_now())
            reply = hurts(session, knee.conversation_id, "做完深蹲膝盖疼", doing="squat", now=utc_now())
            assert reply is not None
            assert "先停下来" in reply.text
            assert {one.state for one in standing(session, knee.conversation_id)} == {ProgrammeState.PAUSED_PAIN}
            keys = set(session.scalars(select(Case.dedupe_key)))
            assert keys == {f"rehab:pain:{one.id}:1" for one in both}
            resume(session, programme_id=shoulder.id, actor=THERAPIST)
            assert [one.id for one in active(session, knee.conversation_id)] == [shoulder.id]
            again = hurts(session, knee.conversation_id, "还疼", doing=None, now=utc_now())
            assert again is not None
            assert "先停下来" in again.text, "one of them had gone on"


class TestPlan:
    def said(self, conversation_id: str) -> str:
        with session_scope() as session:
            return plan_reply(session, conversation_id, now=utc_now()).text

    def test_today_what_is_done_and_how_it_went(self) -> None:
        programme = prescribed(conversation_of(), "squat", "plank")
        concluded(programme, performed("squat", **SHORT))
        concluded(programme, performed("squat", **(SHORT | {"repetitions": 3})))
        said = self.said(programme.conversation_id)
        assert "今天要练：\n深蹲 5次（已练）\n平板支撑" in said
        assert "深蹲：练过2次，每次做的个数 2→3，角度" in said
        assert "分" not in said

    def drawn(self, conversation_id: str) -> list[tuple[str, str, list[float]]]:
        """Title, unit and values of every line in the picture of the progress."""
        with session_scope() as session:
            card = plan_reply(session, conversation_id, now=utc_now()).card
        if card is None:
            return []
        assert isinstance(card, ProgressCard)
        return [(one.title, one.unit, [point.value for point in one.points]) for one in card.trends]

    def test_the_progress_is_drawn_a_point_a_day_and_the_score_only_where_the_hospital_may(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        programme = prescribed(conversation_of(), "squat", "plank", "sit_to_stand")
        earlier = at(today(), "09:00") - timedelta(days=1)
        concluded(programme, performed("squat", reached=50.0, **SHORT), sent_at=earlier)
        concluded(programme, performed("plank"), sent_at=earlier)
        assert self.drawn(programme.conversation_id) == [], "one day is no course"
        concluded(programme, performed("squat", reached=60.0, **SHORT))
        concluded(programme, performed("squat", reached=75.0, **SHORT))
        concluded(programme, performed("sit_to_stand", reached=20.0, **SHORT), sent_at=earlier)
        concluded(programme, performed("sit_to_stand", reached=10.0, **SHORT))
        squat, stand = self.drawn(programme.conversation_id)
        first, last = squat[2]
        assert (first, last) == (pytest.approx(50, abs=3), pytest.approx(75, abs=3)), "of a day the last one"
        assert squat[:2] == (f"深蹲：角度 {first:.0f}→{last:.0f}", "度")
        assert stand[0].endswith("（越小，动得越开）")
        monkeypatch.setenv("XINGLIN_GRADES_PATIENT_VISIBLE", "true")
        get_settings.cache_clear()
        scored = self.drawn(programme.conversation_id)[0]
        assert scored[0].startswith("深蹲：得分 ")
        assert scored[1] == "分"
        assert all(0 <= value <= 100 for value in scored[2])

    def test_what_is_held_is_drawn_in_seconds(self) -> None:
        programme = prescribed(conversation_of(), "plank")
        sagging = performed("plank", faults={"hips_sagging": -30.0})
        concluded(programme, sagging, sent_at=at(today(), "09:00") - timedelta(days=1))
        concluded(programme, performed("plank"))
        assert self.drawn(programme.conversation_id) == [("平板支撑：坚持 0→20", "秒", [0, 20])]

    def test_a_day_of_rest_names_the_next(self) -> None:
        day = today().isoweekday() % 7 + 1
        programme = prescribed(conversation_of(), days=frozenset({day}))
        assert self.said(programme.conversation_id).startswith("今天是休息日，不用练。下一次是明天。")

    def test_without_one_it_says_who_prescribes(self) -> None:
        assert "治疗师开" in self.said(conversation_of())


def test_a_named_video_is_not_looked_at_when_its_exercise_or_the_consent_is_gone() -> None:
    programme = prescribed(conversation_of(), "squat", "bridge")
    allowed, removed = video(programme.conversation_id), video(programme.conversation_id)
    with session_scope() as session:
        name_video(session, message_id=allowed, exercise="squat")
        name_video(session, message_id=removed, exercise="bridge")
        change(session, programme_id=programme.id, prescription=prescription("squat"), actor=THERAPIST)
    assert look_at_named(removed, "not-there") is None
    with session_scope() as session:
        withdraw(session, programme.account_id, Purpose.MEDIA, actor=SYSTEM)
    assert look_at_named(allowed, "not-there") is None
    with session_scope() as session:
        assert session.scalars(select(Finding)).all() == []
