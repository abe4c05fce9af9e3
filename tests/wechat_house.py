"""A gateway with the WeChat channel and the stand-in platform, both over real HTTP on free loopback ports."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from care.conversations import append_reply, replies_to, stored_reply
from care.replies import Reply
from channels.inbound import Inbound
from channels.results import StoredReply, TurnHandler, TurnResult
from channels.wechat.account import WeChatAccount
from channels.wechat.client import WeChatClient
from channels.wechat.outbox import Outbox
from channels.wechat.reception import Reception
from channels.wechat.routes import wechat_routes
from channels.wechat.sandbox.app import create_app
from channels.wechat.sandbox.model import Shown, User
from channels.wechat.sandbox.phone import Phone
from channels.wechat.sandbox.platform import Credentials, Platform
from channels.wechat.sandbox.pusher import Pusher
from records.conversations import Author, Conversation, Message
from records.database import session_scope
from records.deliveries import Delivery
from records.patients import Account
from records.vault import get_vault

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFA"
WAIT_S = 20.0


class Server:
    """uvicorn in a thread of its own; the application behind it changes from test to test."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None
        self.loop: asyncio.AbstractEventLoop | None = None
        config = uvicorn.Config(self, host="127.0.0.1", port=0, log_level="error", ws="none", lifespan="off")
        self._server = server = uvicorn.Server(config)
        threading.Thread(target=server.run, daemon=True).start()
        until(lambda: server.started)
        port = server.servers[0].sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        httpx.get(self.address)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.loop = asyncio.get_running_loop()
        await (self.app or PlainTextResponse("nobody"))(scope, receive, send)

    def quiet(self) -> None:
        """Wait until every request has ended, with what is done after its answer."""
        until(lambda: not self._server.server_state.tasks)

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run ``work`` in the server's loop and wait for it."""
        assert self.loop is not None
        asyncio.run_coroutine_threadsafe(work, self.loop).result(WAIT_S)


@cache
def _server(name: str) -> Server:
    # Started once for all tests of this process: starting takes longer than most tests.
    return Server()


def until(condition: Callable[[], object], *, wait_s: float = WAIT_S) -> None:
    """Wait for ``condition``, or fail."""
    deadline = time.monotonic() + wait_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


class TestTurn:
    """A turn of the test's own: stores, answers with ``answer``, takes ``seconds``, once for each dedupe key."""

    __test__ = False

    def __init__(self) -> None:
        self.seconds = 0.0
        self.gate: threading.Event | None = None
        self.error: Exception | None = None
        self.answer: Callable[[Inbound], list[Reply]] = lambda inbound: [Reply(text=f"您说：{inbound.text}")]
        self.inbounds: list[Inbound] = []
        self._running: dict[str, asyncio.Task[TurnResult]] = {}

    async def handle(self, inbound: Inbound) -> TurnResult:
        key = f"{inbound.sender}/{inbound.dedupe_key}"
        if key in self._running:
            return replace(await asyncio.shield(self._running[key]), duplicate=True)
        self._running[key] = asyncio.create_task(self._run(inbound))
        return await asyncio.shield(self._running[key])

    async def _run(self, inbound: Inbound) -> TurnResult:
        self.inbounds.append(inbound)
        await asyncio.sleep(self.seconds)
        if self.gate:
            await asyncio.to_thread(self.gate.wait, WAIT_S)
        if self.error:
            raise self.error
        return await asyncio.to_thread(self._store, inbound)

    def _store(self, inbound: Inbound) -> TurnResult:
        with session_scope() as session:
            conversation = conversation_of(session, inbound.sender)
            conversation.last_seq += 1
            message = Message(
                conversation_id=conversation.id,
                seq=conversation.last_seq,
                dedupe_key=inbound.dedupe_key,
                author=Author.PATIENT,
                kind=inbound.kind,
            )
            session.add(message)
            session.flush()
            for reply in self.answer(inbound):
                append_reply(
                    session, conversation_id=conversation.id, author=Author.BOT, reply=reply, reply_to=message.id
                )
            replies = tuple(
                StoredReply(row.id, row.seq, row.author, stored_reply(row), row.created_at)
                for row in replies_to(session, message.id)
            )
            return TurnResult(conversation.id, message.id, message.seq, False, replies)


