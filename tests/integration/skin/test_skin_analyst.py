"""What follows from a photo of the skin: its case, the sentence, the slot; and an earlier photo beside it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from sqlalchemy import select

from care.analysis import Asked, Concluded, Seen, conclude, keep_findings
from care.media import NotAnalysed, VisionClient
from care.media.vision import Answer
from care.skin.analyst import SkinAnalyst
from records.cases import Case, CaseLevel
from records.conversations import Author, Conversation, Message, MessageState
from records.database import session_scope, utc_now
from records.findings import FileRole, Finding, FindingKind
from records.media_store import store_bytes
from records.patients import Account
from records.vault import get_vault
from settings import Settings, get_settings

GOOD = {"problem": None, "confidence": 0.9}
Photo = Callable[..., str]


@pytest.fixture
def conversation(database: None) -> str:
    with session_scope() as session:
        account = Account(channel="web", address_fingerprint=token_hex(32))
        session.add(account)
        session.flush()
        opened = Conversation(account_id=account.id)
        session.add(opened)
        session.flush()
        return opened.id


def message(conversation: str, *, text: str = "", kind: str = "image", minutes_ago: float = 0.0) -> str:
    with session_scope() as session:
        holder = session.get_one(Conversation, conversation)
        holder.last_seq += 1
        sent = Message(
            conversation_id=conversation,
            seq=holder.last_seq,
            author=Author.PATIENT,
            kind=kind,
            text=text,
            state=MessageState.ANSWERED,
            created_at=utc_now() - timedelta(minutes=minutes_ago),
        )
        session.add(sent)
        session.flush()
        if kind == "image":
            stored = store_bytes(
                session,
                get_vault(),
                conversation_id=conversation,
                kind="photo",
                content_type="image/jpeg",
                content=b"\xff\xd8\xff" + sent.id.encode(),
            )
            sent.media_id = stored.id
        return sent.id


def follows(conversation: str, data: dict[str, Any], *, minutes_ago: float = 0.0) -> Concluded:
    """What is concluded from a photo with these findings."""
    message_id = message(conversation, minutes_ago=minutes_ago)
    with session_scope() as session:
        seen = Seen("skin-1", {"quality": GOOD, **data})
        finding = keep_findings(session, get_vault(), message_id=message_id, kind=FindingKind.SKIN, seen=seen)
        return conclude(session, SkinAnalyst(), finding)


@pytest.fixture
def second_looks(installation: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def share(value: str) -> None:
        monkeypatch.setenv("XINGLIN_SECOND_LOOK_SHARE", value)
        get_settings.cache_clear()

    share("0")
    return share


@pytest.mark.parametrize(
    ("risk", "level", "said"),
    [
        ("urgent", CaseLevel.URGENT, "两周之内去皮肤科"),
        ("dermatologist", CaseLevel.ROUTINE, "这几周"),
        ("unclear", CaseLevel.ROUTINE, "看不准"),
        ("a tier of tomorrow", CaseLevel.ROUTINE, "看不准"),
        ("watch", None, "不用急着来"),
    ],
)
def test_the_case_and_the_sentence_by_tier(
    conversation: str, second_looks: object, risk: str, level: CaseLevel | None, said: str
) -> None:
    concluded = follows(conversation, {"risk": risk})
    assert said in concluded.reply.text
    assert (concluded.case.level if concluded.case else None) == level
    assert concluded.slots["finding"]["department"] == "皮肤科"
    assert not concluded.person, "the conversation goes on"


def test_a_share_of_the_low_ones_is_looked_at(conversation: str, second_looks: Callable[[str], None]) -> None:
    second_looks("1")
    concluded = follows(conversation, {"risk": "watch"})
    assert concluded.case is not None
    assert (concluded.case.level, concluded.case.sampled) == (CaseLevel.SECOND_LOOK, True)
    assert "医生会看" in concluded.reply.text


def test_the_words_around_the_photo_are_the_complaint_and_name_psoriasis(
    conversation: str, second_looks: object
) -> None:
    message(conversation, text="牛皮癣又犯了，胳膊上一大片", kind="text")
    concluded = follows(conversation, {"risk": "watch"})
    assert concluded.case is not None
    assert "牛皮癣又犯了" in concluded.case.complaint
    assert "psoriasis" in concluded.case.reasons
    assert concluded.slots["finding"]["psoriasis"] is True
    assert "铅笔头" not in concluded.reply.text, "what to watch in a mole is nothing for a rash"


def test_the_third_photo_that_cannot_be_read_goes_to_a_person(conversation: str, second_looks: object) -> None:
    dark = {"quality": {"problem": "too_dark", "confidence": 0.9}}
    first, second, third = (follows(conversation, dark) for _ in range(3))
    assert "窗边" in first.reply.text
    assert (first.case, second.case) == (None, None)
    assert third.case is not None
    assert "医生来看" in third.reply.text


@pytest.mark.parametrize(("confidence", "person"), [(0.52, True), (0.9, False)])
def test_what_the_gate_is_not_sure_of_goes_to_a_person(
    conversation: str, second_looks: object, confidence: float, person: bool
) -> None:
    concluded = follows(conversation, {"quality": {"problem": "no_skin", "confidence": confidence}})
    assert (concluded.case is not None) is person


def test_what_has_changed_since_an_earlier_photo_is_seen_by_a_doctor(conversation: str, second_looks: object) -> None:
    change = {"registered": True, "change": {"grown": True, "recoloured": False}}
    concluded = follows(conversation, {"risk": "watch", "compared": change})
    assert concluded.case is not None
    assert "changed" in concluded.case.reasons
    assert "有些变化" in concluded.reply.text
    same = {"registered": True, "change": {"grown": False, "recoloured": False}}
    later = follows(conversation, {"risk": "watch", "compared": same}, minutes_ago=-60)
    assert later.case is None
    assert "没有看出明显的变化" in later.reply.text


def test_the_case_is_opened_once_however_often_it_is_concluded(conversation: str, second_looks: object) -> None:
    follows(conversation, {"risk": "urgent"})
    with session_scope() as session:
        finding = session.scalars(select(Finding)).one()
        conclude(session, SkinAnalyst(), finding)
        assert len(session.scalars(select(Case)).all()) == 1


class Engine:
    """Answers as the vision process would; notes what it was given."""

    def __init__(self, answers: Mapping[str, Answer | Exception]) -> None:
        self._answers = answers
        self.given: dict[str, tuple[bytes, dict[str, Any]]] = {}

    def analyse(self, path: str, file: Path, *, asked: Mapping[str, Any]) -> Answer:
        self.given[path] = file.read_bytes(), dict(asked)
        answer = self._answers[path]
        if isinstance(answer, Exception):
            raise answer
        return answer


READ = Answer({"risk": "watch", "quality": GOOD, "version": "skin-1"}, {"mask": ("image/png", b"m")})


def looked(conversation: str, engine: Engine, tmp_path: Path) -> Seen | None:
    message_id = message(conversation)
    (get_settings().var / "spool").mkdir(parents=True, exist_ok=True)
    file = tmp_path / "now"
    file.write_bytes(b"the photo of now")
    with session_scope() as session:
        account = session.get_one(Conversation, conversation).account_id
        asked = Asked(message_id, conversation, account, "photo", "image/jpeg", file)
        client: VisionClient = engine  # type: ignore[assignment]
        return SkinAnalyst().look(session, asked, client)


def test_an_earlier_photo_of_the_same_lesion_is_laid_beside(
    conversation: str, second_looks: object, tmp_path: Path
) -> None:
    follows(conversation, {"risk": "watch"}, minutes_ago=60 * 24 * 30)
    laid = Answer({"registered": True, "change": {"grown": True}}, {"side_by_side": ("image/png", b"both")})
    engine = Engine({"/skin": READ, "/skin/compare": laid})
    seen = looked(conversation, engine, tmp_path)
    assert seen is not None
    assert seen.data["compared"]["change"] == {"grown": True}
    assert seen.files[FileRole.SIDE_BY_SIDE] == ("image/png", b"both")
    both, asked = engine.given["/skin/compare"]
    assert both[asked["first_bytes"] :] == b"the photo of now"
    assert both.startswith(b"\xff\xd8\xff")
    assert list((get_settings().var / "spool").iterdir()) == []


@pytest.mark.parametrize(
    "answer", [Answer({"registered": False, "why": "nothing_in_common"}, {}), NotAnalysed("unsafe")]
)
def test_a_photo_of_something_else_is_as_if_it_were_the_first(
    conversation: str, second_looks: object, tmp_path: Path, answer: Answer | Exception
) -> None:
    follows(conversation, {"risk": "watch"}, minutes_ago=60)
    seen = looked(conversation, Engine({"/skin": READ, "/skin/compare": answer}), tmp_path)
    assert seen is not None
    assert "compared" not in seen.data


@pytest.mark.parametrize("problem", ["document", "screenshot"])
def test_a_sheet_is_left_to_the_report_reader(
    conversation: str, second_looks: object, tmp_path: Path, problem: str
) -> None:
    answer = Answer({"risk": None, "quality": {"problem": problem, "confidence": 0.9}}, {})
    assert looked(conversation, Engine({"/skin": answer}), tmp_path) is None


def test_the_first_photo_is_compared_with_nothing(conversation: str, second_looks: object, tmp_path: Path) -> None:
    engine = Engine({"/skin": READ})
    assert looked(conversation, engine, tmp_path) is not None
    assert set(engine.given) == {"/skin"}
    assert engine.given["/skin"][1] == {"kind": "phone", "non_commercial": True}
