"""Customer-service and subscription messages on their way: durable, in order, each once.

The worker calls :meth:`Outbox.deliver_pending` every second; the gateway calls :meth:`Outbox.deliver` for one
conversation the moment its turn ended too late for a passive reply. Any number of processes may do so at once.
The network is never waited for inside a transaction.
"""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import structlog

from care.texts import text
from channels.wechat.client import WeChatClient
from channels.wechat.errors import NotSent, QuotaUsedUp, RateLimited, Unconfirmed, WeChatError, WindowClosed
from channels.wechat.ledger import (
    UNCONFIRMED,
    Attempt,
    Route,
    claim_next,
    conversations_with_due,
    fail,
    postpone,
    release,
    sent,
)
from channels.wechat.pause import pause_calls, paused_until
from channels.wechat.windows import close, give_back
from records.database import session_scope, utc_now
from records.vault import Vault

log = structlog.get_logger(__name__)

# Tries of one part; with the waits below they end after about an hour.
MAX_ATTEMPTS = 14
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=10)

# 45009: the account's calls are used up. Everything waits, longer each time; the quota is never cleared by ourselves.
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)

CONVERSATIONS_AT_ONCE = 4
CONVERSATIONS_A_ROUND = 100


class Outbox:
    """Sends what the ledger holds for WeChat users."""

    def __init__(self, client: WeChatClient, vault: Vault) -> None:
        self._client = client
        self._vault = vault

    def deliver_pending(self) -> int:
        """Send everything that is due; returns how many messages WeChat took. Never raises for WeChat's answers."""
        with session_scope() as session:
            if paused_until(session, now=utc_now()):
                return 0
            conversations = conversations_with_due(session, now=utc_now(), limit=CONVERSATIONS_A_ROUND)
        if not conversations:
            return 0
        with ThreadPoolExecutor(max_workers=CONVERSATIONS_AT_ONCE, thread_name_prefix="wechat-outbox") as pool:
            return sum(pool.map(self._deliver_calmly, conversations))

    def deliver(self, conversation_id: str, *, released: Collection[str] = ()) -> int:
        """Send what is due in one conversation, in order; returns how many messages WeChat took.

        ``released`` are replies for which no push waits any more; others of the conversation may still be answered
        passively by theirs.
        """
        if released:
            with session_scope() as session:
                release(session, message_ids=released, now=utc_now())
        taken = 0
        while (attempt := self._claim(conversation_id)) is not None:
            taken += self._send(attempt)
        return taken

    def _deliver_calmly(self, conversation_id: str) -> int:
        try:
            return self.deliver(conversation_id)
        except Exception as error:  # one conversation's trouble is not the others'
            log.error("wechat_outbox_failed", conversation=conversation_id, reason=type(error).__name__)
            return 0

    def _claim(self, conversation_id: str) -> Attempt | None:
        with session_scope() as session:
            now = utc_now()
            if paused_until(session, now=now):
                return None
            return claim_next(
                session,
                self._vault,
                conversation_id=conversation_id,
                now=now,
                can_notify=self._client.can_notify,
            )

    def _send(self, attempt: Attempt) -> bool:
        try:
            if attempt.route is Route.SUBSCRIPTION:
                self._client.send_notice(attempt.openid, text("wechat.notice"))
            else:
                self._client.send_text(attempt.openid, attempt.text)
        except WeChatError as error:
            self._not_sent(attempt, error)
            return False
        with session_scope() as session:
            sent(session, attempt, now=utc_now())
        return True

    def _not_sent(self, attempt: Attempt, error: WeChatError) -> None:
        log.warning("wechat_not_sent", delivery=attempt.delivery_id, reason=type(error).__name__, code=error.code)
        now = utc_now()
        with session_scope() as session:
            if attempt.window and not isinstance(error, Unconfirmed):
                give_back(session, fingerprint=attempt.fingerprint, window=attempt.window)
            match error:
                case QuotaUsedUp() | WindowClosed() if attempt.route is not Route.SUBSCRIPTION:
                    # WeChat counts, we only estimate; the next round takes the subscription way.
                    close(session, fingerprint=attempt.fingerprint)
                    postpone(session, attempt, code=error.code, until=now)
                case RateLimited() if attempt.attempts < MAX_ATTEMPTS:
                    until = pause_calls(session, now=now, first=FIRST_PAUSE, longest=LONGEST_PAUSE)
                    postpone(session, attempt, code=error.code, until=until)
                case NotSent() if attempt.attempts < MAX_ATTEMPTS:
                    postpone(session, attempt, code=error.code, until=now + wait_after(attempt.attempts))
                case Unconfirmed():
                    fail(session, attempt.delivery_id, UNCONFIRMED)
                case _:
                    fail(session, attempt.delivery_id, error.code)


def wait_after(attempts: int) -> timedelta:
    """How long to wait after the ``attempts``-th try: doubling from 2 s to 10 min."""
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(attempts - 1, 16)))
