"""What a patient says to a question, by the real turn: a button, plain words, an emergency, something else, no more."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from rasa_sdk import Tracker
from sqlalchemy import select

from actions.base import Turn as ActionTurn
from actions.talk import Followup
from care.consent import has_consent
from care.conversations import append_reply, take_over
from care.followup import plan_for, stop
from care.replies import Reply
from channels.inbound import Kind
from channels.turn import Turn
from channels.wechat.ledger import Route
from records.alerts import Alert
from records.audit import AuditEntry
from records.cases import CaseKind, CaseLevel
from records.conversations import Author, Conversation, Holder, Message, MessageState
from records.database import session_scope
from records.deliveries import Delivery, DeliveryState
from records.followup import FollowUp, FollowUpEnd, FollowUpState
from tests.integration.followup.house import (
    DOCTOR,
    EVERYTHING,
    asked,
    at,
    cases,
    conversation_of,
    follow_up_now,
    round_at,
    said_by_bot,
    started,
    titles,
    today,
)
from tests.talking import Anna, Assistant, standing_in, texts

pytestmark = pytest.mark.usefixtures("database")

BLEEDS = "伤口大量流血，止不住"


@pytest.fixture
def assistant() -> Iterator[Assistant]:
    """Answers like Rasa where it is asked for; what reaches it is kept."""
    meanings = {"我想挂号": ("book_appointment", list[str]())}
    with standing_in(Assistant(meanings)) as standing:
        yield standing


@pytest.fixture
def anna(assistant: Assistant) -> Anna:
    return Anna(assistant)


@pytest.fixture
def follow_up() -> FollowUp:
    """Yesterday was the operation: this morning she is asked how much it hurts."""
    one = started(conversation_of(), starts_on=today() - timedelta(days=1))
    round_at(at(0, "10:00"))
    return one


def alerts() -> list[Alert]:
    with session_scope() as session:
        return list(session.scalars(select(Alert)))


def test_a_day_from_the_first_button_to_the_last(anna: Anna, follow_up: FollowUp) -> None:
    [scale] = anna.presses("2")
    assert scale.reply.text.startswith("好的，记下了，谢谢您。\n再问您一个：\n日间手术后伤口随访：伤口现在什么样？")
    [wound] = anna.presses("干净，不红不肿")
    assert "有没有发热" in wound.reply.text
    [last] = anna.presses("没发热，吃喝小便正常")
    assert last.reply.text == "好的，记下了，谢谢您。"
    assert [(row.answer, row.meaning, row.state) for row in asked()] == [
        ("2", "fine", "answered"),
        ("干净，不红不肿", "fine", "answered"),
        ("没发热，吃喝小便正常", "fine", "answered"),
    ]
    assert cases() == []
    assert anna.assistant.heard == anna.assistant.parsed == []
    assert follow_up_now(follow_up).state == FollowUpState.RUNNING


@pytest.mark.parametrize(
    ("said", "answer", "case"),
    [
        ("3", "3", None),
        ("4", "4", (CaseLevel.ROUTINE, "followup_soon")),
        ("7分", "7", (CaseLevel.URGENT, "followup_at_once")),
        ("10。", "10", (CaseLevel.URGENT, "followup_at_once")),
        ("１０", "10", (CaseLevel.URGENT, "followup_at_once")),
        ("0", "0", None),
    ],
)
def test_a_typed_number_is_that_number_and_not_a_place_in_a_list(
    anna: Anna, follow_up: FollowUp, said: str, answer: str, case: tuple[CaseLevel, str] | None
) -> None:
    anna.says(said)
    assert asked()[0].answer == answer
    assert [(one.level, *one.reasons) for one in cases()] == ([case] if case else [])


def test_a_bad_answer_makes_one_case_for_the_department_and_says_who_looks(anna: Anna, follow_up: FollowUp) -> None:
    anna.presses("2")
    [reply] = anna.presses("红肿发热，或者流脓")
    assert "请普外科的医护人员马上看" in reply.reply.text
    assert "120" in reply.reply.text
    [case] = cases()
    assert (case.kind, case.level, case.department) == (CaseKind.FOLLOW_UP, CaseLevel.URGENT, "普外科")
    assert case.complaint == "日间手术后伤口第1天：伤口现在什么样？ 红肿发热，或者流脓"
    with session_scope() as session:
        assert session.get_one(Message, case.message_id).text == "红肿发热，或者流脓"
    assert alerts() == []


def test_the_button_of_an_emergency_is_answered_as_every_emergency(anna: Anna, follow_up: FollowUp) -> None:
    anna.presses("2")
    [reply] = anna.presses(BLEEDS)
    assert reply.reply.card is not None
    assert reply.reply.card.kind == "emergency"
    [alert] = alerts()
    assert "severe_bleeding" in alert.flags
    assert [case.kind for case in cases()] == [CaseKind.EMERGENCY]
    row = asked()[1]
    assert (row.answer, row.meaning, row.state) == (BLEEDS, "emergency", "answered")
    with session_scope() as session:
        assert session.get_one(Conversation, follow_up.conversation_id).holder == Holder.WAITING
    # Nothing is asked while that is looked after.
    round_at(at(2, "10:00"))
    assert len(asked()) == 2


@pytest.mark.parametrize("said", [BLEEDS, f"{BLEEDS}！", "伤口一直在喷血"])
def test_an_emergency_that_is_typed_is_one_too(anna: Anna, follow_up: FollowUp, said: str) -> None:
    anna.presses("2")
    [reply] = anna.says(said)
    assert reply.reply.card is not None
    assert reply.reply.card.kind == "emergency"
    assert len(alerts()) == 1


def test_the_button_calls_for_help_even_when_no_flag_knows_its_words_any_more(anna: Anna, follow_up: FollowUp) -> None:
    with session_scope() as session:
        row = session.get_one(FollowUp, follow_up.id)
        row.text = row.text.replace(BLEEDS, "伤口不太对劲的样子")
    anna.presses("2")
    [reply] = anna.presses("伤口不太对劲的样子")
    assert reply.reply.card is not None
    assert reply.reply.card.kind == "emergency"
    [alert] = alerts()
    assert alert.flags == ["call_for_help"]
    assert asked()[1].meaning == "emergency"


def test_what_is_no_answer_goes_its_usual_way_and_the_question_stays(anna: Anna, follow_up: FollowUp) -> None:
    assert "听到：我想挂号" in anna.hears("我想挂号")
    assert "听到：伤口有点痒" in anna.hears("伤口有点痒")
    assert asked()[0].state == "open"
    # A number may answer whatever was asked since; an answer's own words can only be that.
    assert "听到：6" in anna.hears("6")
    round_at(at(1, "10:10"))
    anna.says("6")
    assert asked()[0].answer == "6"
    anna.says("我想挂号")
    anna.says("干净，不红不肿。")
    assert asked()[1].answer == "干净，不红不肿"


def test_words_that_the_assistant_takes_for_an_answer_get_the_buttons_once_more(follow_up: FollowUp) -> None:
    message = {"text": "伤口比昨天好一些", "intent": {"name": "answer_followup", "confidence": 0.9}}
    tracker = Tracker(follow_up.conversation_id, {}, message, [], False, None, {}, None)
    with session_scope() as session:
        [reply] = Followup().respond(ActionTurn(session=session, tracker=tracker, now=at(0))).replies
    assert reply.text.startswith("谢谢您告诉我。请点一个最接近的，医护人员好看：\n日间手术后伤口随访：现在伤口有多疼？")
    assert [option.title for option in reply.quick_replies] == [str(number) for number in range(11)]


def test_words_of_ones_own_are_an_answer_only_right_after_the_question(anna: Anna) -> None:
    follow_up = started(conversation_of(), starts_on=today() - timedelta(days=7))
    round_at(at(0, "10:00"))
    [free] = anna.presses("干净，不红不肿")
    assert "请直接打字" in free.reply.text
    assert "听到：我想挂号" in anna.hears("我想挂号")
    assert "听到：走路还行" in anna.hears("走路还行，晚上有点胀")  # the assistant spoke last
    assert cases() == []
    with session_scope() as session:
        plan = plan_for(follow_up)
        text = f"{plan.name}随访：{plan.asked[-1].question.ask}"
        append_reply(session, conversation_id=follow_up.conversation_id, author=Author.BOT, reply=Reply(text=text))
    told = anna.hears("走路还行，晚上有点胀")
    assert "请普外科的医护人员看" in told
    [case] = cases()
    assert (case.level, case.reasons) == (CaseLevel.ROUTINE, ["followup_words"])
    row = asked()[-1]
    # The words stand in the message alone.
    assert (row.answer, row.state) == ("", "answered")
    with session_scope() as session:
        assert session.get_one(Message, row.answer_id).text == "走路还行，晚上有点胀"
    assert follow_up_now(follow_up).ended_why == FollowUpEnd.DONE


def test_a_late_answer_still_counts_and_a_second_one_does_not(anna: Anna, follow_up: FollowUp) -> None:
    with session_scope() as session:
        offered = session.scalars(select(Conversation)).one().offered
    payload = {option["title"]: option["payload"] for option in offered}
    round_at(at(2, "10:00"))  # the next question is out, this one is missed
    assert asked()[0].state == "missed"
    [reply] = anna.says("8", kind=Kind.CHOICE, payload=payload["8"])
    assert "马上看" in reply.reply.text
    assert [(case.level, case.reasons) for case in cases()] == [(CaseLevel.URGENT, ["followup_at_once"])]
    assert "不用再答" in anna.hears("2", kind=Kind.CHOICE, payload=payload["2"])
    assert asked()[0].answer == "8"
    with session_scope() as session:
        stop(session, follow_up_id=follow_up.id, actor=DOCTOR)


def test_a_message_that_is_taken_up_again_after_a_crash_gets_the_same_answer_once(
    anna: Anna, follow_up: FollowUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = Turn._answer

    async def killed(self: Turn, admission: object) -> object:
        await self._route(admission)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(Turn, "_answer", killed)
    with pytest.raises(KeyboardInterrupt):
        anna.says("8")
    monkeypatch.setattr(Turn, "_answer", answered)
    with session_scope() as session:
        last = session.scalars(select(Message).order_by(Message.seq.desc())).first()
        assert last is not None
        assert (last.text, last.state) == ("8", MessageState.RECEIVED)
    anna.sent -= 1
    [reply] = anna.says("8")  # the page sends it again
    assert "马上看" in reply.reply.text
    assert "伤口现在什么样" in reply.reply.text
    assert len(cases()) == 1
    assert [row.state for row in asked()] == ["answered", "open"]


@pytest.mark.parametrize("said", ["退订随访", "不要再随访了", "停止随访", "退订"])
def test_no_more_means_no_more(anna: Anna, follow_up: FollowUp, said: str) -> None:
    assert "不再随访了" in anna.hears(said)
    ended = follow_up_now(follow_up)
    assert (ended.state, ended.ended_why, ended.ended_by) == ("ended", FollowUpEnd.BY_PATIENT, "patient")
    round_at(at(5))
    assert len(asked()) == 1
    with session_scope() as session:
        acts = [(row.action, row.actor_kind) for row in session.query(AuditEntry)]
    assert ("stop_follow_up", "patient") in acts
    assert ("withdraw_consent", "patient") in acts
    assert "没有在进行的随访" in anna.hears(said)


def test_an_old_button_after_that_is_told_so_and_keeps_nothing(anna: Anna, follow_up: FollowUp) -> None:
    payload = said_by_bot()[-1].quick_replies[8]["payload"]
    anna.says("退订随访")
    assert "没有记" in anna.hears("8", kind=Kind.CHOICE, payload=payload)
    assert asked()[0].answer == ""


def test_a_button_of_somebody_elses_question_is_no_answer(anna: Anna, follow_up: FollowUp) -> None:
    other = started(conversation_of("other"), starts_on=today() - timedelta(days=1))
    round_at(at(0, "10:00"))
    payload = said_by_bot(other.conversation_id)[-1].quick_replies[8]["payload"]
    with session_scope() as session:
        session.get_one(Conversation, follow_up.conversation_id).offered = [{"title": "8", "payload": payload}]
    assert "没有记" in anna.hears("8")
    assert {row.answer for row in asked()} == {""}


def test_what_is_pressed_while_a_person_holds_the_conversation_counts_and_the_assistant_stays_silent(
    anna: Anna, follow_up: FollowUp
) -> None:
    payload = said_by_bot()[-1].quick_replies[8]["payload"]
    with session_scope() as session:
        take_over(session, conversation_id=follow_up.conversation_id, seat="li")
    assert anna.says("8", kind=Kind.CHOICE, payload=payload) == []
    assert [(row.answer, row.meaning) for row in asked()] == [("8", "at_once")]
    assert len(cases()) == 1


class TestOnlyNotified:
    """Outside WeChat's 48 hours the question itself cannot be sent, only that there is one."""

    @staticmethod
    def notified() -> None:
        """What the ledger writes of the latest message when the subscription way was the last one left."""
        with session_scope() as session:
            last = session.scalars(select(Delivery).join(Message).order_by(Message.seq.desc()).limit(1)).one()
            last.route, last.state = Route.SUBSCRIPTION, DeliveryState.SENT

    def test_the_question_is_said_when_the_patient_writes(self, anna: Anna, follow_up: FollowUp) -> None:
        self.notified()
        first = anna.says("我想挂号")
        assert texts(first).startswith("听到：我想挂号")
        assert "现在伤口有多疼？" in texts(first)
        assert "退订随访" in texts(first)
        assert [option.title for option in first[-1].reply.quick_replies] == [str(number) for number in range(11)]
        anna.says("5分")
        assert asked()[0].answer == "5"

    def test_it_is_said_once(self, anna: Anna, follow_up: FollowUp) -> None:
        self.notified()
        anna.says("我想挂号")
        assert "现在伤口" not in anna.hears("我想挂号")

    def test_what_was_sent_is_not_said_again(self, anna: Anna, follow_up: FollowUp) -> None:
        assert "现在伤口" not in anna.hears("我想挂号")

    def test_the_next_question_is_not_asked_twice_in_one_answer(self, anna: Anna, follow_up: FollowUp) -> None:
        self.notified()
        assert texts(anna.says("5")).count("随访：") == 1

    def test_so_is_the_question_of_consent(self, anna: Anna) -> None:
        started(conversation_of(purposes=EVERYTHING[:2]))
        self.notified()
        replies = anna.says("我想挂号")
        assert "您同意吗" in texts(replies)
        anna.presses("同意")
        with session_scope() as session:
            assert has_consent(session, anna.account, EVERYTHING[2])

    def test_not_where_a_person_is_called(self, anna: Anna, follow_up: FollowUp) -> None:
        self.notified()
        assert "现在伤口有多疼" not in anna.hears("胸口压着疼，喘不上气")


