"""One push from WeChat, from the signature to the answer."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import structlog

from channels.inbound import Kind
from channels.results import TurnHandler, TurnResult
from channels.wechat.account import WeChatAccount
from channels.wechat.envelope import open_envelope
from channels.wechat.ledger import claim_passive, confirm_passive
from channels.wechat.outbox import Outbox
from channels.wechat.parsing import ACTION_EVENTS, SILENT_EVENTS, Parsed, parse
from channels.wechat.passive import SUCCESS, render_passive
from channels.wechat.signature import PushQuery, PushRefused, remember, verify
from channels.wechat.windows import Window, open_window
from records.database import session_scope, utc_now
from records.vault import Vault

log = structlog.get_logger(__name__)

# WeChat hangs up after 5 s; what is left of them is for the way there and back.
PASSIVE_WAIT_S = 4.2

# Sending has its own threads, so that a slow WeChat never holds up the turns.
SENDERS = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """What a push is answered with. ``message_id`` is the reply that left passively, to be confirmed once it has."""

    body: str = SUCCESS
    is_xml: bool = False
    result: TurnResult | None = None
    message_id: str = ""


class Reception:
    """Takes pushes of one account. One per gateway process."""

    def __init__(
        self,
        turn: TurnHandler,
        *,
        account: WeChatAccount,
        vault: Vault,
        outbox: Outbox,
        passive_wait_s: float = PASSIVE_WAIT_S,
    ) -> None:
        self.account = account
        self._turn = turn
        self._vault = vault
        self._outbox = outbox
        self._passive_wait_s = passive_wait_s
        self._waiting: Counter[str] = Counter()  # pushes that wait for a passive reply, by dedupe key
        self._tasks: set[asyncio.Task[Any]] = set()
        self._senders = ThreadPoolExecutor(max_workers=SENDERS, thread_name_prefix="wechat-send")

    def verify(self, query: PushQuery) -> None:
        """Raises :class:`PushRefused` unless signature and age are right."""
        verify(query, token=self.account.token, now=utc_now())

    def read(self, query: PushQuery, body: bytes) -> Parsed:
        """Open and parse a verified push; blocking. Raises PushRefused, MalformedXml."""
        now = utc_now()
        if self.account.aes_key:
            # Before the replay check: it is what proves that this body came under this nonce.
            xml = open_envelope(self.account, query, body)
        elif query.encrypt_type not in {"", "raw"}:
            raise PushRefused("encrypted message in plain mode")
        else:
            xml = body
        with session_scope() as session:
            remember(session, query, body=body, now=now)
        parsed = parse(xml, now=now)
        self._open_window(parsed)
        return parsed

    async def answer(self, parsed: Parsed, *, waited_s: float = 0.0) -> Answer:
        """Run the turn, wait for it as long as WeChat does, and claim its first reply for this push.

        What is not ready in time goes by customer service when it is. Raises what the turn raised: nothing was
        stored then, and WeChat shall push again.
        """
        key = parsed.inbound.dedupe_key
        task = self._keep(self._turn.handle(parsed.inbound))
        if parsed.inbound.event in SILENT_EVENTS:
            task.add_done_callback(lambda ended: self._hand_over(ended, key))
            return Answer()
        self._waiting[key] += 1
        try:
            done, _ = await asyncio.wait({task}, timeout=max(0.0, self._passive_wait_s - waited_s))
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key]
        if not done:
            task.add_done_callback(lambda ended: self._hand_over(ended, key))
            return Answer()
        result = task.result()
        if not result.replies:
            return Answer(result=result)
        first = result.replies[0].message_id
        text = await asyncio.to_thread(self._claim, first)
        if text is None:
            return Answer(result=result)
        body = render_passive(self.account, parsed, text, now=utc_now())
        return Answer(body=body, is_xml=True, result=result, message_id=first)

    async def answered(self, answer: Answer) -> None:
        """The answer has left the house: confirm the passive reply, send the rest."""
        if answer.message_id:
            await asyncio.to_thread(self._confirm, answer.message_id)
        if answer.result and answer.result.replies:
            self._send_rest(answer.result)

    async def settle(self) -> None:
        """Wait until running turns and sends have ended (at shutdown)."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        self._senders.shutdown(wait=True)

    def _open_window(self, parsed: Parsed) -> None:
        inbound = parsed.inbound
        if inbound.kind is Kind.EVENT and inbound.event not in ACTION_EVENTS:
            return
        with session_scope() as session:
            open_window(
                session,
                fingerprint=self._vault.fingerprint(inbound.sender, purpose=f"address:{inbound.channel}"),
                window=Window.ACTION if inbound.kind is Kind.EVENT else Window.MESSAGE,
                key=inbound.dedupe_key,
                at=parsed.created_at,
            )

    def _claim(self, message_id: str) -> str | None:
        with session_scope() as session:
            return claim_passive(session, message_id=message_id, now=utc_now())

    def _confirm(self, message_id: str) -> None:
        with session_scope() as session:
            confirm_passive(session, message_id=message_id, now=utc_now())

    def _hand_over(self, task: "asyncio.Task[TurnResult]", key: str) -> None:
        """The turn has ended after its push was answered: by customer service, unless a retry waits for it here.

        This only saves the user's quota. What makes it one delivery, here and between processes, is the claim in the
        ledger.
        """
        if task.cancelled():
            return
        if error := task.exception():
            log.error("wechat_turn_failed", reason=type(error).__name__)
        elif task.result().replies and not self._waiting[key]:
            self._send_rest(task.result())

    def _send_rest(self, result: TurnResult) -> None:
        self._keep(self._send(result))

    async def _send(self, result: TurnResult) -> None:
        released = [reply.message_id for reply in result.replies]
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(
                self._senders, lambda: self._outbox.deliver(result.conversation_id, released=released)
            )
        except Exception as error:  # the ledger still holds it: the worker takes it up
            log.error("wechat_outbox_failed", conversation=result.conversation_id, reason=type(error).__name__)

    def _keep(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        # The event loop itself keeps only weak references to tasks.
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
