"""A patient on the web page, as a script: says things, presses buttons, reads what comes back."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection, connect

REPLY_WITHIN_S = 60.0


class Patient:
    """One browser's WebSocket. ``messages`` holds everything the page would show, in order.

    ``agreed``: has agreed to talk about health and to send photos before, so that nothing is asked in between;
    ``messages`` begins after that.
    """

    def __init__(self, base: str, *, agreed: bool = True) -> None:
        opened = httpx.post(f"{base}/api/chat/session", trust_env=False)
        opened.raise_for_status()
        self.base = base
        self.cookies = dict(opened.cookies)
        self.messages: list[dict[str, Any]] = []
        self._seen = 0
        self._socket = self._connected()
        if agreed:
            self.agree()

    def agree(self) -> None:
        """Agree to both, as somebody does who looks into their settings first."""
        self.say("我的授权")
        self.press("同意健康咨询")
        self.press("同意照片、视频和报告")
        self._seen = self.messages[-1]["seq"]
        self.messages.clear()

    def _connected(self) -> ClientConnection:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        address = self.base.replace("http", "ws", 1) + "/api/chat/socket"
        socket = connect(address, additional_headers={"Cookie": cookie}, origin=self.base)  # type: ignore[arg-type]
        last_seq = max((message["seq"] for message in self.messages), default=self._seen)
        socket.send(json.dumps({"type": "resume", "last_seq": last_seq}))
        return socket

    def come_back(self, *, within_s: float = 60.0) -> None:
        """Connect again, as the page does after a broken connection, from the last message that it has."""
        self._socket.close()
        deadline = time.monotonic() + within_s
        while True:
            try:
                self._socket = self._connected()
            except (OSError, ConnectionClosed, InvalidHandshake):
                assert time.monotonic() < deadline, "the gateway did not come back"
                time.sleep(0.2)
            else:
                return

    def sends(self, text: str, *, client_id: str = "") -> str:
        """Send ``text`` without waiting for anything; returns the browser's id of it."""
        client_id = client_id or uuid4().hex
        self._send({"type": "message", "text": text, "id": client_id})
        return client_id

    def wait_for_ack(self, client_id: str) -> None:
        """Read until the message of this id is acknowledged."""
        while True:
            frame = self._read(REPLY_WITHIN_S)
            if frame["type"] == "ack" and frame["id"] == client_id:
                return

    def close(self) -> None:
        self._socket.close()

    def say(self, text: str) -> list[dict[str, Any]]:
        """Type ``text``; returns the replies to it."""
        return self._ask({"type": "message", "text": text})

    def press(self, title: str) -> list[dict[str, Any]]:
        """Press the latest offered button whose title holds ``title``; returns the replies."""
        for option in self.options():
            if title in option["title"]:
                return self._ask({"type": "choice", **option})
        raise AssertionError(f"nothing offered is called {title!r}: {[option['title'] for option in self.options()]}")

    def send_photo(self, photo: bytes, *, name: str = "photo.jpg", claimed: str = "image/jpeg") -> httpx.Response:
        """Upload a photo; returns the gateway's answer. The replies come over the socket."""
        return self._upload("image", (name, photo, claimed))

    def send_video(self, video: bytes) -> httpx.Response:
        """Upload a video, as ``send_photo``."""
        return self._upload("video", ("video.mp4", video, "video/mp4"))

    def _upload(self, kind: str, file: tuple[str, bytes, str]) -> httpx.Response:
        return httpx.post(
            f"{self.base}/api/chat/media",
            data={"id": uuid4().hex, "kind": kind},
            files={"file": file},
            cookies=self.cookies,
            timeout=REPLY_WITHIN_S,
            trust_env=False,
        )

    def options(self) -> list[dict[str, str]]:
        """Every button of the latest reply that has any."""
        for message in reversed(self.messages):
            if message["author"] == "bot" and (found := list(_buttons(message))):
                return found
        return []

    def card(self, kind: str) -> dict[str, Any]:
        """The latest card of a kind."""
        for message in reversed(self.messages):
            if message["card"] and message["card"]["kind"] == kind:
                card: dict[str, Any] = message["card"]
                return card
        raise AssertionError(f"no card of kind {kind!r}: {[message['text'] for message in self.messages]}")

    def wait_for(self, wanted: Callable[[dict[str, Any]], bool], *, timeout_s: float = 15.0) -> dict[str, Any]:
        """Read until a message comes that is wanted."""
        while True:
            frame = self._read(timeout_s)
            if frame["type"] == "message" and wanted(frame):
                return frame

    def _ask(self, frame: dict[str, Any]) -> list[dict[str, Any]]:
        client_id = uuid4().hex
        before = len(self.messages)
        self._send({**frame, "id": client_id})
        while True:
            answer = self._read(REPLY_WITHIN_S)
            if answer["type"] == "error":
                raise AssertionError(answer)
            if answer["type"] == "ack" and answer["id"] == client_id:
                return [message for message in self.messages[before:] if message["author"] == "bot"]

    def _read(self, timeout_s: float) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(self._socket.recv(timeout=timeout_s))
        if frame["type"] == "message":
            self.messages.append(frame)
        return frame

    def _send(self, frame: dict[str, Any]) -> None:
        self._socket.send(json.dumps(frame))


def _buttons(message: dict[str, Any]) -> Iterator[dict[str, str]]:
    card = message["card"] or {}
    for rows, title in (("departments", "name"), ("slots", "starts_at"), ("doctors", "name")):
        for row in card.get(rows, []):
            if row.get("payload"):
                yield {"title": row[title], "payload": row["payload"]}
    for name in ("confirm", "change"):
        if card.get("kind") == "confirm":
            yield card[name]
    yield from message["quick_replies"]
