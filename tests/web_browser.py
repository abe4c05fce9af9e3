"""A browser without a screen: its cookie, its requests, its sockets."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

from tests.web_house import WebHouse

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 40
# Nothing is left open when a test ends.
ONE_REQUEST_A_CONNECTION = httpx.Limits(max_keepalive_connections=0)


class Browser:
    """One browser: its cookie, and its sockets."""

    def __init__(self, house: WebHouse) -> None:
        self.house = house
        self.http = httpx.Client(
            base_url=house.address, headers={"origin": house.address}, timeout=10, limits=ONE_REQUEST_A_CONNECTION
        )
        self.public_id = self.http.post("/api/chat/session").json()["session"]

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())

    @contextmanager
    def socket(self, *, last_seq: int = 0, origin: str | None = None) -> Iterator["Socket"]:
        with connect(
            f"ws://{self.house.host}/api/chat/socket",
            origin=origin or self.house.address,  # type: ignore[arg-type]
            additional_headers={"cookie": self.cookie},
            open_timeout=5,
            close_timeout=1,
        ) as websocket:
            socket = Socket(websocket)
            socket.send(type="resume", last_seq=last_seq)
            yield socket

    def history(self, **query: int) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get("/api/chat/history", params=query).json()
        return found

    def upload(
        self, body: bytes, *, client_id: str = "upload-0001", kind: str = "image", claimed: str = "image/jpeg"
    ) -> httpx.Response:
        return self.http.post(
            "/api/chat/media", data={"id": client_id, "kind": kind}, files={"file": ("a.jpg", body, claimed)}
        )


class Socket:
    def __init__(self, websocket: ClientConnection) -> None:
        self.websocket = websocket
        self.heard: list[dict[str, Any]] = []

    def send(self, **frame: object) -> None:
        self.websocket.send(json.dumps(frame))

    def say(self, text: str, client_id: str) -> None:
        self.send(type="message", id=client_id, text=text)

    def until(self, frame_type: str, /, **having: object) -> dict[str, Any]:
        """The next frame of this kind; everything before it is kept in ``heard``."""
        while True:
            frame: dict[str, Any] = json.loads(self.websocket.recv(timeout=10))
            self.heard.append(frame)
            if frame["type"] == frame_type and having.items() <= frame.items():
                return frame

    def messages(self) -> list[dict[str, Any]]:
        return [frame for frame in self.heard if frame["type"] == "message"]