def conversation_of(session: Session, openid: str) -> Conversation:
    """The conversation of a WeChat user, made when it is not there, as the real turn makes it."""
    vault = get_vault()
    fingerprint = vault.fingerprint(openid, purpose="address:wechat")
    account = session.scalars(select(Account).where(Account.address_fingerprint == fingerprint)).one_or_none()
    if account is None:
        account = Account(channel="wechat", address_fingerprint=fingerprint)
        session.add(account)
        session.flush()
        account.address_sealed = vault.seal(session, openid.encode(), owner=account.id, context=f"address:{account.id}")
        session.add(Conversation(account_id=account.id))
        session.flush()
    return session.scalars(select(Conversation).where(Conversation.account_id == account.id)).one()


@dataclass
class House:
    """Both servers, and what tests look at."""

    turn: TestTurn
    platform: Platform
    phone: Phone
    account: WeChatAccount
    client: WeChatClient
    outbox: Outbox
    reception: Reception
    gateway: str
    sandbox: str
    ending: ExitStack

    @property
    def pusher(self) -> Pusher:
        return self.phone.pusher

    def another_client(self, *, timeout: httpx.Timeout | None = None, **changes: str) -> WeChatClient:
        """A client as another process has it; ``changes`` to its account."""
        client = WeChatClient(replace(self.account, **changes), get_vault(), timeout=timeout or httpx.Timeout(5.0))
        return self.ending.enter_context(closing(client))

    def user(self, name: str = "小林") -> User:
        return self.platform.add_user(name)

    def says(self, user: User, text: str) -> None:
        """Type a text on the phone page."""
        answer = httpx.post(f"{self.sandbox}/phone/users/{user.openid}/text", json={"text": text})
        assert answer.status_code == 202

    def does(self, user: User, event: str, key: str = "") -> None:
        answer = httpx.post(f"{self.sandbox}/phone/users/{user.openid}/events", json={"event": event, "key": key})
        assert answer.status_code == 202

    def push(self, xml: str, openid: str = "o", **query: str) -> httpx.Response:
        """One push by hand, signed as the platform signs; ``query`` overrides."""
        signed, body = self.pusher.signed(xml, openid)
        return httpx.post(self.gateway, params=signed | query, content=body)

    def text_xml(self, user: User, text: str, msg_id: str = "1001") -> str:
        return self.pusher.xml(user, {"MsgType": "text", "Content": text, "MsgId": msg_id})

    def received(self, user: User) -> list[str]:
        """Every text that reached the phone."""
        return user.texts(Shown.PASSIVE, Shown.CUSTOMER_SERVICE, Shown.SUBSCRIPTION)


def deliveries() -> list[Delivery]:
    """The ledger, in the order of the messages."""
    with session_scope() as session:
        query = select(Delivery).join(Message, Message.id == Delivery.message_id).order_by(Message.seq)
        return list(session.scalars(query))


@contextmanager
def open_house(
    *,
    aes: bool = True,
    template_id: str = "template-1",
    passive_wait_s: float = 4.2,
    answer_within_s: float = 5.0,
    token_life_s: float = 7200.0,
    handler: TurnHandler | None = None,
) -> Iterator[House]:
    """The stand-in and a gateway that know each other; WeChat's 5 s are ``answer_within_s`` here.

    ``handler`` takes the place of the test's own turn.
    """
    credentials = Credentials("token-1", "wx0000000000000001", "secret-1", AES_KEY if aes else "", template_id)
    platform = Platform(credentials, token_life_s=token_life_s)
    gateway_app = FastAPI()
    sandbox_app = create_app(platform, gateway="", answer_within_s=answer_within_s)
    phone: Phone = sandbox_app.state.phone
    gateway, sandbox = _server("gateway"), _server("sandbox")
    gateway.app, sandbox.app = gateway_app, sandbox_app
    phone.pusher.gateway = f"{gateway.address}/wechat"
    account = WeChatAccount(
        token=credentials.token,
        app_id=credentials.app_id,
        secret=credentials.secret,
        aes_key=credentials.aes_key,
        api_base=sandbox.address,
        template_id=template_id,
    )
    with ExitStack() as ending:
        client = ending.enter_context(closing(WeChatClient(account, get_vault(), timeout=httpx.Timeout(5.0))))
        outbox = Outbox(client, get_vault())
        turn = TestTurn()
        reception = Reception(
            handler or turn, account=account, vault=get_vault(), outbox=outbox, passive_wait_s=passive_wait_s
        )
        gateway_app.include_router(wechat_routes(reception))
        yield House(
            turn, platform, phone, account, client, outbox, reception, phone.pusher.gateway, sandbox.address, ending
        )
        sandbox.run(phone.stop())
        sandbox.quiet()
        gateway.quiet()
        gateway.run(reception.settle())
