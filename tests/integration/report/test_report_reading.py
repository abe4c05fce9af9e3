"""A report's questions answered in the conversation: by chips, in words, and for whom."""

from typing import Any

import pytest
from rasa_sdk import Tracker

from actions.base import Outcome, Turn, clock
from actions.findings import AboutFinding
from actions.report import ReportReading, awaits_reading
from care.analysis import read_findings
from care.booking import register_patient
from care.conversations import offered_options
from care.replies import EmergencyCard
from records.conversations import Conversation, Holder
from records.database import session_scope
from records.findings import Finding
from records.vault import get_vault
from tests.integration.report.conftest import Conclude, Send
from tests.sheets import asked, creatinine, potassium, row, sheet

OTHER = {"name": "王*兰", "sex": None, "age_years": None, "number": None, "matches": False}


class Talk:
    """The patient's conversation after a report, as the action server sees it."""

    def __init__(self, conversation: str, concluded: Any) -> None:
        self.conversation = conversation
        self.slots: dict[str, Any] = dict(concluded.slots)
        self.reply = concluded.reply

    def hears(self, text: str, intent: str = "inform", action: Any = None) -> str:
        pressed = text.startswith("/")
        entities = [{"entity": "choice", "value": text.split('"')[3]}] if pressed else []
        message = {"text": text, "intent": {"name": intent, "confidence": 0.9}, "entities": entities}
        tracker = Tracker(self.conversation, self.slots, message, [], False, None, {}, None)
        with session_scope() as session:
            turn = Turn(session, tracker, clock())
            self.awaited = awaits_reading(turn)
            outcome: Outcome = (action or ReportReading()).respond(turn)
        self.slots |= {event["name"]: event["value"] for event in outcome.events if event["event"] == "slot"}
        self.reply = outcome.replies[0]
        return self.reply.text

    def presses(self, title: str) -> str:
        payload = next(one.payload for one in offered_options(self.reply) if one.title == title)
        return self.hears(payload, "answer_triage")


@pytest.fixture
def unsure(send: Send, concluded: Conclude, conversation: str) -> Talk:
    bilirubin = row("总胆红素", "1.7", code="tbil", low=3.4, high=20.5, ask_back=asked("low_score", "1.7", "17"))
    return Talk(conversation, concluded(send(sheet(creatinine("120"), bilirubin))))


def test_by_chips(unsure: Talk) -> None:
    said = unsure.presses("17")
    assert "肌酐 120" in said
    assert "总胆红素" not in said
    assert not unsure.slots["finding"]["waiting"]


@pytest.mark.parametrize("said", ["17", "是17", "这里是17吧", "十七"])
def test_in_words(unsure: Talk, said: str) -> None:
    assert "总胆红素" not in unsure.hears(said)
    assert unsure.awaited


def test_the_patient_cannot_read_it_either(unsure: Talk) -> None:
    assert "有1项没看清" in unsure.hears("我也看不清", "dont_know")


def test_what_is_no_number_is_asked_again(unsure: Talk) -> None:
    assert "写单子上的数" in unsure.hears("不知所云", "nlu_fallback")
    assert not unsure.awaited, "the assistant hears it first"
    assert unsure.slots["finding"]["waiting"]


@pytest.mark.parametrize("said", ["我头疼三天了", "你们几点上班"])
def test_other_words_are_not_taken_for_an_answer(unsure: Talk, said: str) -> None:
    unsure.hears(said)
    assert not unsure.awaited


def test_a_dangerous_value_that_is_confirmed_calls_somebody(send: Send, concluded: Conclude, conversation: str) -> None:
    talk = Talk(conversation, concluded(send(sheet(potassium("68", ask_back=asked("impossible", "6.8", "68"))))))
    assert "现在就看一眼" in talk.reply.text
    talk.presses("6.8")
    assert isinstance(talk.reply.card, EmergencyCard)
    assert "急诊" in talk.hears("要紧吗", "ask_finding", AboutFinding())
    with session_scope() as session:
        assert session.get_one(Conversation, conversation).holder == Holder.WAITING


def test_a_family_members_report_is_filed_for_them(send: Send, concluded: Conclude, conversation: str) -> None:
    with session_scope() as session:
        account = session.get_one(Conversation, conversation).account_id
        mother = register_patient(session, get_vault(), account_id=account, name="王秀兰", kinship="母亲").id
    finding_id = send(sheet(creatinine("120"), patient=OTHER))
    talk = Talk(conversation, concluded(finding_id))
    assert [one.title for one in talk.reply.quick_replies] == ["我本人的", "母亲 王**", "别人的"]
    assert "肌酐 120" in talk.presses("母亲 王**")
    with session_scope() as session:
        assert read_findings(session, session.get_one(Finding, finding_id))["whose"] == mother


@pytest.mark.parametrize(
    ("said", "told"), [("我妈的", "不记在您名下"), ("是我自己的", "肌酐 120"), ("邻居的", "不记在您名下")]
)
def test_whose_it_is_in_words(send: Send, concluded: Conclude, conversation: str, said: str, told: str) -> None:
    talk = Talk(conversation, concluded(send(sheet(creatinine("120"), patient=OTHER))))
    assert told in talk.hears(said)


def test_no_patient_of_another_account_is_ever_filed_for(send: Send, concluded: Conclude, conversation: str) -> None:
    finding_id = send(sheet(creatinine("120"), patient=OTHER))
    talk = Talk(conversation, concluded(finding_id))
    talk.hears(f'/answer_triage{{"choice": "whose:{finding_id}:0123456789abcdef"}}', "answer_triage")
    with session_scope() as session:
        assert "whose" not in read_findings(session, session.get_one(Finding, finding_id))


def test_does_it_matter_names_no_value(send: Send, concluded: Conclude, conversation: str) -> None:
    talk = Talk(conversation, concluded(send(sheet(creatinine("120")))))
    said = talk.hears("要紧吗", "ask_finding", AboutFinding())
    assert "肾内科" in said
    assert "120" not in said
