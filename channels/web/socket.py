"""One browser's WebSocket: takes messages, and tells what is new from where the browser stands."""

import asyncio
import json
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import structlog
from fastapi import WebSocket, WebSocketDisconnect
from pydantic import BaseModel, ValidationError

from care.texts import text
from channels.inbound import Channel, Inbound, Kind
from channels.limits import Limiter, Rate
from channels.limits.pace import Pace
from channels.results import TurnHandler
from channels.web.hub import Hub, TooManyConnections
from channels.web.protocol import ClientChoice, ClientMessage, ClientPing, ClientResume, ClientSeen, parse_client_frame
from channels.web.receipts import note_received
from channels.web.transcript import DEDUPE_PREFIX, Progress, messages_after, progress_of, standings
from records.conversations import Holder, Message, MessageState
from records.database import read_scope, utc_now

log = structlog.get_logger(__name__)

BATCH = 100
MEDIA_KINDS = frozenset({Kind.IMAGE, Kind.VIDEO, Kind.VOICE, Kind.FILE})
MEDIA_WATCHED = 10
# 100,000 characters of Chinese, each written as an escape of six.
FRAME_MAX_CHARS = 1024 * 1024
FRAMES_BURST, FRAMES_PER_SECOND = 60, 5
# A person types a message every few seconds; a page that mends a long outage sends a dozen at once.
MESSAGES = Rate("messages", burst=20, per_second=1.0)
MESSAGES_OF_ADDRESS = Rate("messages-of-address", burst=600, per_second=60)
RETRY_READ_S = 1.0
# RFC 6455 7.4.1, and IANA's registry of close codes.
GOING_AWAY = 1001
POLICY_VIOLATION = 1008
TRY_AGAIN_LATER = 1013


