"""The media job: a file is kept, refused or lost; and whatever kills the worker, everything happens once."""

import os
import subprocess
import sys
from typing import Any

import pytest
from sqlalchemy import func, select

from channels.inbound import Kind
from channels.jobs import JobQueue
from records.cases import Case, CaseKind
from records.conversations import Author, Conversation, Holder, MediaStage, Message, MessageState
from records.database import session_scope
from records.findings import FileRole, Finding, FindingFile, FindingKind
from records.media import Media
from records.media_store import media_path, read_media
from records.vault import get_vault
from settings import ROOT, Settings
from tests.integration.media.conftest import StartVision
from tests.integration.media.files import PLACE, archive, png, sent, spooled, stored
from tests.integration.media.worker import STEPS
from tests.lesions import lesion
from tests.posted import answering_posts
from tests.wechat_house import open_house

pytestmark = pytest.mark.usefixtures("database")


def work(house: Settings, point: str = "none") -> subprocess.CompletedProcess[str]:
    """One worker, until no job is left or it died at ``point``."""
    environment = {name: value for name, value in os.environ.items() if name.startswith(("XINGLIN_", "PATH"))}
    return subprocess.run(
        [sys.executable, "-m", "tests.integration.media.worker", point],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def enqueue(house: Settings, *messages: str) -> None:
    queue = JobQueue(house.jobs_url)
    for message in messages:
        queue.take_media(message)


def replies(message_id: str) -> list[str]:
    with session_scope() as session:
        return list(
            session.scalars(select(Message.text).where(Message.reply_to == message_id, Message.author == Author.BOT))
        )


def holder(message_id: str) -> str:
    with session_scope() as session:
        message = session.get_one(Message, message_id)
        return session.get_one(Conversation, message.conversation_id).holder


def test_a_worker_killed_at_every_point_does_everything_once(
    house: Settings, start_vision: StartVision, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One photo of a lesion survives a kill before anything, and one after the effect of each step, when DBOS does not
    know yet; then its findings, its case, its reply and its stages are there once."""
    message_id = sent(house, lesion())
    enqueue(house, message_id, message_id)  # the second is a resend
    told: list[tuple[str, Any]] = []

    def hear(path: str, content: Any) -> tuple[int, bytes]:
        told.append((path, content))
        return 200, b"{}"

    with start_vision(), answering_posts(hear) as assistant:
        monkeypatch.setenv("XINGLIN_RASA_URL", assistant)
        for point in ("before:fetch", *(f"after:{step}" for step in STEPS)):
            assert work(house, point).returncode == -9, point
        last = work(house)
    assert last.returncode == 0, last.stderr
    assert "{'SUCCESS': 1}" in last.stdout, last.stdout + last.stderr
    with session_scope() as session:
        media = session.scalars(select(Media).where(Media.kind == "photo")).one()
        assert media.content_type == "image/jpeg"
        assert session.get_one(Message, message_id).media_id == media.id
        message = session.get_one(Message, message_id)
        assert (message.state, message.stage) == (MessageState.ANSWERED, MediaStage.HANDED_OVER)
        plain = read_media(session, get_vault(), media.id)
        finding = session.scalars(select(Finding)).one()
        case = session.scalars(select(Case)).one()
        assert (finding.kind, case.kind, case.finding_id) == (FindingKind.SKIN, CaseKind.SKIN, finding.id)
        assert finding.source_media_id == media.id
        roles = set(session.scalars(select(FindingFile.role)))
        assert roles == {FileRole.MASK, FileRole.OVERLAY, FileRole.HEAT}
    assert plain.startswith(b"\xff\xd8\xff")
    assert PLACE not in plain
    [(path, heard)] = {str(one): one for one in told}.values()  # perhaps twice, but the same
    assert path == "/webhooks/rest/inform"
    assert heard["slots"]["finding"]["department"] == "皮肤科"
    [said] = replies(message_id)
    assert "皮肤科" in said
    assert "医生会看" in said
    assert holder(message_id) == Holder.BOT, "the conversation goes on; the case waits for the doctor"
    assert spooled(house) == []


def test_what_becomes_of_each_file(house: Settings, vision: None) -> None:
    photo, renamed, empty, cut, lost_one, hidden = (
        sent(house, png()),
        sent(house, archive()),
        sent(house, b""),
        sent(house, png()[:80]),
        stored(Kind.IMAGE, {"spool": "web-never-there"}),
        stored(Kind.IMAGE, {"spool": "../../etc/passwd"}),
    )
    enqueue(house, photo, renamed, empty, cut, lost_one, hidden)
    done = work(house)
    assert "{'SUCCESS': 6}" in done.stdout, done.stdout + done.stderr
    said = {
        name: replies(message)[0]
        for name, message in (
            ("photo", photo),
            ("renamed", renamed),
            ("empty", empty),
            ("cut", cut),
            ("lost", lost_one),
            ("hidden", hidden),
        )
    }
    assert "照片太小" in said["photo"]
    assert "压缩包" in said["renamed"]
    assert "空的" in said["empty"]
    assert "打不开" in said["cut"]
    assert said["lost"] == said["hidden"]
    assert "再发一次" in said["lost"]
    assert [holder(message) for message in (photo, renamed, lost_one)] == [Holder.BOT] * 3
    with session_scope() as session:
        media = session.scalars(select(Media).where(Media.kind == "photo")).one()
        assert PLACE not in media_path(media.id).read_bytes()
    assert spooled(house) == []


def test_without_vision_the_file_is_kept_for_a_person(house: Settings, database: None) -> None:
    message_id = sent(house, png())
    enqueue(house, message_id)
    done = work(house)
    assert "{'SUCCESS': 1}" in done.stdout, done.stdout + done.stderr
    with session_scope() as session:
        media = session.scalars(select(Media)).one()
        assert (media.kind, media.content_type) == ("photo", "application/octet-stream")
    assert "工作人员会查看" in replies(message_id)[0]
    assert holder(message_id) == Holder.WAITING


def test_a_seat_that_holds_the_conversation_is_not_talked_over(house: Settings, vision: None) -> None:
    message_id = sent(house, png())
    with session_scope() as session:
        message = session.get_one(Message, message_id)
        session.get_one(Conversation, message.conversation_id).holder = Holder.SEAT
    enqueue(house, message_id)
    work(house)
    assert replies(message_id) == []
    with session_scope() as session:
        assert session.get_one(Message, message_id).state == MessageState.WAITING
        assert session.scalar(select(func.count()).select_from(Media).where(Media.kind == "photo")) == 1


def test_wechats_media_are_fetched_by_the_worker(
    house: Settings, vision: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_house() as platform:
        there = platform.platform.keep_media(kind="image", content_type="image/jpeg", name="x", data=png()).media_id
        for name, value in (
            ("TOKEN", platform.account.token),
            ("APP_ID", platform.account.app_id),
            ("SECRET", platform.account.secret),
            ("AES_KEY", platform.account.aes_key),
            ("API_BASE", platform.account.api_base),
        ):
            monkeypatch.setenv(f"XINGLIN_WECHAT_{name}", value)
        photo = stored(Kind.IMAGE, {"platform_media_id": there})
        gone = stored(Kind.IMAGE, {"platform_media_id": "no-such-media"})
        enqueue(house, photo, gone)
        done = work(house)
    assert "{'SUCCESS': 2}" in done.stdout, done.stdout + done.stderr
    assert "照片太小" in replies(photo)[0]
    assert "再发一次" in replies(gone)[0]
    assert spooled(house) == []
