"""A patient's own export and erasure, through the chat and by staff; why something was suggested (PIPL 24, 44-47)."""

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, update
from typer.testing import CliRunner
from websockets.exceptions import ConnectionClosed

from care.booking import register_patient
from care.consent import Purpose, give
from care.conversations import append_reply
from care.replies import DepartmentCard, DepartmentOption, Reply
from care.retention import hold
from care.rights import Wish, ask, plan_erasure, session_has_ended, wish_in
from channels.data_jobs import export_key, sweep_exports, take_up_requests
from channels.web.transcript import find_conversation
from cli.main import app
from records.appointments import Appointment
from records.audit import Actor, ActorKind, AuditEntry
from records.conversations import Author, Conversation, Message
from records.database import session_scope, utc_now
from records.media import Media
from records.media_store import store_media
from records.patients import Account, Consent, Patient, Relation
from records.rights import RequestKind, RequestState, RightsRequest
from records.vault import VaultEntry, get_vault
from settings import Settings, get_settings
from tests.agreeing import agree
from tests.integration.assistant import invented_number
from tests.talking import Anna, Assistant, standing_in
from tests.web_browser import Browser
from tests.web_house import ScriptedTurn, web_house

pytestmark = pytest.mark.usefixtures("database")

NUMBER = invented_number(71)
PHONE = "13900139000"


@pytest.fixture
def assistant(monkeypatch: pytest.MonkeyPatch) -> Iterator[Assistant]:
    with standing_in(Assistant()) as it:
        monkeypatch.setenv("XINGLIN_RASA_URL", it.url)
        get_settings.cache_clear()
        yield it


@pytest.fixture
def anna(assistant: Assistant) -> Anna:
    return agreed(Anna(assistant))


def agreed(anna: Anna) -> Anna:
    """Anna after she has agreed to talk about her health."""
    agree(anna.sender)
    anna.says("你好")
    return anna


def register(anna: Anna) -> None:
    """Herself, with name and identity number."""
    account = anna.account
    with session_scope() as session:
        register_patient(session, get_vault(), account_id=account, name="王小明", id_number=NUMBER, phone=PHONE)


def book(anna: Anna) -> None:
    """A visit yesterday."""
    account = anna.account
    with session_scope() as session:
        patient = session.scalars(select(Relation.patient_id).where(Relation.account_id == account)).one()
        session.add(
            Appointment(
                account_id=account,
                patient_id=patient,
                slot_id="s",
                hospital_ref="r",
                department="骨科",
                doctor="林知远",
                starts_at=utc_now() - timedelta(days=1),
                ends_at=utc_now() - timedelta(days=1),
                fee=Decimal("20.00"),
            )
        )


def due() -> None:
    """The next try of every request is now."""
    with session_scope() as session:
        session.execute(update(RightsRequest).values(next_try_at=utc_now()))


def requests() -> list[RightsRequest]:
    with session_scope() as session:
        return list(session.scalars(select(RightsRequest).order_by(RightsRequest.asked_at)))


def audited() -> list[str]:
    with session_scope() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))


def rows(table: type) -> int:
    with session_scope() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def send_photo(anna: Anna, installation: Settings) -> None:
    photo = installation.var / "photo"
    photo.write_bytes(b"a rash")
    with session_scope() as session:
        conversation = session.scalars(select(Conversation)).one()
        media = store_media(
            session,
            get_vault(),
            conversation_id=conversation.id,
            kind="photo",
            content_type="image/jpeg",
            source=photo,
        )
        session.scalars(select(Message).where(Message.author == Author.PATIENT).limit(1)).one().media_id = media.id


@contextmanager
def download(anna: Anna) -> Iterator[zipfile.ZipFile]:
    """What WeChat's browser gets from the link in the last message."""
    with session_scope() as session:
        card = session.scalars(select(Message.card).where(Message.card.is_not(None))).all()[-1]
    assert card is not None
    assert card["kind"] == "download"
    with web_house(ScriptedTurn()) as house:
        answer = httpx.get(house.address + card["link"], trust_env=False)
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        yield archive


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("撤回同意", Wish.WITHDRAW),
        ("我要撤回授权", Wish.WITHDRAW),
        ("导出我的资料", Wish.EXPORT),
        ("请帮我下载聊天记录", Wish.EXPORT),
        ("删除我的资料", Wish.ERASE),
        ("把我的聊天记录删掉。", Wish.ERASE),
        ("注销账号", Wish.ERASE),
        ("隐私政策", Wish.PRIVACY),
        ("我的授权", Wish.STANDING),
        ("为什么让我去这个科？", Wish.WHY),
        ("同意", None),  # an answer
        ("取消预约", None),  # another thing
        ("我要带什么资料", None),
        ("为什么头疼", None),
        ("删除", None),  # of what?
    ],
)
def test_a_right_is_named_in_exact_words(words: str, wish: Wish | None) -> None:
    assert wish_in(words) is wish


