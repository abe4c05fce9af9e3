"""After a photo the conversation goes on with the real assistant: what is it, does it matter, then a visit."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from care.analysis import Seen, keep_findings
from care.buttons import choice
from care.replies import SlotCard
from care.report.analyst import slots as report_slots
from care.report.items import report_of
from care.skin.analyst import slots as skin_slots
from care.skin.reading import Risk
from records.conversations import Author, Message
from records.findings import FindingKind
from records.vault import vault_for
from settings import get_settings
from tests.integration.assistant import RASA, Assistant, Patient, running_assistant
from tests.sheets import asked, creatinine, potassium, sheet

pytestmark = [
    pytest.mark.rasa,
    pytest.mark.skipif(not RASA.exists(), reason="Rasa's environment is not there: make sets it up"),
]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with running_assistant(tmp_path_factory.mktemp("assistant") / "var", now=datetime.now(get_settings().zone)) as it:
        yield it


@pytest.fixture
def patient(assistant: Assistant) -> Patient:
    return assistant.patient()


@pytest.fixture(autouse=True)
def same_folder(assistant: Assistant, installation: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sealed files lie where the action server reads them."""
    monkeypatch.setenv("XINGLIN_VAR", str(assistant.settings.var))
    get_settings.cache_clear()


def found(patient: Patient, kind: FindingKind, data: dict[str, Any]) -> str:
    """Findings of a photo that the patient has sent."""
    with patient.assistant.records() as session:
        patient.spoken += 1
        photo = Message(
            conversation_id=patient.conversation_id, seq=patient.spoken, author=Author.PATIENT, kind="image"
        )
        session.add(photo)
        session.flush()
        vault = vault_for(patient.assistant.settings)
        return keep_findings(session, vault, message_id=photo.id, kind=kind, seen=Seen("1", data)).id


def inform(patient: Patient, slots: dict[str, Any]) -> None:
    """Tell the assistant what was found, as the media job does."""
    address = f"{patient.assistant.settings.rasa_address}/webhooks/rest/inform"
    answered = httpx.post(
        address, json={"sender": patient.conversation_id, "slots": slots}, timeout=30, trust_env=False
    )
    assert answered.status_code == httpx.codes.OK, answered.text


@pytest.fixture
def with_mole(patient: Patient) -> Patient:
    finding = found(patient, FindingKind.SKIN, {"risk": "urgent", "quality": {"problem": None}})
    inform(patient, skin_slots(finding, Risk.URGENT, doctor_looks=True, psoriasis=False))
    return patient


@pytest.mark.parametrize("said", ["是什么病啊", "要紧吗", "会不会是癌", "医生看了吗"])
def test_what_is_it_is_answered_from_the_photo(with_mole: Patient, said: str) -> None:
    told = with_mole.says(said)
    assert "不能下结论" in told
    assert "两周" in told
    assert "医生那里" in told


def test_then_book_is_dermatology_without_asking(with_mole: Patient) -> None:
    with_mole.says("那我挂号")
    assert isinstance(with_mole.card, SlotCard)
    assert with_mole.card.department == "皮肤科"


def test_another_department_by_name_is_that_one(with_mole: Patient) -> None:
    with_mole.says("我想挂骨科")
    assert isinstance(with_mole.card, SlotCard)
    assert with_mole.card.department == "骨科"


def test_the_questions_are_answered_by_chips_in_words_and_left(with_mole: Patient) -> None:
    with_mole.hears(choice("lesion", "start", intent="answer_triage"))
    assert "长大" in with_mole.replies[-1].text
    assert "颜色" in with_mole.presses("有")
    assert "门诊" in with_mole.says("你们几点上班"), "a question in between"
    assert "颜色" in with_mole.replies[-1].text, "and the form asks again"
    assert "出过血" in with_mole.says("没有变")
    assert "谢谢" in with_mole.presses("不答了")
    assert "皮肤科" in with_mole.replies[-1].quick_replies[0].title
    told = with_mole.says("要紧吗")
    assert "两周" in told, "it is still known"


def test_a_new_complaint_in_the_middle_is_heard_as_one(with_mole: Patient) -> None:
    with_mole.hears(choice("lesion", "start", intent="answer_triage"))
    assert "长大" not in with_mole.says("我还头疼三天了，有点发烧")


def test_nothing_was_sent_yet(patient: Patient) -> None:
    assert "还没有发" in patient.says("是什么病啊")


def test_a_value_is_read_out_and_the_report_explained(patient: Patient) -> None:
    data = sheet(creatinine("120"), potassium("4.5", ask_back=asked("low_score", "4.5", "45")))
    finding = found(patient, FindingKind.REPORT, data)
    inform(patient, report_slots(report_of(finding, data), waiting=True))
    assert "肌酐 120" in patient.says("是4.5")
    patient.says("那我挂号")
    assert isinstance(patient.card, SlotCard)
    assert patient.card.department == "肾内科"


def test_what_the_house_does_not_know_is_refused(patient: Patient) -> None:
    address = f"{patient.assistant.settings.rasa_address}/webhooks/rest/inform"
    answered = httpx.post(
        address,
        json={"sender": patient.conversation_id, "slots": {"no_such_slot": 1}},
        timeout=30,
        trust_env=False,
    )
    assert answered.status_code == httpx.codes.BAD_REQUEST
