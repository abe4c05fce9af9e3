"""What changes at the console, as it happens: server-sent events that say "look", and nothing of anybody.

One loop a process reads where cases, alerts and conversations stand, only while somebody listens; each browser is told
which of them moved and asks for what it shows. Every minute a stream asks whether its session still lives.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator

import structlog
from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clinic.permissions import Permission, allowed, still_allowed
from clinic.seat import AtSeat, Seat
from records.alerts import Alert
from records.cases import CaseEvent
from records.conversations import Conversation, Holder, Message
from records.database import read_scope

log = structlog.get_logger(__name__)

EVERY_S = 1.0
FAILED_S = 5.0
CHECKED_EVERY_S = 60.0
# A browser opens a new stream by itself: none lives for ever, and a proxy in between sees one end now and then.
LONGEST_S = 600.0
LISTEN = [Depends(allowed(Permission.READ_CONVERSATIONS))]

Standing = dict[str, str]

routes = APIRouter()


class Watch:
    """Where everything stands, read once for all streams of this process."""

    def __init__(self, *, every_s: float = EVERY_S) -> None:
        self._every_s = every_s
        self._read_at = 0.0
        self._standing: Standing = {}
        self._lock: asyncio.Lock | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def standing(self) -> Standing:
        """At most ``every_s`` old."""
        loop = asyncio.get_running_loop()
        if self._lock is None or self._loop is not loop:
            self._lock, self._loop = asyncio.Lock(), loop
        async with self._lock:
            if time.monotonic() - self._read_at >= self._every_s:
                self._standing = await asyncio.to_thread(_look)
                self._read_at = time.monotonic()
        return self._standing


watch = Watch()


@routes.get("/events", dependencies=LISTEN, response_class=StreamingResponse)
def get_events(seat: AtSeat) -> StreamingResponse:
    """``event: changed`` with the names of what moved (``cases``, ``alerts``, ``conversations``); ``event: ended`` when
    the session did. The first event names everything."""
    return StreamingResponse(
        _stream(seat),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _stream(seat: Seat) -> AsyncIterator[str]:
    known: Standing = {}
    begun = checked = time.monotonic()
    yield "retry: 2000\n\n"
    while time.monotonic() - begun < LONGEST_S:
        try:
            if time.monotonic() - checked > CHECKED_EVERY_S:
                if not await asyncio.to_thread(still_allowed, seat, Permission.READ_CONVERSATIONS):
                    yield "event: ended\ndata: {}\n\n"
                    return
                checked = time.monotonic()
                yield ": still here\n\n"
            now = await watch.standing()
        except Exception as error:
            # The database may be away for a while; browsers keep their connection meanwhile.
            log.warning("events_failed", error=type(error).__name__)
            await asyncio.sleep(FAILED_S)
            continue
        moved = sorted(name for name in now if now[name] != known.get(name))
        if moved:
            known = now
            yield f"event: changed\ndata: {json.dumps(moved)}\n\n"
        await asyncio.sleep(EVERY_S)


def _look() -> Standing:
    with read_scope() as session:
        return {
            "cases": str(session.scalar(select(func.max(CaseEvent.at)))),
            "alerts": _alerts(session),
            "conversations": _conversations(session),
        }


def _alerts(session: Session) -> str:
    waiting = select(func.count(), func.max(Alert.created_at), func.sum(Alert.rings))
    return str(tuple(session.execute(waiting.where(Alert.acknowledged_at.is_(None))).one()))


def _conversations(session: Session) -> str:
    last = session.scalar(select(func.max(Message.created_at)))
    held = session.execute(
        select(Conversation.id, Conversation.holder, Conversation.seat, Conversation.skill_group)
        .where(Conversation.holder.in_((Holder.WAITING, Holder.SEAT)))
        .order_by(Conversation.id)
    )
    return f"{last} {hash(tuple(map(tuple, held)))}"