class TestExport:
    def test_the_end_of_the_identity_number_opens_it(self, anna: Anna, installation: Settings) -> None:
        register(anna)
        anna.says(f"我咳嗽，电话{PHONE}")
        send_photo(anna, installation)
        assert "最后四位" in anna.hears("导出我的资料")
        assert "不一样" in anna.hears("0000")
        anna.says(NUMBER[-4:])
        assert "正在准备" in anna.hears("导出")
        assert take_up_requests() == 1
        with download(anna) as archive:
            assert set(archive.namelist()) == {"index.html", "data.json", "media/001.jpg"}
            assert archive.read("media/001.jpg") == b"a rash"
            data = json.loads(archive.read("data.json"))
            page = archive.read("index.html").decode()
        assert data["patients"][0]["id_number"] == NUMBER
        assert any(PHONE in message["text"] for message in data["messages"]), "the patient's own words, in clear"
        assert "王小明" in page
        assert "<script" not in page
        assert {"ask_export", "make_export", "download_export"} <= set(audited())
        assert NUMBER[-4:] not in [message["text"] for message in data["messages"]], "the proof is kept nowhere"

    def test_a_wrong_ending_three_times_is_a_persons_business(self, anna: Anna) -> None:
        register(anna)
        anna.says("导出我的资料")
        wrong = "000X"
        anna.says(wrong)
        anna.says(wrong)
        assert "工作人员" in anna.hears(wrong)
        assert requests() == []

    def test_whoever_changes_the_subject_is_not_trapped(self, anna: Anna) -> None:
        register(anna)
        anna.says("导出我的资料")
        assert "听到" in anna.hears("嗓子疼怎么办")
        anna.says("导出我的资料")
        assert "不办了" in anna.hears("算了")

    def test_level_5_is_left_out_unless_it_is_asked_for(self, anna: Anna) -> None:
        anna.says("我查出来艾滋病阳性，很害怕")
        with session_scope() as session:
            kept = session.scalars(select(Message.text).where(Message.sensitivity == 5)).all()
        assert kept
        assert "艾滋" not in kept[0]
        anna.says("导出我的资料")
        anna.says("1")
        take_up_requests()
        with download(anna) as archive:
            assert "艾滋病阳性" not in archive.read("data.json").decode()
            assert "没有导出" in archive.read("index.html").decode()
        anna.says("导出我的资料")
        anna.says("连特别敏感的一起导出")
        take_up_requests()
        with download(anna) as archive:
            assert "艾滋病阳性" in archive.read("data.json").decode()
        assert "open_sensitive" in audited()

    def test_the_file_is_sealed_and_gone_after_a_day(self, anna: Anna, installation: Settings) -> None:
        register(anna)
        anna.says("导出我的资料")
        anna.says(NUMBER[-4:])
        anna.says("导出")
        take_up_requests()
        [file] = (installation.var / "exports").iterdir()
        assert NUMBER.encode() not in file.read_bytes()
        assert not file.read_bytes().startswith(b"PK")
        assert list((installation.var / "spool").glob("export-*")) == []
        assert sweep_exports() == 0
        with session_scope() as session:
            session.execute(update(RightsRequest).values(expires_at=utc_now() - timedelta(seconds=1)))
        with web_house(ScriptedTurn()) as house:
            [asked] = requests()
            link = f"{house.address}/api/chat/exports/{asked.id}?key={export_key(asked.id)}"
            assert httpx.get(link, trust_env=False).status_code == 404
        assert sweep_exports() == 1
        assert not file.exists()

    def test_an_old_button_proves_nothing(self, anna: Anna) -> None:
        register(anna)
        anna.says("导出我的资料")
        anna.says(NUMBER[-4:])
        with session_scope() as session:
            long_ago = int((utc_now() - timedelta(hours=1)).timestamp())
            session.execute(update(Conversation).values(asking=f"export:ok:{long_ago}"))
        assert "最后四位" in anna.hears("导出")
        assert requests() == []

    def test_only_its_own_browser_gets_it(self, assistant: Assistant) -> None:
        with web_house(ScriptedTurn()) as house:
            mine, other = Browser(house), Browser(house)
            with mine.socket() as socket:
                socket.send(type="message", id="first-message", text="你好")
                socket.until("ack")
            account = requests_account()
            with session_scope() as session:
                asked = ask(session, account, RequestKind.EXPORT, actor=Actor(ActorKind.PATIENT, account))
            assert take_up_requests() == 1
            path = f"/api/chat/exports/{asked.id}"
            assert mine.http.get(path).status_code == 200
            assert other.http.get(path).status_code == 404
            assert other.http.get(f"{path}?key={export_key(asked.id)}").status_code == 404


