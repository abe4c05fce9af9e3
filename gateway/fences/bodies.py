"""How much a request may bring, and how long it may take to bring it."""

import asyncio
from dataclasses import dataclass
from time import monotonic

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.fences.refusals import refuse
from settings import Settings

UPLOADS = "/api/chat/media"
WECHAT = "/wechat"
# Form fields and boundaries around a file.
ENVELOPE_BYTES = 64 * 1024
# WeChat's own XML stays below 100 KB; everything else that comes is a small JSON document.
WECHAT_BYTES = 1024 * 1024
JSON_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: for the whole body, and between two pieces of it."""

    whole_s: float
    idle_s: float


# 100 MB over a telephone network of 1 Mbit/s take 14 minutes.
FILE_PATIENCE = Patience(whole_s=20 * 60, idle_s=20)
PATIENCE = Patience(whole_s=30, idle_s=10)


class BodyFence:
    """413 for a body that is too large, 408 for one that does not come to its end: the route sees its caller leave."""

    def __init__(
        self, app: ASGIApp, *, settings: Settings, patience: Patience = PATIENCE, for_files: Patience = FILE_PATIENCE
    ) -> None:
        self._app = app
        largest = max(
            settings.photo_max_bytes, settings.video_max_bytes, settings.voice_max_bytes, settings.file_max_bytes
        )
        self._limits = {UPLOADS: (largest + ENVELOPE_BYTES, for_files), WECHAT: (WECHAT_BYTES, patience)}
        self._otherwise = (JSON_BYTES, patience)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most, patience = self._limits.get(scope["path"], self._otherwise)
        if _declared(scope) > most:
            await refuse(scope, receive, send, status=413, code="too_large", hang_up=True)
            return
        body = _Body(receive, send, most=most, patience=patience)
        try:
            await self._app(scope, body.receive, body.send)
        except ClientDisconnect:
            if not body.refusal:
                raise
        if body.refusal and not body.answered:
            status, code = body.refusal
            await refuse(scope, receive, send, status=status, code=code, hang_up=True)


class _Body:
    """One request's body on its way in. Once it is refused, whatever the route answers is not sent."""

    def __init__(self, receive: Receive, send: Send, *, most: int, patience: Patience) -> None:
        self._receive = receive
        self._send = send
        self._most = most
        self._idle_s = patience.idle_s
        self._until = monotonic() + patience.whole_s
        self._size = 0
        self._whole = False
        self.refusal: tuple[int, str] | None = None
        self.answered = False

    async def receive(self) -> Message:
        if self.refusal:
            return {"type": "http.disconnect"}
        if self._whole:
            # Only the caller's leaving can come now, and that may take as long as it likes.
            return await self._receive()
        try:
            async with asyncio.timeout(max(0.0, min(self._idle_s, self._until - monotonic()))):
                message = await self._receive()
        except TimeoutError:
            self.refusal = (408, "too_slow")
            return {"type": "http.disconnect"}
        if message["type"] == "http.request":
            self._size += len(message.get("body", b""))
            self._whole = not message.get("more_body", False)
            if self._size > self._most:
                self.refusal = (413, "too_large")
                return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        if self.refusal and not self.answered:
            return
        self.answered = True
        await self._send(message)


def _declared(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and len(value) <= 18:  # noqa: PLR2004  (fits in 64 bits)
            return int(value)
    return 0
