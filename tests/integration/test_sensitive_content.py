"""Clauses of level 5 (GB/T 39725-2020): where they may not be, and who still reads them."""

import asyncio
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from sqlalchemy import select

from actions.triage_form import ValidateTriageForm
from actions.triage_result import TriageResult
from bench.invented import Inventor
from care.texts import text as catalogue_text
from channels.admission import ALWAYS_OFFERED, Admission, admit
from channels.inbound import Channel, Inbound, Kind
from channels.web.transcript import messages_after
from channels.wechat.parts import parts_of
from records.alerts import Alert
from records.audit import AuditEntry
from records.conversations import Author, Conversation, Holder, Message
from records.database import new_id, read_scope, session_scope
from records.masking import TOKEN, PersonalKind, find_tokens
from records.sensitivity import SHOWN, Sensitivity, open_tokens
from records.vault import VaultEntry, VaultEntrySensitive, get_vault, shred
from settings import Settings
from tests.agreeing import agree
from tests.console_client import Console, signed_in

SENDER = "browser-of-anna"
SECRET = "我三年前查出艾滋病"
SUICIDE = "我不想活了，想从楼上跳下去"

pytestmark = pytest.mark.usefixtures("account")


@pytest.fixture
def account(database: None) -> str:
    return agree(SENDER, channel=Channel.WEB)


def say(text: str, *, kind: Kind = Kind.TEXT, payload: str = "") -> Admission:
    return admit(
        Inbound(
            channel=Channel.WEB,
            sender=SENDER,
            dedupe_key=f"web:{new_id()}",
            kind=kind,
            received_at=datetime.now(UTC),
            text=text,
            payload=payload,
        )
    )


def stored(admission: Admission) -> Message:
    with session_scope() as session:
        return session.get_one(Message, admission.message_id)


def everything_stored(settings: Settings) -> bytes:
    """The bytes of the installation's files: database, write-ahead log and what else lies there."""
    return b"".join(file.read_bytes() for file in Path(settings.var).rglob("*") if file.is_file())


def test_a_clause_of_level_five_is_hidden_and_the_rest_stays_readable(account: str) -> None:
    message = stored(say(f"你好，{SECRET}，最近牙疼三天"))
    assert message.sensitivity == Sensitivity.SPECIAL
    assert [token.kind for token in find_tokens(message.text)] == [PersonalKind.SENSITIVE]
    assert message.text.startswith("你好，⟦SENSITIVE:")
    assert message.text.endswith("⟧，最近牙疼三天")
    assert message.heard == message.text


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("头疼三天", Sensitivity.PERSONAL),
        ("我有乙肝大三阳", Sensitivity.RESTRICTED),
        ("艾滋病怎么传播", Sensitivity.RESTRICTED),
        ("我没有艾滋病", Sensitivity.SPECIAL),
    ],
)
def test_a_message_carries_its_level(text: str, level: Sensitivity) -> None:
    assert stored(say(text)).sensitivity == level


def test_no_file_of_the_house_holds_the_words(installation: Settings) -> None:
    say(SECRET)
    with session_scope() as session:
        assert session.scalar(select(Message.text)) is not None
    if installation.records_url.startswith("sqlite"):
        assert "艾滋病".encode() not in everything_stored(installation)


def test_the_words_are_sealed_under_the_owners_own_key_of_level_five(account: str) -> None:
    say(SECRET)
    with session_scope() as session:
        entry = session.scalars(select(VaultEntry).where(VaultEntry.kind == PersonalKind.SENSITIVE)).one()
        assert entry.owner == account
        with pytest.raises(VaultEntrySensitive):
            get_vault().reveal(session, owner=account, ref=entry.ref)
        assert get_vault().reveal(session, owner=account, ref=entry.ref, level=5) == SECRET


