"""What a patient answers about a photo: kept, read with the photo, and only ever making it more pressing."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from sqlalchemy import select

import channels.rereading as job
from care.analysis import Seen, conclude, keep_findings, read_findings
from care.cases import history
from care.media import NotAnalysed, VisionAway
from care.media.vision import Answer
from care.skin import answers as kept
from care.skin.analyst import SkinAnalyst
from channels.rereading import read_answers
from records.cases import Case, CaseLevel, CaseStep
from records.conversations import Author, Conversation, Message, MessageState
from records.database import session_scope, utc_now
from records.findings import FileRole, Finding, FindingFile, FindingKind
from records.media import Media
from records.media_store import store_bytes
from records.patients import Account
from records.vault import get_vault
from settings import get_settings

pytestmark = pytest.mark.usefixtures("database")
PHOTO = b"\xff\xd8\xff a photo of a lesion"


class Engine:
    """Stands where the vision process is asked; answers what the test wants, and notes what it was given."""

    def __init__(self, answer: Mapping[str, Any] | Exception) -> None:
        self._answer = answer
        self.given: list[tuple[bytes, dict[str, Any]]] = []

    def analyse(self, path: str, file: Path, *, asked: Mapping[str, Any]) -> Answer:
        assert path == "/skin"
        self.given.append((file.read_bytes(), dict(asked)))
        if isinstance(self._answer, Exception):
            raise self._answer
        return Answer(dict(self._answer), {})


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the assistant was told."""
    heard: list[dict[str, Any]] = []
    monkeypatch.setattr(job, "tell_assistant", lambda _, slots: heard.append(slots))
    return heard


def photo(risk: str) -> str:
    """A photo whose first reading said ``risk``, concluded as the media job does; returns the findings' id."""
    with session_scope() as session:
        account = Account(channel="web", address_fingerprint=token_hex(32))
        session.add(account)
        session.flush()
        conversation = Conversation(account_id=account.id, last_seq=1)
        session.add(conversation)
        session.flush()
        media = store_bytes(
            session,
            get_vault(),
            conversation_id=conversation.id,
            kind="photo",
            content_type="image/jpeg",
            content=PHOTO,
        )
        message = Message(
            conversation_id=conversation.id,
            seq=1,
            author=Author.PATIENT,
            kind="image",
            media_id=media.id,
            state=MessageState.ANSWERED,
        )
        session.add(message)
        session.flush()
        data = {"risk": risk, "probabilities": {"NEV": 0.8}, "quality": {"problem": None}, "version": "skin-1"}
        finding = keep_findings(
            session, get_vault(), message_id=message.id, kind=FindingKind.SKIN, seen=Seen("skin-1", data)
        )
        conclude(session, SkinAnalyst(), finding)
        return finding.id


def answer(finding_id: str, **answers: Any) -> None:
    with session_scope() as session:
        conversation_id = session.get_one(Finding, finding_id).conversation_id
        kept.keep_answers(session, finding_id=finding_id, conversation_id=conversation_id, answers=answers)


def data_of(finding_id: str) -> dict[str, Any]:
    with session_scope() as session:
        return read_findings(session, session.get_one(Finding, finding_id))


def case_of(finding_id: str) -> Case | None:
    with session_scope() as session:
        return session.scalars(select(Case).where(Case.finding_id == finding_id)).first()


def said(finding_id: str) -> list[str]:
    with session_scope() as session:
        conversation = session.get_one(Finding, finding_id).conversation_id
        return list(
            session.scalars(
                select(Message.text).where(Message.conversation_id == conversation, Message.author == Author.BOT)
            )
        )


