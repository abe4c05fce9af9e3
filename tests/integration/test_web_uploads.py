"""Photos, videos and files on their way in."""

import os
import stat
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import select

from care.conversations import append_reply
from care.replies import Reply
from channels.inbound import Kind
from channels.web.spool import open_spooled, spool_folder, sweep_spool
from records.conversations import Author, MediaStage, Message, MessageState
from records.database import session_scope
from settings import get_settings
from tests.web_browser import JPEG, Browser
from tests.web_house import WebHouse, until, web_house

ZIP = b"PK\x03\x04" + bytes(400)


NOT_TAKEN = [
    ("a zip renamed to .jpg", ZIP, "image", "image/jpeg", 415, "upload_image_type"),
    ("a tiny wrong file", b"PK", "image", "image/jpeg", 415, "upload_image_type"),
    ("a type nobody takes", JPEG, "image", "application/zip", 415, "upload_image_type"),
    ("a program", b"MZ" + bytes(100), "file", "application/pdf", 415, "upload_file_type"),
    ("a picture as a video", JPEG, "video", "video/mp4", 415, "upload_video_type"),
    ("nothing", b"", "image", "image/jpeg", 400, "upload_empty"),
    ("an unknown kind", JPEG, "text", "image/jpeg", 400, "bad_request"),
]
BROKEN_FORMS = [
    ("no form", "text/plain", b"hello"),
    ("no boundary", "multipart/form-data", b"hello"),
    ("garbage", "multipart/form-data; boundary=b", b"garbage" * 100),
    (
        "no file",
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="id"\r\n\r\nx\r\n--b--',
    ),
    (
        "cut off",
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="kind"\r\n\r\nimage\r\n--b\r\n'
        b'Content-Disposition: form-data; name="file"; filename="a"\r\nContent-Type: image/jpeg\r\n\r\n' + JPEG,
    ),
    (
        "file before its kind",
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\nContent-Type: image/jpeg\r\n\r\n'
        + JPEG
        + b"\r\n--b--",
    ),
    (
        "an unknown field",
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="admin"\r\n\r\n1\r\n--b--',
    ),
    (
        "an endless field",
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="id"\r\n\r\n' + b"x" * 100_000 + b"\r\n--b--",
    ),
]


@pytest.fixture
def house(database: None) -> Iterator[WebHouse]:
    with web_house() as house:
        yield house


