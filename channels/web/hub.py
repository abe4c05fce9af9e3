"""Who is connected, and to which conversation: wakes browsers when there is something new for them.

The hub carries no messages. It says "look", and every connection reads the records from where it stands; so nothing is
lost or doubled, whichever process wrote it. Writers in this process call :meth:`Hub.publish`; for those in others one
query asks for all connected conversations at once, a few times a second.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Protocol

import structlog
from sqlalchemy.orm import Session

from channels.web.transcript import Standing, find_conversation, standings
from records.database import read_scope

log = structlog.get_logger(__name__)

POLL_INTERVAL_S = 0.3
FAILED_INTERVAL_S = 2.0
# SQLite takes at most 999 parameters in old builds.
IDS_PER_QUERY = 500
CONNECTIONS_PER_SENDER = 8


class TooManyConnections(Exception):
    """One browser has more sockets open than any person needs."""


class Listener(Protocol):
    """One socket, as the hub sees it."""

    @property
    def sender(self) -> str: ...

    conversation_id: str | None

    def wake(self) -> None:
        """There may be something new; must return at once."""
        ...

    def end(self) -> None:
        """The conversation was erased: close the socket; must return at once."""
        ...


class Hub:
    """The sockets of this process. Call everything from its event loop."""

    def __init__(
        self,
        *,
        interval_s: float = POLL_INTERVAL_S,
        conversation_of: Callable[[Session, str], str | None] = find_conversation,
    ) -> None:
        self._interval_s = interval_s
        self._conversation_of = conversation_of
        self._listeners: dict[str, set[Listener]] = {}
        self._expected: dict[str, int] = {}
        self._seen: dict[str, Standing] = {}
        self._work: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Poll while this is open; on leaving, wait for messages that are being taken."""
        poller = asyncio.create_task(self._poll())
        try:
            yield
        finally:
            poller.cancel()
            with suppress(asyncio.CancelledError):
                await poller
            await asyncio.gather(*self._work, return_exceptions=True)

    def publish(self, conversation_id: str) -> None:
        """Something was stored in this conversation: wake its browsers now."""
        for listener in self._all():
            if listener.conversation_id == conversation_id:
                listener.wake()

    async def attach(self, listener: Listener) -> None:
        """Know this socket from now on; finds its conversation. Raises :class:`TooManyConnections`."""
        sockets = self._listeners.setdefault(listener.sender, set())
        if len(sockets) >= CONNECTIONS_PER_SENDER:
            raise TooManyConnections
        sockets.add(listener)
        listener.conversation_id = await asyncio.to_thread(self.find, listener.sender)

    def detach(self, listener: Listener) -> None:
        sockets = self._listeners.get(listener.sender, set())
        sockets.discard(listener)
        if not sockets:
            self._listeners.pop(listener.sender, None)

    def find(self, sender: str) -> str | None:
        """The conversation of a browser, or None before its first message. Reads the database."""
        with read_scope() as session:
            return self._conversation_of(session, sender)

    def learn(self, sender: str, conversation_id: str) -> None:
        """This browser's first message has made its conversation."""
        for listener in self._listeners.get(sender, ()):
            if listener.conversation_id is None:
                listener.conversation_id = conversation_id
                listener.wake()

    def take(self, sender: str, work: Coroutine[None, None, None]) -> None:
        """Run ``work`` to its end, even when the browser that asked for it goes away."""
        self._expected[sender] = self._expected.get(sender, 0) + 1
        task = asyncio.create_task(work)
        self._work.add(task)

        def done(task: asyncio.Task[None]) -> None:
            self._work.discard(task)
            self._expected[sender] -= 1
            if not self._expected[sender]:
                del self._expected[sender]

        task.add_done_callback(done)

    def _all(self) -> list[Listener]:
        return [listener for sockets in self._listeners.values() for listener in sockets]

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(self._interval_s)
            try:
                await self._look()
            except Exception as error:
                # The database may be away for a while; browsers keep their connection meanwhile.
                log.warning("poll_failed", error=type(error).__name__)
                await asyncio.sleep(FAILED_INTERVAL_S)

    async def _look(self) -> None:
        # A conversation that does not exist yet is looked for only while its first message is being taken.
        new = [
            sender
            for sender in self._expected
            if any(listener.conversation_id is None for listener in self._listeners.get(sender, ()))
        ]
        known = {listener.conversation_id for listener in self._all() if listener.conversation_id is not None}
        if not new and not known:
            self._seen.clear()
            return
        found, now = await asyncio.to_thread(self._read, new, sorted(known))
        for sender, conversation_id in found.items():
            self.learn(sender, conversation_id)
        for listener in self._all():
            if listener.conversation_id in known and listener.conversation_id not in now:
                listener.end()
        before, self._seen = self._seen, now
        for conversation_id, standing in now.items():
            if before.get(conversation_id) != standing:
                self.publish(conversation_id)

    def _read(self, senders: list[str], conversation_ids: list[str]) -> tuple[dict[str, str], dict[str, Standing]]:
        with read_scope() as session:
            found = {sender: self._conversation_of(session, sender) for sender in senders}
            now: dict[str, Standing] = {}
            for start in range(0, len(conversation_ids), IDS_PER_QUERY):
                now |= standings(session, conversation_ids[start : start + IDS_PER_QUERY])
        return {sender: known for sender, known in found.items() if known}, now
