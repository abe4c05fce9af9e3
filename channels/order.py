"""Messages of one sender, one at a time and in the order they came.

Rasa's own conversation lock polls once a second; a message that waits here instead starts the moment the one before
it is done.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Ticket:
    """A place in one sender's line: first admission (storing) in order, then the turn itself in the same order."""

    def __init__(self, admission: asyncio.Lock, before: "asyncio.Future[None] | None") -> None:
        self._admission = admission
        self._before = before
        self.is_admitted = False
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def admitted(self) -> None:
        """The message is stored: the next one of this sender may be admitted."""
        self.is_admitted = True
        self._admission.release()

    async def turn(self) -> bool:
        """Wait until the messages before this one have been answered; returns whether there were any to wait for."""
        waits = self._before is not None and not self._before.done()
        if self._before is not None:
            # Shielded: the future is shared, a waiter that is cancelled must not cancel it for the others.
            await asyncio.shield(self._before)
        return waits

    def leave(self) -> None:
        """Out of the line; those behind still wait for those before."""
        if not self.is_admitted:
            self.admitted()
        if self._before is None or self._before.done():
            self.done.set_result(None)
        else:
            self._before.add_done_callback(lambda _: self.done.set_result(None))


class _Line:
    def __init__(self) -> None:
        self.admission = asyncio.Lock()
        self.last: asyncio.Future[None] | None = None
        self.standing = 0


class InOrder:
    """One line per sender; a line that nobody stands in is forgotten."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], _Line] = {}

    @asynccontextmanager
    async def ticket(self, sender: tuple[str, str]) -> AsyncIterator[Ticket]:
        """Stand in ``sender``'s line; entered when this message may be admitted."""
        line = self._lines.setdefault(sender, _Line())
        line.standing += 1
        try:
            await line.admission.acquire()
            ticket = Ticket(line.admission, line.last)
            line.last = ticket.done
            try:
                yield ticket
            finally:
                ticket.leave()
        finally:
            line.standing -= 1
            if not line.standing:
                del self._lines[sender]

    def __len__(self) -> int:
        return len(self._lines)