class TestUploads:
    def test_a_photo_lies_private_until_it_is_stored(self, house: WebHouse) -> None:
        response = Browser(house).upload(JPEG)
        assert response.json() == {"id": "upload-0001", "seq": 1, "state": "answered", "duplicate": False}
        (inbound,) = house.uploads()
        assert (inbound.kind, inbound.dedupe_key) == (Kind.IMAGE, "web:upload-0001")
        assert inbound.upload is not None
        assert inbound.upload.path.read_bytes() == JPEG
        assert inbound.upload.size == len(JPEG)
        assert stat.S_IMODE(inbound.upload.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(spool_folder().stat().st_mode) == 0o700

    def test_sent_twice_it_is_taken_once(self, house: WebHouse) -> None:
        browser = Browser(house)
        assert browser.upload(JPEG).json()["duplicate"] is False
        assert browser.upload(JPEG).json()["duplicate"] is True
        assert len(house.uploads()) == 1
        assert len(list(spool_folder().iterdir())) == 1

    def test_its_progress_is_told_as_the_records_have_it(self, house: WebHouse) -> None:
        browser = Browser(house)
        with browser.socket() as socket:
            browser.upload(JPEG)
            assert socket.until("message", kind="image")["media"] is None
            socket.until("message", author="bot")
            with session_scope() as session:
                message = session.scalars(select(Message).where(Message.kind == "image")).one()
                message.state, message.stage = MessageState.WAITING, MediaStage.HANDED_OVER
                append_reply(
                    session,
                    conversation_id=message.conversation_id,
                    author=Author.BOT,
                    reply=Reply(text="照片已交给医生。"),
                )
            assert socket.until("state") == {
                "type": "state", "seq": 1, "state": "waiting", "media": None, "stage": "handed_over",
            }  # fmt: skip

    def test_each_stage_of_the_job_is_told_though_another_process_reaches_it(self, house: WebHouse) -> None:
        browser = Browser(house)
        with browser.socket() as socket:
            browser.upload(JPEG)
            assert socket.until("message", kind="image")["stage"] is None
            for stage in MediaStage:
                with session_scope() as session:
                    session.scalars(select(Message).where(Message.kind == "image")).one().stage = stage
                assert socket.until("state")["stage"] == stage

    def test_what_is_not_taken_says_why(self, house: WebHouse) -> None:
        browser = Browser(house)
        for what, body, kind, claimed, status, code in NOT_TAKEN:
            response = browser.upload(body, kind=kind, claimed=claimed)
            assert (response.status_code, response.json()["code"]) == (status, code), what
            assert response.json()["text"], what
        for client_id in ("short", "x" * 65, "空格 和中文也不行啊", "a/../../etc/passwd"):
            assert Browser(house).upload(JPEG, client_id=client_id).status_code == 400, client_id
        assert list(spool_folder().iterdir()) == []
        assert house.uploads() == []

    def test_who_sends_too_many_files_is_asked_to_wait(self, house: WebHouse) -> None:
        browser = Browser(house)
        codes = [browser.upload(JPEG, client_id=f"upload-{number:04}").status_code for number in range(11)]
        assert codes == [200] * 10 + [429]

    def test_a_broken_form_is_refused_kindly(self, house: WebHouse) -> None:
        browser = Browser(house)
        for what, content_type, body in BROKEN_FORMS:
            response = browser.http.post("/api/chat/media", content=body, headers={"content-type": content_type})
            assert response.status_code == 400, what
            assert set(response.json()) == {"code", "text"}, what
            assert list(spool_folder().iterdir()) == [], what
        assert house.uploads() == []

    def test_a_claimed_size_over_the_limit_is_refused_at_once(
        self, database: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("XINGLIN_PHOTO_MAX_BYTES", "100000")
        get_settings.cache_clear()
        with web_house() as house:
            response = Browser(house).upload(JPEG * 40)
        assert response.status_code == 413
        assert "97 KB" in response.json()["text"]
        assert list(spool_folder().iterdir()) == []

    def test_a_stream_without_a_size_is_refused_while_it_runs(
        self, database: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("XINGLIN_PHOTO_MAX_BYTES", "1000000")
        get_settings.cache_clear()
        sent = 0

        def endless() -> Iterator[bytes]:
            nonlocal sent
            yield b'--b\r\nContent-Disposition: form-data; name="id"\r\n\r\nupload-0001\r\n'
            yield b'--b\r\nContent-Disposition: form-data; name="kind"\r\n\r\nimage\r\n'
            yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n'
            yield b"Content-Type: image/jpeg\r\n\r\n"
            yield JPEG
            while sent < 200 * 1024 * 1024:
                sent += 65536
                yield b"x" * 65536

        with web_house() as house:
            browser = Browser(house)
            try:
                response = browser.http.post(
                    "/api/chat/media",
                    content=endless(),
                    headers={"content-type": "multipart/form-data; boundary=b"},
                )
            except httpx.TransportError:
                pass  # the gateway answered and hung up while we were still talking
            else:
                assert response.status_code == 413
                assert response.json()["code"] == "upload_image_too_large"
            # Socket buffers hold a few megabytes; the rest was never taken.
            assert sent < 50 * 1024 * 1024
            until(lambda: not list(spool_folder().iterdir()))
            assert house.uploads() == []

    def test_a_failing_turn_leaves_no_file(self, house: WebHouse) -> None:
        house.turn.failing = True
        response = Browser(house).upload(JPEG)
        assert (response.status_code, response.json()["code"]) == (503, "unavailable")
        assert list(spool_folder().iterdir()) == []

    def test_abandoned_files_are_swept(self, house: WebHouse) -> None:
        old, file = open_spooled()
        file.close()
        os.utime(old, (1, 1))
        new, file = open_spooled()
        file.close()
        assert sweep_spool() == 1
        assert [path.name for path in spool_folder().iterdir()] == [new.name]
