"""Rehabilitation in conversation with the real assistant: the plan, an exercise to film, a video named, and pain."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select

from care.analysis import Seen, keep_findings
from care.rehab import Prescription, Target, active, prescribe, standing
from care.replies import PhotoGuideCard
from records.audit import Actor, ActorKind
from records.cases import Case, CaseLevel
from records.conversations import Author, Conversation, Message
from records.findings import FindingKind
from records.media_store import store_bytes
from records.rehab import ProgrammeState, RehabNaming
from records.vault import vault_for
from settings import get_settings
from tests.integration.assistant import RASA, Assistant, Patient, running_assistant

pytestmark = [
    pytest.mark.rasa,
    pytest.mark.skipif(not RASA.exists(), reason="Rasa's environment is not there: make sets it up"),
]

THERAPIST = Actor(ActorKind.STAFF, "zhang")


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with running_assistant(tmp_path_factory.mktemp("assistant") / "var", now=datetime.now(get_settings().zone)) as it:
        yield it


@pytest.fixture
def patient(assistant: Assistant) -> Patient:
    """Somebody to whom squats and a plank are prescribed, every day."""
    arrived = assistant.patient()
    today = datetime.now(get_settings().zone).date()
    with assistant.records() as session:
        prescription = Prescription(
            targets=(Target("squat", 8), Target("plank")),
            days=frozenset(range(1, 8)),
            remind_at=time(9),
            starts_on=today,
            ends_on=today + timedelta(days=28),
            department="康复医学科",
        )
        prescribe(session, conversation_id=arrived.conversation_id, prescription=prescription, actor=THERAPIST)
    return arrived


def cases(patient: Patient) -> list[Case]:
    with patient.assistant.records() as session:
        return list(session.scalars(select(Case).where(Case.conversation_id == patient.conversation_id)))


def state(patient: Patient) -> str:
    with patient.assistant.records() as session:
        [programme] = standing(session, patient.conversation_id)
        return programme.state


def waiting_video(patient: Patient) -> str:
    """A kept video of which the patient was asked what it shows."""
    vault = vault_for(patient.assistant.settings)
    with patient.assistant.records() as session:
        conversation = session.get_one(Conversation, patient.conversation_id)
        patient.spoken += 1
        media = store_bytes(
            session, vault, conversation_id=conversation.id, kind="video", content_type="video/mp4", content=b"clip"
        )
        message = Message(
            conversation_id=conversation.id,
            seq=patient.spoken,
            author=Author.PATIENT,
            kind="video",
            media_id=media.id,
        )
        session.add(message)
        session.flush()
        seen = Seen("which-1", {"exercises": ["squat", "plank"]})
        keep_findings(session, vault, message_id=message.id, kind=FindingKind.REHAB_UNNAMED, seen=seen)
        return message.id


def named(patient: Patient) -> list[tuple[str, str]]:
    with patient.assistant.records() as session:
        query = select(RehabNaming).join(Message, Message.id == RehabNaming.message_id)
        rows = session.scalars(query.where(Message.conversation_id == patient.conversation_id))
        return [(row.message_id, row.exercise) for row in rows]


def test_the_plan_and_how_to_film_an_exercise(patient: Patient) -> None:
    said = patient.says("今天练什么")
    assert "今天要练：\n深蹲 8次\n平板支撑" in said
    patient.presses("深蹲")
    assert isinstance(patient.card, PhotoGuideCard)
    assert patient.card.title == "怎么拍深蹲"
    with patient.assistant.records() as session:
        [programme] = active(session, patient.conversation_id)
        assert programme.asked_exercise == "squat"
    assert "今天要练" in patient.presses("我的康复计划")


def test_without_a_programme_the_guide_is_the_general_one(assistant: Assistant) -> None:
    stranger = assistant.patient()
    assert "治疗师开" in stranger.says("我的康复计划")
    stranger.says("康复动作的视频怎么发")
    assert isinstance(stranger.card, PhotoGuideCard)
    assert stranger.card.title == "怎么拍康复动作视频"


@pytest.mark.parametrize("words", ["是深蹲", "这段是深蹲"])
def test_a_video_is_named_in_words(patient: Patient, words: str) -> None:
    message_id = waiting_video(patient)
    assert "按“深蹲”来看" in patient.says(words)
    assert named(patient) == [(message_id, "squat")]


def test_a_video_is_named_by_its_button_once_and_the_next_is_asked(patient: Patient) -> None:
    first, second = waiting_video(patient), waiting_video(patient)
    press = f'/send_rehab_video{{"choice": "video:plank:{first}"}}'
    assert "还有一段视频" in patient.hears(press)
    assert "不用再点" in patient.hears(press)
    patient.hears(f'/send_rehab_video{{"choice": "video:squat:{second}"}}')
    assert named(patient) == [(first, "plank"), (second, "squat")]


def test_nobody_names_anothers_video(assistant: Assistant, patient: Patient) -> None:
    message_id = waiting_video(patient)
    stranger = assistant.patient()
    stranger.hears(f'/send_rehab_video{{"choice": "video:squat:{message_id}"}}')
    assert named(patient) == []


class TestPain:
    def test_it_stops_the_programme_and_calls_a_therapist(self, patient: Patient) -> None:
        said = patient.says("训练后膝盖疼")
        assert "先停下来" in said
        assert "120" in said
        assert len(patient.replies) == 1, "triage asks nothing"
        assert state(patient) == ProgrammeState.PAUSED_PAIN
        [case] = cases(patient)
        assert (case.level, case.department, case.reasons) == (CaseLevel.ROUTINE, "康复医学科", ["rehab_pain"])
        assert "训练后膝盖疼" in case.complaint
        assert "先停着" in patient.says("今天练什么")

    def test_words_of_severity_make_it_urgent_and_more_raises_the_same_case(self, patient: Patient) -> None:
        patient.says("做完有点疼")
        assert [one.level for one in cases(patient)] == [CaseLevel.ROUTINE]
        assert "也告诉了治疗师" in patient.says("练完膝盖又疼又肿，走不了路")
        assert [one.level for one in cases(patient)] == [CaseLevel.URGENT]

    def test_a_bare_word_after_an_exercise_is_enough(self, patient: Patient) -> None:
        patient.says("今天练什么")
        patient.presses("深蹲")
        assert "先停下来" in patient.says("疼")
        assert state(patient) == ProgrammeState.PAUSED_PAIN

    def test_a_knee_after_a_squat_is_the_squats_a_head_is_triages(self, patient: Patient) -> None:
        patient.says("今天练什么")
        patient.presses("深蹲")
        patient.says("我头疼，有点发烧")
        assert state(patient) == ProgrammeState.ACTIVE
        assert "先停下来" in patient.says("膝盖疼")
        assert state(patient) == ProgrammeState.PAUSED_PAIN

    def test_pain_where_no_exercise_puts_it_stops_and_is_asked_about(self, patient: Patient) -> None:
        said = patient.says("练完胸口有点疼")
        assert "先停下来" in said
        assert len(patient.replies) > 1, "triage goes on"
        assert state(patient) == ProgrammeState.PAUSED_PAIN
        assert [one.level for one in cases(patient) if one.kind == "rehab"] == [CaseLevel.URGENT]

    def test_without_a_programme_it_is_a_complaint(self, assistant: Assistant) -> None:
        stranger = assistant.patient()
        said = stranger.says("训练后膝盖疼")
        assert "康复计划" not in said
        assert stranger.offered, "triage asks"
        assert cases(stranger) == []

    def test_no_pain_stops_nothing(self, patient: Patient) -> None:
        patient.says("做完不疼，挺好的")
        patient.says("做完腿有点酸")
        assert state(patient) == ProgrammeState.ACTIVE
