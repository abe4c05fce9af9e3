"""A gateway with only the web channel: real HTTP, real WebSocket, real records, a scripted assistant behind it."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from sqlalchemy import select

from care.conversations import append_reply, lock_conversation, replies_to, settle, stored_reply
from care.replies import Reply
from channels import web
from channels.inbound import Inbound, Kind
from channels.results import StoredReply, TurnResult
from channels.web.pages import DIST
from records.conversations import Author, Conversation, Message, MessageState
from records.database import session_scope
from records.masking import mask_into_vault
from records.patients import Account
from records.vault import get_vault

WAIT_S = 10.0
Script = Callable[[Inbound], list[Reply]]


def until(condition: Callable[[], object], *, wait_s: float = WAIT_S) -> None:
    """Wait for ``condition``, or fail."""
    deadline = time.monotonic() + wait_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def echo(inbound: Inbound) -> list[Reply]:
    return [Reply(text=f"听到了：{inbound.text or inbound.kind}")]


@dataclass
class ScriptedTurn:
    """Stores as the real turn does (masked, once, in order) and answers from ``script``."""

    script: Script = echo
    delay_s: float = 0.0
    failing: bool = False
    taken: list[Inbound] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._order = asyncio.Lock()

    async def handle(self, inbound: Inbound) -> TurnResult:
        if self.failing:
            raise RuntimeError("a failure with 13800138000 in it")
        async with self._order:
            conversation_id, message_id, seq, duplicate = await asyncio.to_thread(self._store, inbound)
            if not duplicate:
                await asyncio.sleep(self.delay_s)
                await asyncio.to_thread(self._answer, inbound, conversation_id, message_id)
            return await asyncio.to_thread(self._result, conversation_id, message_id, seq, duplicate)

    def _store(self, inbound: Inbound) -> tuple[str, str, int, bool]:
        with session_scope() as session:
            fingerprint = get_vault().fingerprint(inbound.sender, purpose=f"address:{inbound.channel}")
            account = session.scalar(select(Account).where(Account.address_fingerprint == fingerprint))
            if account is None:
                account = Account(channel=inbound.channel, address_fingerprint=fingerprint)
                session.add(account)
                session.flush()
                session.add(Conversation(account_id=account.id))
                session.flush()
            found = session.scalars(select(Conversation.id).where(Conversation.account_id == account.id)).one()
            conversation = lock_conversation(session, found)
            known = session.scalar(
                select(Message).where(
                    Message.conversation_id == conversation.id, Message.dedupe_key == inbound.dedupe_key
                )
            )
            if known is not None:
                return conversation.id, known.id, known.seq, True
            self.taken.append(inbound)
            conversation.last_seq += 1
            message = Message(
                conversation_id=conversation.id,
                seq=conversation.last_seq,
                dedupe_key=inbound.dedupe_key,
                author=Author.PATIENT,
                kind=inbound.kind,
                text=mask_into_vault(session, get_vault(), owner=account.id, text=inbound.text),
            )
            session.add(message)
            session.flush()
            return conversation.id, message.id, message.seq, False

    def _answer(self, inbound: Inbound, conversation_id: str, message_id: str) -> None:
        with session_scope() as session:
            for reply in self.script(inbound):
                append_reply(
                    session, conversation_id=conversation_id, author=Author.BOT, reply=reply, reply_to=message_id
                )
            settle(session, [message_id], MessageState.ANSWERED)

    def _result(self, conversation_id: str, message_id: str, seq: int, duplicate: bool) -> TurnResult:
        with session_scope() as session:
            replies = tuple(
                StoredReply(row.id, row.seq, row.author, stored_reply(row), row.created_at)
                for row in replies_to(session, message_id)
            )
        return TurnResult(conversation_id, message_id, seq, duplicate, replies)


@dataclass
class WebHouse:
    """A running gateway. ``texts`` are the patient's stored messages, in order."""

    turn: ScriptedTurn
    address: str = ""

    @property
    def host(self) -> str:
        return self.address.removeprefix("http://")

    def texts(self) -> list[str]:
        with session_scope() as session:
            rows = session.scalars(select(Message).where(Message.author == Author.PATIENT).order_by(Message.seq))
            return [row.text for row in rows]

    def uploads(self) -> list[Inbound]:
        return [inbound for inbound in self.turn.taken if inbound.kind not in {Kind.TEXT, Kind.CHOICE}]


def web_app(turn: ScriptedTurn, *, dist: Path = DIST) -> FastAPI:
    """The web channel alone, as the gateway mounts it."""
    hub = web.Hub()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with hub.running():
            yield

    app = FastAPI(lifespan=lifespan)
    web.mount(app, turn=turn, hub=hub, dist=dist)
    return app


@contextmanager
def web_house(
    turn: ScriptedTurn | None = None, *, dist: Path = DIST, port: int = 0, wait_shutdown_s: int = 1
) -> Iterator[WebHouse]:
    """Serve until the block ends; ``port`` lets a house come back at the address it had."""
    house = WebHouse(turn or ScriptedTurn())
    with serving(web_app(house.turn, dist=dist), port=port, wait_shutdown_s=wait_shutdown_s) as house.address:
        yield house


@contextmanager
def serving(app: FastAPI, *, port: int = 0, wait_shutdown_s: int = 1) -> Iterator[str]:
    """Serve an application with its sockets and its life until the block ends; gives its address."""
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        log_level="error",
        ws="websockets-sansio",
        timeout_graceful_shutdown=wait_shutdown_s,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(WAIT_S)
        assert not thread.is_alive(), "the gateway did not stop"