@pytest.fixture(autouse=True)
def no_second_looks(installation: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINGLIN_SECOND_LOOK_SHARE", "0")
    get_settings.cache_clear()


def test_a_mole_that_bleeds_is_seen_sooner_than_its_photo_alone_said(
    monkeypatch: pytest.MonkeyPatch, told: list[dict[str, Any]]
) -> None:
    engine = Engine({"risk": "urgent", "probabilities": {"NEV": 0.1}, "version": "skin-1"})
    monkeypatch.setattr(job, "vision", lambda: engine)
    finding_id = photo("watch")
    assert case_of(finding_id) is None
    answer(finding_id, bleed=True, grew=True, age_years=61.0)
    assert read_answers() == 1
    [(content, asked)] = engine.given
    assert content == PHOTO
    assert asked["kind"] == "phone"
    assert '"bleed": true' in str(asked)
    data = data_of(finding_id)
    assert data["risk"] == "urgent"
    assert data["history"] == {"bleed": True, "grew": True, "age_years": 61.0}
    assert data["first_reading"]["risk"] == "watch"
    case = case_of(finding_id)
    assert case is not None
    assert case.level == CaseLevel.URGENT
    [text] = said(finding_id)
    assert "两周之内" in text
    assert told[0]["finding"]["soon"] == "two_weeks"
    assert read_answers() == 0, "once"
    assert list((get_settings().var / "spool").iterdir()) == []


def test_an_open_case_is_raised_in_place(monkeypatch: pytest.MonkeyPatch, told: list[dict[str, Any]]) -> None:
    monkeypatch.setattr(job, "vision", lambda: Engine({"risk": "urgent", "version": "skin-1"}))
    finding_id = photo("dermatologist")
    before = case_of(finding_id)
    assert before is not None
    answer(finding_id, changed=True)
    read_answers()
    after = case_of(finding_id)
    assert after is not None
    assert (after.id, before.level, after.level) == (before.id, CaseLevel.ROUTINE, CaseLevel.URGENT)
    with session_scope() as session:
        assert CaseStep.RAISED in [event.step for event in history(session, after.id)]


@pytest.mark.parametrize("first", ["urgent", "dermatologist", "unclear"])
def test_nothing_the_patient_says_makes_it_less_pressing(
    monkeypatch: pytest.MonkeyPatch, told: list[dict[str, Any]], first: str
) -> None:
    monkeypatch.setattr(job, "vision", lambda: Engine({"risk": "watch", "version": "skin-1"}))
    finding_id = photo(first)
    before = case_of(finding_id)
    assert before is not None
    answer(finding_id, grew=False, itch=False)
    assert read_answers() == 1
    after = case_of(finding_id)
    assert after is not None
    assert after.level == before.level
    assert data_of(finding_id)["risk"] == first
    assert data_of(finding_id)["read_risk"] == "watch", "the clinician sees both"
    assert said(finding_id) == []
    assert told == []


def test_while_the_engine_is_away_the_answers_wait(monkeypatch: pytest.MonkeyPatch, told: list[dict[str, Any]]) -> None:
    monkeypatch.setattr(job, "vision", lambda: Engine(VisionAway("no socket")))
    finding_id = photo("watch")
    answer(finding_id, grew=True)
    assert read_answers() == 0
    with session_scope() as session:
        assert session.scalars(select(FindingFile.role)).one() == FileRole.ANSWERS
        kept_at = session.scalars(select(Media).join(FindingFile, FindingFile.media_id == Media.id)).one()
        kept_at.created_at = utc_now() - kept.GIVEN_UP_AFTER - timedelta(minutes=1)
    assert read_answers() == 1, "not for ever: the doctor has the answers without the engine"
    assert data_of(finding_id)["history"] == {"grew": True}


def test_a_photo_that_the_engine_gives_up_keeps_its_answers(
    monkeypatch: pytest.MonkeyPatch, told: list[dict[str, Any]]
) -> None:
    monkeypatch.setattr(job, "vision", lambda: Engine(NotAnalysed("unsafe")))
    finding_id = photo("watch")
    answer(finding_id, grew=True)
    assert read_answers() == 1
    assert data_of(finding_id)["risk"] == "watch"
    assert data_of(finding_id)["history"] == {"grew": True}


def test_the_patients_part_of_a_pasi_needs_no_engine(
    monkeypatch: pytest.MonkeyPatch, told: list[dict[str, Any]]
) -> None:
    engine = Engine(AssertionError("not to be asked"))
    monkeypatch.setattr(job, "vision", lambda: engine)
    finding_id = photo("dermatologist")
    answer(finding_id, palms=3.0, itch_0_10=7.0)
    assert read_answers() == 1
    assert data_of(finding_id)["patient_reported"] == {"palms": 3.0, "itch_0_10": 7.0}
    assert engine.given == []


def test_nobody_answers_for_another_conversation() -> None:
    finding_id = photo("watch")
    with session_scope() as session, pytest.raises(kept.NotTheirs):
        kept.keep_answers(session, finding_id=finding_id, conversation_id="another", answers={"grew": True})