class Connection:
    """One open socket. ``turn`` takes each message once, however often it is sent."""

    def __init__(self, websocket: WebSocket, *, sender: str, turn: TurnHandler, hub: Hub, limiter: Limiter) -> None:
        self.sender = sender
        self.conversation_id: str | None = None
        self._socket = websocket
        self._turn = turn
        self._hub = hub
        self._limiter = limiter
        # Behind one address may be a waiting hall; ours is the address that the gateway has found out.
        self._address = websocket.client.host if websocket.client else ""
        self._frames = Pace(burst=FRAMES_BURST, per_second=FRAMES_PER_SECOND)
        self._wake = asyncio.Event()
        self._delivering = asyncio.Lock()
        # None until the browser has said where it stands: nothing is told before.
        self._seq: int | None = None
        self._holder = ""
        self._in_flight = 0
        # How far this conversation's last photos, and what waits for consent, had come when the browser was told.
        self._media: dict[int, Progress] = {}

    def wake(self) -> None:
        self._wake.set()

    def end(self) -> None:
        """The page connects again, as somebody new."""
        self._hub.take(self.sender, self._socket.close(GOING_AWAY))

    async def serve(self) -> None:
        """Until the browser leaves."""
        await self._socket.accept()
        try:
            await self._hub.attach(self)
        except TooManyConnections:
            await self._socket.close(TRY_AGAIN_LATER)
            return
        pump = asyncio.create_task(self._pump())
        try:
            # Read on when sending fails already: what a leaving browser said last is still in the queue.
            while (event := await self._socket.receive())["type"] != "websocket.disconnect":
                await self._hear(event.get("text") or "")
        except WebSocketDisconnect:
            pass
        finally:
            self._hub.detach(self)
            pump.cancel()
            with suppress(asyncio.CancelledError):
                await pump

    async def _hear(self, raw: str) -> None:
        if self._frames.wait():
            await self._socket.close(POLICY_VIOLATION)
            raise WebSocketDisconnect(POLICY_VIOLATION)
        if len(raw) > FRAME_MAX_CHARS:
            await self._refuse("too_long", raw)
            return
        try:
            frame = parse_client_frame(raw)
        except ValidationError:
            await self._refuse("bad_request", raw)
            return
        match frame:
            case ClientPing():
                await self._send({"type": "pong"})
            case ClientResume(last_seq=seq):
                self._seq = seq
                self._holder = ""
                self.wake()
                await self._note_received(seq)
            case ClientSeen(last_seq=seq):
                await self._note_received(seq)
            case ClientMessage() | ClientChoice():
                await self._take(frame)

    async def _note_received(self, seq: int) -> None:
        if self.conversation_id is not None:
            await asyncio.to_thread(note_received, self.conversation_id, seq)

    async def _take(self, frame: ClientMessage | ClientChoice) -> None:
        wait = await self._limiter.wait(MESSAGES, self.sender)
        wait = wait or await self._limiter.wait(MESSAGES_OF_ADDRESS, self._address)
        if wait:
            await self._error("slow_down", id=frame.id, retry_after_ms=int(wait * 1000) + 1)
            return
        choice = isinstance(frame, ClientChoice)
        inbound = Inbound(
            channel=Channel.WEB,
            sender=self.sender,
            dedupe_key=f"{DEDUPE_PREFIX}{frame.id}",
            kind=Kind.CHOICE if choice else Kind.TEXT,
            received_at=utc_now(),
            text=frame.title if isinstance(frame, ClientChoice) else frame.text,
            payload=frame.payload if isinstance(frame, ClientChoice) else "",
        )
        self._hub.take(self.sender, self._run(inbound, frame.id))

    async def _run(self, inbound: Inbound, client_id: str) -> None:
        self._in_flight += 1
        if self._holder != Holder.SEAT:
            await self._send({"type": "typing", "on": True})
        try:
            result = await self._turn.handle(inbound)
            self._hub.learn(self.sender, result.conversation_id)
            self._hub.publish(result.conversation_id)
            await self._deliver()
            state = await asyncio.to_thread(_state_of, result.message_id)
            if state == MessageState.HELD:
                self._media.setdefault(result.seq, Progress(state, None))  # told of when it is taken up
            await self._send({"type": "ack", "id": client_id, "seq": result.seq, "state": state})
        except Exception as error:
            log.error("turn_refused", error=type(error).__name__)
            await self._error("unavailable", id=client_id)
        finally:
            self._in_flight -= 1
            if not self._in_flight:
                await self._send({"type": "typing", "on": False})

    async def _pump(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._deliver()
            except Exception as error:
                log.warning("transcript_unreadable", error=type(error).__name__)
                await asyncio.sleep(RETRY_READ_S)
                self.wake()

    async def _deliver(self) -> None:
        """Tell everything after where the browser stands, in order; one at a time, or two would tell the same."""
        async with self._delivering:
            more = True
            while more and self.conversation_id is not None and self._seq is not None:
                messages, holder = await asyncio.to_thread(_read_after, self.conversation_id, self._seq)
                for message in messages:
                    await self._send(message)
                    self._seq = message.seq
                    if message.kind in MEDIA_KINDS:
                        self._media[message.seq] = Progress(message.state, message.media, message.stage)
                await self._tell_progress(self.conversation_id)
                if holder != self._holder:
                    self._holder = holder
                    await self._send({"type": "holder", "holder": holder})
                more = len(messages) == BATCH

    async def _tell_progress(self, conversation_id: str) -> None:
        """A photo is stored, checked, put before a person: each step when the records have it."""
        if not self._media:
            return
        now = await asyncio.to_thread(_progress, conversation_id, list(self._media))
        for seq, standing in now.items():
            if self._media[seq] != standing:
                self._media[seq] = standing
                await self._send({"type": "state", "seq": seq, **asdict(standing)})
        for seq in sorted(self._media)[:-MEDIA_WATCHED]:
            del self._media[seq]

    async def _refuse(self, code: str, raw: str) -> None:
        """Say no, naming the message when its id can be read, so that the page can show it as not sent."""
        found: Any = None
        with suppress(ValueError, RecursionError):
            found = json.loads(raw)
        client_id = found.get("id") if isinstance(found, dict) else None
        await self._error(code, id=client_id if isinstance(client_id, str) else None)

    async def _error(self, code: str, **more: object) -> None:
        await self._send({"type": "error", "code": code, "text": text(f"web.{code}"), **more})

    async def _send(self, frame: BaseModel | dict[str, Any]) -> None:
        body = frame.model_dump_json() if isinstance(frame, BaseModel) else json.dumps(frame, ensure_ascii=False)
        # A browser that has gone reads it when it comes back: the records have it.
        with suppress(WebSocketDisconnect, RuntimeError):
            await self._socket.send_text(body)


def _read_after(conversation_id: str, seq: int) -> tuple[list[Any], str]:
    with read_scope() as session:
        standing = standings(session, [conversation_id]).get(conversation_id)
        if standing is None:  # erased: the hub is about to close this socket
            return [], ""
        return messages_after(session, conversation_id, seq, limit=BATCH), standing.holder


def _progress(conversation_id: str, seqs: list[int]) -> dict[int, Progress]:
    with read_scope() as session:
        return progress_of(session, conversation_id, seqs)


def _state_of(message_id: str) -> str:
    with read_scope() as session:
        return session.get_one(Message, message_id).state
