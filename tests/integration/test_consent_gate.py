"""Without consent only the emergency screen and general information work; after "同意" nobody types anything again."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, update

from care.consent import Purpose, give, standing, text_of, withdraw
from care.conversations import take_over
from care.replies import ConsentCard
from care.texts import catalogue, text
from channels.consent import drop_overdue
from channels.data_jobs import take_up_requests
from channels.inbound import Kind, Upload
from channels.rasa import RasaClient
from channels.results import StoredReply
from records.audit import AuditEntry
from records.conversations import Author, Conversation, Holder, Message, MessageState
from records.database import engine, session_scope, utc_now
from records.patients import Account, Consent
from records.rights import RightsRequest
from settings import Settings, get_settings
from tests.talking import Anna, Assistant, Meaning, patients_messages, standing_in, texts

pytestmark = pytest.mark.usefixtures("database")

HEALTH = "我咳嗽三天了，有黄痰"
MEANINGS: dict[str, Meaning] = {
    "你好": ("greet", []),
    "门诊几点开门": ("ask_opening_hours", []),
    "转人工": ("request_human", []),
    "😀": ("nlu_fallback", []),
    "同意": ("affirm", []),
    "好的": ("affirm", []),
    "我要挂骨科": ("book_appointment", ["department"]),
}


@pytest.fixture
def assistant() -> Iterator[Assistant]:
    with standing_in(Assistant(MEANINGS)) as it:
        yield it


@pytest.fixture
def anna(assistant: Assistant) -> Anna:
    return Anna(assistant)


def account_id() -> str:
    with session_scope() as session:
        return session.scalars(select(Account.id)).one()


def actions() -> list[str]:
    with session_scope() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))


def spool(settings: Settings) -> list[Path]:
    folder = settings.var / "spool"
    return sorted(folder.iterdir()) if folder.is_dir() else []


@pytest.mark.parametrize("words", ["你好", "门诊几点开门", "转人工", "我要挂骨科", "😀"])
def test_general_information_needs_no_consent(anna: Anna, words: str) -> None:
    assert "听到" in texts(anna.says(words))
    assert anna.assistant.heard == [words]


def test_a_health_message_waits_for_consent_and_is_taken_up_at_once(anna: Anna) -> None:
    [question] = anna.says(HEALTH)
    assert question.reply.text == text_of(Purpose.CONSULTATION).ask
    assert isinstance(question.reply.card, ConsentCard)
    assert [option.title for option in question.reply.quick_replies] == ["同意", "我是家长，替孩子同意", "不同意"]
    assert anna.assistant.heard == []
    [waiting] = patients_messages()
    assert (waiting.text, waiting.state) == (HEALTH, MessageState.HELD)
    assert f"听到：{HEALTH}" in texts(anna.presses("同意"))
    assert anna.assistant.heard == [HEALTH]
    assert [message.state for message in patients_messages()] == [MessageState.ANSWERED] * 2
    assert "听到" in texts(anna.says("嗓子也疼"))
    assert "give_consent" in actions()


@pytest.mark.parametrize("words", ["1", "１", "同意", "我同意。", "好的", "可以"])
def test_on_wechat_a_number_or_a_word_answers(anna: Anna, words: str) -> None:
    anna.says(HEALTH)
    assert f"听到：{HEALTH}" in texts(anna.says(words))


def test_several_messages_that_wait_are_heard_in_order(anna: Anna) -> None:
    anna.says(HEALTH)
    assert "先替您留着" in texts(anna.says("晚上更厉害"))
    anna.says("还有点胸闷")
    anna.presses("同意")
    assert anna.assistant.heard == [HEALTH, "晚上更厉害", "还有点胸闷"]


def test_a_question_in_between_is_answered_and_the_message_goes_on_waiting(anna: Anna) -> None:
    anna.says(HEALTH)
    assert "听到：门诊几点开门" in texts(anna.says("门诊几点开门"))
    anna.says("同意")
    assert anna.assistant.heard == ["门诊几点开门", HEALTH]


def test_a_refusal_is_kept_and_what_still_works_is_said(anna: Anna) -> None:
    anna.says(HEALTH)
    refused = anna.presses("不同意")
    assert "转人工" in [option.title for option in refused[0].reply.quick_replies]
    assert "窗口" in texts(refused)
    assert HEALTH not in [message.text for message in patients_messages()]
    assert anna.assistant.heard == []
    assert "听到" in texts(anna.says("门诊几点开门"))
    assert anna.says(HEALTH)[0].reply.card is not None, "whoever writes of it again is asked again"
    assert "refuse_consent" in actions()


def test_an_emergency_is_answered_before_any_question(anna: Anna) -> None:
    [reply] = anna.says("我爸突然胸口剧痛，出冷汗，喘不上气")
    assert reply.reply.card is not None
    assert reply.reply.card.kind == "emergency"
    [after] = anna.says(HEALTH)
    assert after.reply.card is None, "no form to fill in while help is on its way"
    assert "120" in after.reply.text
    assert anna.assistant.heard == []


def test_a_payload_that_is_not_general_waits_too(anna: Anna) -> None:
    anna.says("你好")
    offered = [{"title": "有点疼", "payload": '/answer_triage{"choice": "where:head"}'}]
    with session_scope() as session:
        session.execute(update(Conversation).values(offered=offered))
    assert anna.says("有点疼", kind=Kind.CHOICE, payload=offered[0]["payload"])[0].reply.card is not None
    assert anna.assistant.heard == ["你好"]
    anna.says("1")
    assert anna.assistant.heard == ["你好", offered[0]["payload"]]


class TestWithdrawing:
    def test_what_is_withdrawn_is_asked_again_and_forgotten_by_the_assistant(self, anna: Anna) -> None:
        anna.says(HEALTH)
        anna.presses("同意")
        account = account_id()
        with session_scope() as session:
            withdraw(session, account, Purpose.CONSULTATION)
        assert anna.says("嗓子也疼")[0].reply.card is not None
        assert anna.assistant.heard == [HEALTH]
        with session_scope() as session:
            assert session.scalars(select(Consent.withdrawn_at)).one() is not None

    def test_a_message_sent_right_behind_is_not_heard(self, anna: Anna, monkeypatch: pytest.MonkeyPatch) -> None:
        """It was stored while the consent still stood, and waited its turn."""
        anna.says(HEALTH)
        anna.presses("同意")
        payload = json.dumps({"purpose": "consultation", "answer": "withdraw"})
        with session_scope() as session:
            conversation = session.scalars(select(Conversation)).one()
            conversation.offered = [{"title": "撤回健康咨询", "payload": f"/consent{payload}"}]
        anna.sends(anna.message("撤回健康咨询"), anna.message("嗓子也疼"))
        assert anna.assistant.heard == [HEALTH]
        # The assistant forgets it all, tried again by the worker until it is there.
        monkeypatch.setenv("XINGLIN_RASA_URL", "http://127.0.0.1:9")
        get_settings.cache_clear()
        assert take_up_requests() == 0
        monkeypatch.setenv("XINGLIN_RASA_URL", anna.assistant.url)
        get_settings.cache_clear()
        with session_scope() as session:
            session.execute(update(RightsRequest).values(next_try_at=utc_now()))
        assert take_up_requests() == 1
        assert anna.assistant.forgotten == [patients_messages()[0].conversation_id]
        assert take_up_requests() == 0


class TestOwnSettings:
    def test_what_is_agreed_to_is_shown_and_changed_without_a_word_of_illness(self, anna: Anna) -> None:
        assert "未同意" in texts(anna.says("我的授权"))
        anna.presses("同意照片、视频和报告")
        shown = anna.says("我的授权")
        assert "照片、视频和报告：已同意" in texts(shown)
        assert "健康咨询：未同意" in texts(shown)
        assert "撤回照片、视频和报告" in [option.title for option in shown[0].reply.quick_replies]
        assert "已经撤回" in texts(anna.presses("撤回照片、视频和报告"))
        assert "没有同意过" in texts(anna.says("撤回同意"))

    def test_only_what_stands_can_be_withdrawn(self, anna: Anna) -> None:
        anna.says(HEALTH)
        anna.presses("同意")
        [reply] = anna.says("撤回同意")
        assert [option.title for option in reply.reply.quick_replies] == ["撤回健康咨询"]
        anna.says("1")
        assert anna.says("嗓子也疼")[0].reply.card is not None

    def test_the_notice_is_named(self, anna: Anna) -> None:
        assert "/privacy" in texts(anna.says("隐私政策"))

    def test_it_works_while_the_assistant_is_away(self, anna: Anna) -> None:
        anna.assistant.url = "http://127.0.0.1:9"
        assert "未同意" in texts(anna.says("我的授权"))


class TestVersions:
    def test_a_material_change_of_the_text_is_asked_again(self, anna: Anna, monkeypatch: pytest.MonkeyPatch) -> None:
        anna.says(HEALTH)
        anna.presses("同意")
        monkeypatch.setitem(catalogue(), "consent.consultation.version", "1.7")
        assert "听到" in texts(anna.says("嗓子也疼")), "another wording is no other purpose"
        monkeypatch.setitem(catalogue(), "consent.consultation.version", "2.0")
        assert anna.says("头也疼")[0].reply.card is not None

    def test_each_purpose_stands_alone(self, anna: Anna) -> None:
        anna.says("你好")
        account = account_id()
        with session_scope() as session:
            for purpose in set(Purpose) - {Purpose.CONSULTATION}:
                give(session, account, purpose)
        assert anna.says(HEALTH)[0].reply.card is not None

    def test_research_is_never_on_by_itself(self, anna: Anna) -> None:
        anna.says(HEALTH)
        anna.presses("同意")
        account = account_id()
        with session_scope() as session:
            assert [grant.purpose for grant in standing(session, account).grants] == [Purpose.CONSULTATION]

    @pytest.mark.parametrize("purpose", Purpose)
    def test_the_question_is_short(self, purpose: Purpose) -> None:
        assert len(text_of(purpose).ask) <= 120


class TestChildren:
    """PIPL article 31: under 14 a guardian agrees, and it is noted who."""

    def test_a_guardian_agrees_and_says_who_they_are(self, anna: Anna) -> None:
        [question] = anna.says("我家孩子3岁，咳嗽两天了")
        assert "监护人" in question.reply.text
        assert "同意" not in [option.title for option in question.reply.quick_replies]
        assert "什么人" in texts(anna.presses("我是监护人，同意"))
        anna.presses("妈妈")
        assert anna.assistant.heard == ["我家孩子3岁，咳嗽两天了"]
        with session_scope() as session:
            assert session.scalars(select(Consent.guardian)).one() == "妈妈"

    def test_a_child_who_writes_is_asked_to_get_a_parent(self, anna: Anna) -> None:
        [question] = anna.says("我今年11岁，肚子疼")
        assert "爸爸妈妈" in question.reply.text
        assert "120" in question.reply.text
        assert anna.assistant.heard == []

    def test_consent_for_oneself_does_not_cover_a_child(self, anna: Anna) -> None:
        anna.says(HEALTH)
        anna.presses("同意")
        assert "监护人" in texts(anna.says("我女儿5岁，也咳嗽"))
        anna.presses("我是监护人，同意")
        anna.presses("爸爸")
        assert anna.assistant.heard == [HEALTH, "我女儿5岁，也咳嗽"]
        assert "听到" in texts(anna.says("女儿5岁，还有点烧"))

    def test_a_child_in_an_emergency_is_answered_first(self, anna: Anna) -> None:
        [reply] = anna.says("我10岁，弟弟掉水里了没有呼吸了")
        assert reply.reply.card is not None
        assert reply.reply.card.kind == "emergency"


class TestMedia:
    def upload(self, settings: Settings, anna: Anna, content: bytes = b"\x89PNG of a rash") -> list[StoredReply]:
        folder = settings.var / "spool"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"web-{anna.sent}"
        path.write_bytes(content)
        return anna.says("", kind=Kind.IMAGE, upload=Upload(path, "image/png", len(content)))

    def test_a_photo_waits_encrypted_and_is_taken_when_agreed(self, anna: Anna, installation: Settings) -> None:
        [question] = self.upload(installation, anna)
        assert question.reply.text == text_of(Purpose.MEDIA).ask
        [sealed] = spool(installation)
        assert b"rash" not in sealed.read_bytes()
        assert anna.media == []
        agreed = anna.presses("同意")
        assert text("turn.media_received") in texts(agreed)
        assert anna.media == [patients_messages()[0].id]
        [plain] = spool(installation)
        assert plain.read_bytes() == b"\x89PNG of a rash"
        assert plain.stat().st_mode & 0o077 == 0

    def test_a_refused_photo_is_gone(self, anna: Anna, installation: Settings) -> None:
        self.upload(installation, anna)
        anna.presses("不同意")
        assert spool(installation) == []
        assert anna.media == []
        assert patients_messages()[0].media_source is None

    def test_what_nobody_agreed_to_for_a_day_is_gone(self, anna: Anna, installation: Settings) -> None:
        self.upload(installation, anna)
        assert drop_overdue() == 0
        with session_scope() as session:
            session.execute(update(Message).values(created_at=utc_now() - timedelta(hours=25)))
        assert drop_overdue() == 1
        assert spool(installation) == []
        anna.presses("同意")
        assert anna.media == []

    def test_wechats_photo_is_not_even_fetched(self, anna: Anna, installation: Settings) -> None:
        anna.says("", kind=Kind.IMAGE, platform_media_id="there")
        assert anna.media == []
        anna.says("1")
        assert anna.media == [patients_messages()[0].id]
        assert patients_messages()[0].media_source == {"platform_media_id": "there"}

    def test_agreeing_to_talk_is_not_agreeing_to_photos(self, anna: Anna, installation: Settings) -> None:
        anna.says(HEALTH)
        anna.presses("同意")
        assert self.upload(installation, anna)[0].reply.text == text_of(Purpose.MEDIA).ask


def test_a_person_who_is_asked_for_reads_what_waits(anna: Anna, installation: Settings) -> None:
    """The words go to the person; a file goes on waiting for the consent to look at it."""
    anna.says(HEALTH)
    anna.says("", kind=Kind.IMAGE, platform_media_id="there")
    anna.says("转人工")
    assert [message.state for message in patients_messages()][:2] == [MessageState.WAITING, MessageState.HELD]
    assert anna.assistant.heard == ["转人工"]


def test_who_has_agreed_pays_for_no_look_up(anna: Anna) -> None:
    anna.says(HEALTH)
    anna.presses("同意")
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    event.listen(engine(), "before_cursor_execute", note)
    anna.says("嗓子也疼")
    event.remove(engine(), "before_cursor_execute", note)
    reading = [statement for statement in asked if "consent" in statement and statement.startswith("SELECT")]
    assert len(reading) == 1, "the one that finds the conversation anyway"
    assert "JOIN" in reading[0]
    assert anna.assistant.parsed == [HEALTH]


def test_while_the_assistant_is_away_the_message_waits_for_a_person(anna: Anna) -> None:
    anna.assistant.url = "http://127.0.0.1:9"
    assert text("turn.assistant_away") in texts(anna.says(HEALTH))
    assert patients_messages()[0].state == MessageState.WAITING


def test_the_assistant_goes_away_after_the_consent(anna: Anna) -> None:
    anna.says(HEALTH)
    anna.assistant.url = "http://127.0.0.1:9"
    assert text("turn.assistant_away") in texts(anna.presses("同意"))
    with session_scope() as session:
        assert session.scalars(select(Conversation.holder)).one() == Holder.WAITING
    assert {message.state for message in patients_messages()} == {MessageState.WAITING}


def test_a_seat_that_was_asked_for_hears_the_patient(anna: Anna) -> None:
    anna.says("转人工")
    with session_scope() as session:
        take_over(session, conversation_id=session.scalars(select(Conversation.id)).one(), seat="nurse")
    assert anna.says(HEALTH) == []
    assert patients_messages()[-1].state == MessageState.WAITING


def test_a_crash_between_consent_and_answer_loses_nothing(anna: Anna) -> None:
    anna.says(HEALTH)
    account = account_id()
    with session_scope() as session:  # the press was stored and the consent given; then the process died
        give(session, account, Purpose.CONSULTATION)
        conversation = session.scalars(select(Conversation)).one()
        conversation.last_seq += 1
        session.add(
            Message(
                conversation_id=conversation.id,
                seq=conversation.last_seq,
                dedupe_key="press",
                author=Author.PATIENT,
                kind=Kind.CHOICE,
                text="同意",
                heard='/consent{"purpose": "consultation", "answer": "yes"}',
            )
        )

    async def restarted() -> int:
        rasa = RasaClient(address=anna.assistant.url, timeout_s=5)
        taken = await anna.turn(rasa).resume_unanswered()
        await rasa.close()
        return taken

    assert asyncio.run(restarted()) == 1
    assert anna.assistant.heard == [HEALTH]
    assert {message.state for message in patients_messages()} == {MessageState.ANSWERED}


def test_the_audit_says_who_agreed_to_what_and_nothing_of_what_was_said(anna: Anna) -> None:
    anna.says(HEALTH)
    anna.presses("同意")
    account = account_id()
    with session_scope() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "give_consent")).one()
        assert (entry.patient, entry.subject) == (account, "consent:consultation")
        assert "咳嗽" not in entry.details + entry.reason