def requests_account() -> str:
    with session_scope() as session:
        return session.scalars(select(Account.id)).one()


class TestErasure:
    def erase(self, anna: Anna) -> str:
        said = anna.hears("删除我的资料")
        assert "确定要删除吗" in said
        assert "最后一条" in anna.hears("确认删除")
        due()
        return said

    def test_who_never_asked_about_health_is_erased_altogether(self, assistant: Assistant) -> None:
        anna = Anna(assistant)
        anna.says("导")  # held: nobody has heard it
        anna.says(f"电话{PHONE}")
        account = anna.account
        self.erase(anna)
        assert take_up_requests() == 1
        for table in (Account, Conversation, Message, VaultEntry, Consent):
            assert rows(table) == 0, table
        assert len(assistant.forgotten) == 1
        assert audited()[-1] == "erase"
        with session_scope() as session:
            assert session.scalars(select(AuditEntry.patient)).all()[-1] == account

    def test_what_the_law_keeps_is_said_and_shut_away(self, anna: Anna, installation: Settings) -> None:
        register(anna)
        book(anna)
        anna.says(f"我咳嗽，电话{PHONE}")
        account = anna.account
        assert "最后四位" in anna.hears("删除我的资料")
        said = anna.hears(NUMBER[-4:])
        years = (utc_now().year + 3, utc_now().year + 15)
        assert f"{years[0]}-" in said
        assert str(years[1] - (1 if utc_now().timetuple().tm_yday == 1 else 0))[:3] in said
        anna.says("确认删除")
        due()
        assert take_up_requests() == 1
        with session_scope() as session:
            kept = session.get_one(Account, account)
            assert kept.restricted_at is not None
            assert kept.address_sealed is None
            assert session.scalars(select(Message.id)).all(), "a record of care"
            originals = {entry.kind for entry in session.scalars(select(VaultEntry))}
            assert "PHONE" not in originals or rows_of_phone(session) == 1, "only what the visit's record needs"
            assert all(row.withdrawn_at for row in session.scalars(select(Consent)))
            assert session_has_ended(session, get_vault().fingerprint("anna", purpose="address:wechat"))
        anna.says("你好")
        assert anna.account != account, "whoever comes back is somebody new"

    def test_it_waits_until_the_assistant_can_forget(self, anna: Anna, monkeypatch: pytest.MonkeyPatch) -> None:
        self.erase(anna)
        monkeypatch.setenv("XINGLIN_RASA_URL", "http://127.0.0.1:9")
        get_settings.cache_clear()
        assert take_up_requests() == 0
        assert requests()[0].state == RequestState.ASKED
        monkeypatch.setenv("XINGLIN_RASA_URL", anna.assistant.url)
        get_settings.cache_clear()
        due()
        assert take_up_requests() == 1
        assert requests()[0].state == RequestState.DONE

    def test_a_legal_hold_forbids_it_and_says_so(self, anna: Anna) -> None:
        account = anna.account
        with session_scope() as session:
            hold(session, account, reason="纠纷", actor=Actor(ActorKind.STAFF, "clerk"))
        assert "依法保留" in anna.hears("删除我的资料")
        assert requests() == []

    def test_a_hold_placed_meanwhile_forbids_it_too(self, anna: Anna) -> None:
        self.erase(anna)
        account = anna.account
        with session_scope() as session:
            hold(session, account, reason="纠纷", actor=Actor(ActorKind.STAFF, "clerk"))
        take_up_requests()
        assert requests()[0].state == RequestState.REFUSED
        assert rows(Message) > 0
        with session_scope() as session:
            assert "依法保留" in session.scalars(select(Message.text).order_by(Message.seq)).all()[-1]

    def test_who_does_not_confirm_keeps_everything(self, anna: Anna) -> None:
        anna.says("删除我的资料")
        assert "没有删除" in anna.hears("不删了")
        assert requests() == []

    def test_anothers_patient_stays(self, anna: Anna, assistant: Assistant) -> None:
        register(anna)
        other = agreed(Anna(assistant, sender="bea"))
        other_account = other.account
        with session_scope() as session:
            patient = session.scalars(select(Patient.id)).one()
            session.add(Relation(account_id=other_account, patient_id=patient, kinship="母亲"))
        anna.says("删除我的资料")
        anna.says(NUMBER[-4:])
        anna.says("确认删除")
        due()
        take_up_requests()
        assert rows(Patient) == 1
        with session_scope() as session:
            assert session.scalars(select(Relation.account_id)).all() == [other_account]

    def test_the_page_ends_its_session(self, assistant: Assistant) -> None:
        with web_house(ScriptedTurn()) as house:
            browser = Browser(house)
            with browser.socket() as socket:
                socket.send(type="message", id="first-message", text="你好")
                socket.until("ack")
            account = requests_account()
            with session_scope() as session:
                give(session, account, Purpose.CONSULTATION)
                ask(session, account, RequestKind.ERASURE, actor=Actor(ActorKind.PATIENT, account))
            assert browser.http.post("/api/chat/session").json()["session"] == browser.public_id
            with browser.socket() as socket:
                socket.until("message")
                take_up_requests()
                with pytest.raises(ConnectionClosed):
                    socket.until("never")
            assert browser.http.post("/api/chat/session").json()["session"] != browser.public_id
            assert browser.history()["messages"] == []