def test_a_button_with_words_of_ones_own_is_sealed_too() -> None:
    admission = say("我有梅毒", kind=Kind.CHOICE, payload="我有梅毒")
    assert "梅毒" not in stored(admission).text + admission.heard


class TestEmergency:
    def test_a_suicidal_message_alarms_although_its_words_are_hidden(self) -> None:
        admission = say(SUICIDE)
        assert admission.answered
        with session_scope() as session:
            alert = session.scalars(select(Alert)).one()
            assert (alert.message_id, alert.sensitivity) == (admission.message_id, Sensitivity.SPECIAL)
            conversation = session.get_one(Conversation, admission.conversation_id)
            assert conversation.holder == Holder.WAITING
        assert "不想活" not in stored(admission).text

    def test_what_was_hidden_before_still_counts_with_what_comes_now(self, account: str) -> None:
        first = say("我有抑郁症")
        say("刚才吞了一整瓶安眠药")
        with session_scope() as session:
            assert session.scalars(select(Alert)).all()
            opened = session.scalars(select(AuditEntry).where(AuditEntry.action == "open_sensitive")).all()
            assert {(row.actor_kind, row.actor_id, row.patient) for row in opened} == {
                ("system", "emergency screen", account)
            }
        assert "抑郁" not in stored(first).text

    def test_a_button_opens_nothing(self) -> None:
        say("我有抑郁症")
        say("转人工", kind=Kind.CHOICE, payload=ALWAYS_OFFERED)
        with session_scope() as session:
            assert not session.scalars(select(AuditEntry).where(AuditEntry.action == "open_sensitive")).all()


class TestStaff:
    @pytest.fixture
    def console(self) -> Console:
        return signed_in()[0]

    def test_list_messages_and_alerts_show_no_word_of_it(self, console: Console) -> None:
        conversation = say(SUICIDE).conversation_id
        listed = console.get("/conversations").json()
        assert [row["last_words"] for row in listed] == [SHOWN]
        assert [row["words"] for row in console.get("/alerts").json()] == [SHOWN]
        assert console.get(f"/conversations/{conversation}/messages").json()[0]["text"] == SHOWN
        for path in ("/conversations", "/alerts", f"/conversations/{conversation}/messages"):
            assert "跳下去" not in console.get(path).text

    def test_what_a_clinician_writes_of_it_is_sealed_and_arrives_whole(self, console: Console, account: str) -> None:
        conversation = say("我的结果出来了吗").conversation_id
        answer = console.post(f"/conversations/{conversation}/reply", {"text": "您的HIV抗体确证是阴性，请放心"})
        assert answer.status_code == 201
        with session_scope() as session:
            reply = session.scalars(select(Message).where(Message.author == Author.STAFF)).one()
            assert "HIV" not in reply.text
            assert reply.sensitivity == Sensitivity.SPECIAL
            assert "您的HIV抗体确证是阴性" in parts_of(session, reply)[0]


class TestItsOwnPatient:
    def test_reads_the_words_on_the_page_and_it_is_recorded(self, account: str) -> None:
        admission = say(f"{SECRET}，牙疼")
        with read_scope() as session:
            shown = messages_after(session, admission.conversation_id, 0, limit=10)
        assert shown[0].text == f"{SECRET}，牙疼"
        with session_scope() as session:
            row = session.scalars(select(AuditEntry).where(AuditEntry.action == "open_sensitive")).one()
            assert (row.actor_kind, row.actor_id, row.patient) == ("patient", account, account)

    def test_nobody_elses_account_opens_them(self) -> None:
        message = stored(say(SECRET))
        other = agree("another-browser", channel=Channel.WEB)
        with session_scope() as session:
            assert open_tokens(session, get_vault(), owner=other, text=message.text) == message.text

    def test_after_erasure_nothing_is_left_to_read(self, account: str) -> None:
        message = stored(say(SECRET))
        with session_scope() as session:
            shred(session, owner=account)
        with session_scope() as session:
            assert open_tokens(session, get_vault(), owner=account, text=message.text) == message.text

    def test_the_notice_on_wechat_says_nothing_of_a_conversation(self) -> None:
        assert "{" not in catalogue_text("wechat.notice")


