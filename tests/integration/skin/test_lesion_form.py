"""The questions after a photo: chips and free words, what is known left out, the way out, and what is kept."""

from collections.abc import Iterator
from secrets import token_hex
from typing import Any

import pytest
from rasa_sdk import Tracker
from sqlalchemy.orm import Session

from actions.base import Outcome, Turn, clock
from actions.skin import FORM, AskAboutLesion, LesionTold, ValidateLesionForm
from care.analysis import Seen, keep_findings
from care.buttons import choice
from care.skin.answers import read_answers, waiting_answers
from care.skin.history import LESION
from records.conversations import Author, Conversation, Message
from records.findings import FindingKind
from records.patients import Account
from records.vault import get_vault


class Talk:
    """One patient after a photo, as the action server sees them: slots, and the latest message."""

    def __init__(self, session: Session, *, psoriasis: bool = False, **slots: Any) -> None:
        account = Account(channel="web", address_fingerprint=token_hex(32))
        session.add(account)
        session.flush()
        conversation = Conversation(account_id=account.id, last_seq=1)
        session.add(conversation)
        session.flush()
        message = Message(conversation_id=conversation.id, seq=1, author=Author.PATIENT, kind="image")
        session.add(message)
        session.flush()
        seen = Seen("skin-1", {"risk": "watch"})
        finding = keep_findings(session, get_vault(), message_id=message.id, kind=FindingKind.SKIN, seen=seen)
        self.session, self.conversation, self.finding = session, conversation.id, finding.id
        found = {"kind": "skin", "id": finding.id, "department": "皮肤科", "soon": "watch", "psoriasis": psoriasis}
        self.slots: dict[str, Any] = {"finding": found, **slots}
        self.open = self.rejected = False
        self.last = Outcome()

    def hears(self, text: str, intent: str = "inform") -> "Talk":
        """One message through the form: validated, then the next question asked."""
        pressed = text.startswith("/")
        entities = [{"entity": "choice", "value": text.split('"')[3]}] if pressed else []
        message = {"text": text, "intent": {"name": intent, "confidence": 0.9}, "entities": entities}
        events: list[dict[str, Any]] = [{"event": "user", "timestamp": 1.0}]
        if not self.open:
            events.append({"event": "active_loop", "name": FORM})
        self.open = True
        self.last = self._run(ValidateLesionForm(), message, events)
        self.rejected = any(event["event"] == "action_execution_rejected" for event in self.last.events)
        if self.slots.get("requested_slot") and not self.rejected:
            self.last = self._run(AskAboutLesion(), message, events)
        return self

    def presses(self, kind: str, value: str) -> "Talk":
        return self.hears(choice(kind, value, intent="answer_triage"), "answer_triage")

    def tells(self) -> Outcome:
        return self._run(LesionTold(), {}, [])

    def _run(self, action: Any, message: dict[str, Any], events: list[dict[str, Any]]) -> Outcome:
        tracker = Tracker(self.conversation, self.slots, message, events, False, None, {"name": FORM}, None)
        outcome: Outcome = action.respond(Turn(self.session, tracker, clock()))
        self.slots |= {event["name"]: event["value"] for event in outcome.events if event["event"] == "slot"}
        return outcome

    @property
    def asked(self) -> str | None:
        kept = self.slots.get("lesion")
        return kept["asked"] if kept else None

    @property
    def answers(self) -> dict[str, Any]:
        return dict(self.slots["lesion"]["answers"])


@pytest.fixture
def talk(session: Session) -> Iterator[Talk]:
    yield Talk(session)


def test_every_question_by_chips_and_all_of_it_is_kept(talk: Talk) -> None:
    talk.presses("lesion", "start")
    asked = []
    while talk.asked is not None:
        asked.append(talk.asked)
        [reply] = talk.last.replies
        titles = [one.title for one in reply.quick_replies]
        assert titles[-2:] == ["不清楚", "不答了"], titles
        talk.hears(reply.quick_replies[0].payload, "answer_triage")
    assert tuple(asked) == LESION
    assert "谢谢" in talk.tells().replies[0].text
    [(finding_id, _)] = waiting_answers(talk.session)
    found = read_answers(talk.session, finding_id)
    assert found is not None
    assert set(found[1]) == set(LESION)
    assert found[1]["grew"] is True