def rows_of_phone(session: Any) -> int:
    return len(session.scalars(select(VaultEntry.ref).where(VaultEntry.kind == "PHONE")).all())


class TestWhy:
    def test_the_rationale_of_the_last_suggestion_is_told(self, anna: Anna) -> None:
        card = DepartmentCard(
            urgency="outpatient",
            urgency_text="不急",
            departments=(DepartmentOption(name="呼吸内科", parent="内科", reason="咳嗽先看呼吸内科"),),
            rationale="咳嗽超过一周",
        )
        with session_scope() as session:
            conversation = session.scalars(select(Conversation.id)).one()
            append_reply(
                session, conversation_id=conversation, author=Author.BOT, reply=Reply(text="建议看呼吸内科", card=card)
            )
        said = anna.hears("为什么让我去这个科？")
        assert "咳嗽超过一周" in said
        assert "咳嗽先看呼吸内科" in said
        assert "转人工" in said

    def test_without_a_suggestion_it_is_said_so(self, anna: Anna) -> None:
        assert "还没有" in anna.hears("为什么让我去这个科")


class TestCommandLine:
    def test_staff_export_and_erase(self, anna: Anna, installation: Settings) -> None:
        register(anna)
        commands, to = CliRunner(), installation.var / "copy.zip"
        done = commands.invoke(app, ["patient", "export", anna.account, str(to), "--reason", "本人到窗口，已核身份"])
        assert done.exit_code == 0, done.output
        assert to.stat().st_mode & 0o077 == 0
        with zipfile.ZipFile(to) as archive:
            assert NUMBER in archive.read("data.json").decode()
        again = commands.invoke(app, ["patient", "export", anna.account, str(to), "--reason", "再来一次"])
        assert again.exit_code == 1, "never over a file that is there"
        only_said = commands.invoke(app, ["patient", "erase", anna.account, "--reason", "来信"])
        assert json.loads(only_said.output)["messages"] >= 1
        assert requests() == []
        commands.invoke(app, ["patient", "erase", anna.account, "--reason", "来信", "--yes"])
        assert [asked.kind for asked in requests()] == ["erasure"]
        assert take_up_requests() == 1

    def test_nobody_is_exported_by_a_wrong_id(self, database: None, installation: Settings) -> None:
        to = installation.var / "copy.zip"
        to.parent.mkdir(parents=True, exist_ok=True)
        assert CliRunner().invoke(app, ["patient", "export", "0" * 16, str(to), "--reason", "x"]).exit_code == 1
        assert not to.exists()


def test_a_plan_changes_nothing(anna: Anna) -> None:
    before = (rows(Message), rows(Media), rows(Account))
    account = anna.account
    with session_scope() as session:
        plan = plan_erasure(session, account)
        assert plan.dialogue_until is not None
        assert plan.records_until is None
        assert find_conversation(session, "nobody") is None
    assert (rows(Message), rows(Media), rows(Account)) == before