class TestTriage:
    def tracker(self, admission: Admission, slots: dict[str, Any] | None = None) -> Tracker:
        events = [{"event": "user", "timestamp": 1.0}, {"event": "active_loop", "name": "triage_form"}]
        message = {"text": admission.heard, "intent": {"name": "describe_complaint", "confidence": 0.9}}
        return Tracker(
            admission.conversation_id, slots or {}, message, events, False, None, {"name": "triage_form"}, ""
        )

    def run(self, action: Any, tracker: Tracker) -> tuple[list[dict[str, Any]], list[Any]]:
        said: list[Any] = []

        class Dispatcher:
            def utter_message(self, *, json_message: Any) -> None:
                said.append(json_message)

        return asyncio.run(action.run(Dispatcher(), tracker, {})), said

    def test_it_finds_the_department_and_no_slot_or_card_repeats_the_words(self, account: str) -> None:
        admission = say("我龟头上长了尖锐湿疣")
        events, _ = self.run(ValidateTriageForm(), self.tracker(admission))
        slots = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
        assert slots["complaint"] == [admission.heard]
        slots["triage_result"] = slots.get("triage_result") or {}
        more, said = self.run(TriageResult(), self.tracker(admission, slots))
        departments = [row["name"] for row in said[0]["card"]["departments"]]
        assert {"皮肤科", "性病科", "泌尿外科"} & set(departments)
        for written in (events, more, said):
            assert "湿疣" not in str(written)
            assert "龟头" not in str(written)
        with session_scope() as session:
            rows = session.scalars(select(AuditEntry).where(AuditEntry.action == "open_sensitive")).all()
            assert {(row.actor_id, row.patient) for row in rows} == {("triage", account)}

    def test_an_ordinary_complaint_is_read_without_opening_anything(self) -> None:
        self.run(ValidateTriageForm(), self.tracker(say("我头疼三天")))
        with session_scope() as session:
            assert not session.scalars(select(AuditEntry).where(AuditEntry.action == "open_sensitive")).all()


class TestANumberInPieces:
    @pytest.mark.parametrize(
        ("kind", "cuts"),
        [
            ("mobile", (7,)),
            ("mobile", (3,)),
            ("mobile", (3, 7)),
            ("mobile_cn", (3,)),
            ("id18", (6,)),
            ("id18", (6, 14)),
            ("id18_full", (10,)),
            ("bank16", (8,)),
        ],
    )
    def test_both_messages_are_masked_in_the_end(self, kind: str, cuts: tuple[int, ...]) -> None:
        number = Inventor(5).fill(f"{{{kind}}}")
        edges = (0, *cuts, len(number))
        pieces = [number[start:end] for start, end in pairwise(edges)]
        admissions = [say(f"我的号是{pieces[0]}"), *(say(piece) for piece in pieces[1:])]
        last = admissions[-1]
        assert len(find_tokens(last.heard)) == 1
        with session_scope() as session:
            messages = session.scalars(select(Message).order_by(Message.seq)).all()
            written = "".join(TOKEN.sub("", row.text + (row.heard or "")) for row in messages)
            assert set(written) <= set("我的号是")
            tokens = {str(token) for row in messages for token in find_tokens(row.text)}
            assert len(tokens) == 1

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("血压138", "85是低压"),
            ("我13", "8岁的是弟弟"),
            ("体温38.5", "脉搏102"),
            ("白细胞12.5", "138是血红蛋白"),
            ("挂3号", "13点"),
            ("上个月是2023", "1108做的检查"),
            ("订单202311", "08123456"),
        ],
    )
    def test_two_readings_are_no_number(self, first: str, second: str) -> None:
        say(first)
        assert stored(say(second)).text == second