def test_what_triage_knows_is_not_asked_again(session: Session) -> None:
    talk = Talk(session, complaint=["背上的痣最近长大了，有点痒"], age_years=52.0)
    talk.presses("lesion", "start")
    assert talk.answers == {"age_years": 52.0, "grew": True, "itch": True, "site": "back"}
    assert talk.asked == "changed"


@pytest.mark.parametrize(
    ("said", "intent", "known"),
    [
        ("有", "affirm", {"grew": True}),
        ("没有", "deny", {"grew": False}),
        ("不清楚", "dont_know", {"grew": None}),
        ("没有长大，就是有点痒", "inform", {"grew": False, "itch": True}),
        ("出过血，在左边小腿上", "describe_complaint", {"bleed": True, "site": "thigh"}),
    ],
)
def test_free_words_are_answers_too(talk: Talk, said: str, intent: str, known: dict[str, Any]) -> None:
    talk.presses("lesion", "start").hears(said, intent)
    assert {name: talk.answers.get(name) for name in known} == known
    assert set(known) <= set(talk.answers)


def test_an_age_is_a_number(session: Session) -> None:
    known = {name: True for name in LESION if name not in ("age_years", "site")} | {"site": "back"}
    talk = Talk(session)
    talk.presses("lesion", "start")
    for name, value in known.items():
        talk.presses(name, "back" if value == "back" else "yes")
    assert talk.asked == "age_years"
    talk.hears("六十三岁")
    assert talk.answers["age_years"] == 63.0
    assert talk.asked is None


def test_what_is_not_understood_is_asked_once_more_and_then_left(talk: Talk) -> None:
    talk.presses("lesion", "start").hears("这个嘛", "nlu_fallback")
    assert talk.asked == "grew"
    talk.hears("怎么讲呢", "nlu_fallback")
    assert talk.asked == "changed"
    assert talk.answers["grew"] is None


@pytest.mark.parametrize("said", ["我还头疼三天了，有点发烧", "另外肚子疼", "胸口闷"])
def test_another_complaint_is_no_answer(talk: Talk, said: str) -> None:
    talk.presses("lesion", "start").hears(said, "describe_complaint")
    assert talk.rejected


@pytest.mark.parametrize("intent", ["ask_opening_hours", "request_human", "ask_finding", "describe_complaint"])
def test_something_else_is_left_to_its_rule(talk: Talk, intent: str) -> None:
    talk.presses("lesion", "start").hears("这是另一件事情啦", intent)
    assert talk.rejected
    assert talk.asked == "grew"


def test_the_way_out_is_always_there_and_keeps_what_was_said(talk: Talk) -> None:
    talk.presses("lesion", "start").presses("grew", "yes").presses("lesion", "skip")
    assert talk.asked is None
    talk.tells()
    [(finding_id, _)] = waiting_answers(talk.session)
    found = read_answers(talk.session, finding_id)
    assert found is not None
    assert found[1] == {"grew": True}


def test_nothing_said_is_nothing_kept(talk: Talk) -> None:
    talk.presses("lesion", "start").presses("lesion", "skip")
    assert "不用答" in talk.tells().replies[0].text
    assert list(waiting_answers(talk.session)) == []


def test_with_psoriasis_the_patients_own_part_is_asked(session: Session) -> None:
    talk = Talk(session, psoriasis=True)
    talk.presses("lesion", "start")
    assert "手掌" in talk.last.replies[0].text
    talk.hears("3个").hears("7")
    assert talk.answers == {"palms": 3.0, "itch_0_10": 7.0}


def test_without_a_photo_there_is_nothing_to_ask(session: Session) -> None:
    talk = Talk(session)
    talk.slots["finding"] = None
    talk.presses("lesion", "start")
    assert talk.slots["requested_slot"] is None
