"""Whatever a browser sends: a clear answer or refusal, nothing lost."""

import json
from collections.abc import Iterator

import pytest
from websockets.exceptions import ConnectionClosed

from tests.web_browser import Browser
from tests.web_house import WebHouse, web_house

STRANGE_FRAMES = [
    ("not json", "bad_request"),
    ("[]", "bad_request"),
    ("null", "bad_request"),
    ('{"type":"message"}', "bad_request"),
    ('{"type":"message","id":"x","text":"太短的编号"}', "bad_request"),
    ('{"type":"message","id":"message-0001","text":5}', "bad_request"),
    ('{"type":"message","id":"message-0001","text":"\\ud800"}', "bad_request"),
    ('{"type":"resume","last_seq":-1}', "bad_request"),
    ('{"type":"admin"}', "bad_request"),
    ("[" * 5000, "bad_request"),
    (json.dumps({"type": "message", "id": "message-0001", "text": "疼" * 300_000}), "too_long"),
]
STRANGE_TEXTS = [
    "",
    " ",
    "😀😀😀",
    "<script>alert(1)</script>",
    "'; DROP TABLE message; --",
    "/restart",
    "ＡＢＣ عربي テスト",
    "疼" * 100_000,
]


@pytest.fixture
def house(database: None) -> Iterator[WebHouse]:
    with web_house() as house:
        yield house


class TestBadInput:
    def test_a_failure_is_told_and_can_be_tried_again(self, house: WebHouse) -> None:
        house.turn.failing = True
        with Browser(house).socket() as socket:
            socket.say("我发烧了", "message-0001")
            error = socket.until("error")
            assert (error["code"], error["id"]) == ("unavailable", "message-0001")
            assert "120" in error["text"]
            assert "13800138000" not in json.dumps(socket.heard)
            house.turn.failing = False
            socket.say("我发烧了", "message-0001")
            assert socket.until("ack")["seq"] == 1

    def test_a_frame_that_nobody_understands_is_refused_kindly(self, house: WebHouse) -> None:
        with Browser(house).socket() as socket:
            for number, (frame, code) in enumerate(STRANGE_FRAMES):
                socket.websocket.send(frame)
                error = socket.until("error")
                assert error["code"] == code, frame[:80]
                assert "Traceback" not in error["text"]
                # The connection lives on.
                socket.say("还在吗", f"message-{number:04}")
                socket.until("ack", id=f"message-{number:04}")

    def test_whatever_is_typed_is_taken_once(self, house: WebHouse) -> None:
        with Browser(house).socket() as socket:
            for number, text in enumerate(STRANGE_TEXTS):
                socket.say(text, f"message-{number:04}")
                socket.until("ack", id=f"message-{number:04}")
        assert house.texts() == STRANGE_TEXTS

    def test_who_writes_too_fast_is_asked_to_wait(self, house: WebHouse) -> None:
        with Browser(house).socket() as socket:
            for number in range(30):
                socket.say("快", f"message-{number:04}")
            error = socket.until("error")
            assert error["code"] == "slow_down"
            assert 0 < error["retry_after_ms"] <= 1001

    def test_a_flood_of_frames_ends_the_connection(self, house: WebHouse) -> None:
        with Browser(house).socket() as socket, pytest.raises(ConnectionClosed):
            for _ in range(200):
                socket.send(type="ping")
            socket.until("never")

    def test_too_many_windows_are_turned_away(self, house: WebHouse) -> None:
        browser = Browser(house)
        sockets = [browser.socket() for _ in range(8)]
        opened = [socket.__enter__() for socket in sockets]
        for socket in opened:
            socket.send(type="ping")
            socket.until("pong")
        with pytest.raises(ConnectionClosed), browser.socket() as ninth:
            ninth.until("never")
        for socket in sockets:
            socket.__exit__(None, None, None)