class TestConsent:
    @pytest.fixture
    def invited(self) -> FollowUp:
        one = started(conversation_of(purposes=EVERYTHING[:2]), starts_on=today() - timedelta(days=1))
        round_at(at(0, "10:00"))
        return one

    def test_yes_lets_the_questions_come(self, anna: Anna, invited: FollowUp) -> None:
        assert asked() == []
        anna.presses("同意")
        round_at(at(0, "11:00"))
        assert [row.state for row in asked()] == ["open"]
        assert titles(said_by_bot()[-1])[:2] == ["0", "1"]

    @pytest.mark.parametrize("said", ["不同意", "不要"])
    def test_no_ends_it(self, anna: Anna, invited: FollowUp, said: str) -> None:
        anna.says(said)
        assert follow_up_now(invited).ended_why == FollowUpEnd.NO_CONSENT
        round_at(at(1))
        assert asked() == []

    def test_a_consent_withdrawn_in_the_settings_ends_it_at_once(self, anna: Anna, follow_up: FollowUp) -> None:
        anna.says("撤回同意")
        anna.presses("撤回随访消息")
        assert follow_up_now(follow_up).ended_why == FollowUpEnd.NO_CONSENT

    def test_an_answer_needs_no_consent_to_anything_but_follow_up(self, anna: Anna) -> None:
        started(conversation_of(purposes=(EVERYTHING[2],)), starts_on=today() - timedelta(days=1))
        round_at(at(0, "10:00"))
        anna.presses("5")
        assert asked()[0].answer == "5"
        assert len(cases()) == 1
