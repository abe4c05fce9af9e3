"""Rasa's trackers on disk: one row a conversation, sealed, windowed, and never in memory instead.

``endpoints.yml``: ``type: bot.tracker_store.EncryptedTrackerStore``, ``url``: an SQLAlchemy address (SQLite or
PostgreSQL). The key file is named by ``XINGLIN_TRACKER_KEY_FILE``; ``bot.tracker_keys``
says what is in it.
"""

import json
import os
import zlib
from datetime import datetime, timezone
from typing import Any, Iterable, List, Optional, Text

import rasa.core.agent
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException

from bot.window import window

try:
    import sqlalchemy as sa

    from bot.tracker_keys import CIPHER, KEY_FILE, TrackerKeyMissing, TrackerKeys, TrackerUnreadable, read_keys
except ImportError as error:  # Rasa takes an ImportError for "no such store" and keeps trackers in memory instead
    raise RuntimeError(f"the encrypted tracker store cannot start: {error}") from error

__all__ = ["EncryptedTrackerStore", "TrackerKeyMissing", "TrackerUnreadable", "read_keys"]

# So many trackers of older keys are sealed anew with every message that is saved.
RENEWED_AT_ONCE = 20

_metadata = sa.MetaData()
_trackers = sa.Table(
    "rasa_trackers",
    _metadata,
    sa.Column("sender_id", sa.String(255), primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, index=True),
)


class EncryptedTrackerStore(TrackerStore, SerializedTrackerAsText):
    """One sealed row a sender, holding the last ``turns`` user turns with the slots and the loop they stand in."""

    def __init__(
        self,
        domain: Optional[Domain],
        host: Optional[Text] = None,
        event_broker: Optional[EventBroker] = None,
        turns: int = 6,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        if not host:
            raise RasaException("the tracker store needs a url in endpoints.yml")
        self._keys = TrackerKeys(os.environ.get(KEY_FILE), os.environ.get(CIPHER))
        self._renewed_to, self._unreadable = "", 0
        self._turns = int(turns)
        self._engine = _engine(host)
        _metadata.create_all(self._engine)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Seal and write the tracker's window. A database error is raised, so that the message fails loudly."""
        if self.event_broker:
            await self.stream_events(tracker)
        events = [event.as_dict() for event in window(tracker, turns=self._turns)]
        sealed = self._seal(tracker.sender_id, json.dumps({"events": events}).encode())
        row = {"sealed": sealed, "updated_at": datetime.now(timezone.utc)}
        with self._engine.begin() as connection:
            changed = connection.execute(
                sa.update(_trackers).where(_trackers.c.sender_id == tracker.sender_id).values(**row)
            )
            if not changed.rowcount:
                connection.execute(sa.insert(_trackers).values(sender_id=tracker.sender_id, **row))
        self.renew()

    async def retrieve(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        """The tracker, or None for a new conversation. Raises ``TrackerUnreadable``."""
        with self._engine.connect() as connection:
            sealed = connection.execute(
                sa.select(_trackers.c.sealed).where(_trackers.c.sender_id == sender_id)
            ).scalar_one_or_none()
        if sealed is None:
            return None
        events = json.loads(self._open(sender_id, bytes(sealed)))["events"]
        return DialogueStateTracker.from_dict(
            sender_id, events, self.domain.slots, max_event_history=self.max_event_history
        )

    async def forget(self, sender_id: Text) -> bool:
        """Delete a conversation's row; returns whether there was one."""
        with self._engine.begin() as connection:
            return bool(connection.execute(sa.delete(_trackers).where(_trackers.c.sender_id == sender_id)).rowcount)

    async def keys(self) -> Iterable[Text]:
        """Every conversation kept."""
        with self._engine.connect() as connection:
            return list(connection.execute(sa.select(_trackers.c.sender_id)).scalars())

    def renew(self, limit: int = RENEWED_AT_ONCE) -> int:
        """Seal trackers of older keys under the newest, at most ``limit``; returns how many. When none is left, the
        older keys are dropped from the key file."""
        if not self._keys.has_older:
            return 0
        rows = self._of_older_keys(limit)
        for sender_id, sealed in rows:
            self._renewed_to = sender_id
            try:
                anew = self._seal(sender_id, self._open(sender_id, sealed))
            except TrackerUnreadable:
                self._unreadable += 1  # its key is kept: a person may still find out why
                continue
            with self._engine.begin() as connection:
                connection.execute(
                    sa.update(_trackers)
                    .where(_trackers.c.sender_id == sender_id, _trackers.c.sealed == sealed)
                    .values(sealed=anew)
                )
        if len(rows) < limit:
            if not self._unreadable and not self._of_older_keys(1, everywhere=True):
                self._keys.drop_older()
            self._renewed_to, self._unreadable = "", 0
        return len(rows)

    def _of_older_keys(self, limit: int, everywhere: bool = False) -> "List[Any]":
        prefix = self._keys.prefix
        begins = sa.func.substr(_trackers.c.sealed, 1, len(prefix))
        query = sa.select(_trackers.c.sender_id, _trackers.c.sealed).where(
            begins != sa.literal(prefix, sa.LargeBinary),
            _trackers.c.sender_id > ("" if everywhere else self._renewed_to),
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(_trackers.c.sender_id).limit(limit)).all()
        return [(row[0], bytes(row[1])) for row in rows]

    def _seal(self, sender_id: Text, plain: bytes) -> bytes:
        return self._keys.seal(sender_id, zlib.compress(plain, 1))

    def _open(self, sender_id: Text, sealed: bytes) -> bytes:
        try:
            return zlib.decompress(self._keys.open(sender_id, sealed))
        except zlib.error as error:
            raise TrackerUnreadable("a stored tracker was changed") from error


def _engine(url: Text) -> "sa.engine.Engine":
    if not url.startswith("sqlite"):
        return sa.create_engine(url.replace("postgresql+psycopg:", "postgresql:"), pool_pre_ping=True)
    engine = sa.create_engine(url, connect_args={"timeout": 10})

    @sa.event.listens_for(engine, "connect")
    def _faster(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten, not only unlinked

    return engine


class StrictTrackerStore:
    """Stands in for Rasa's ``FailSafeTrackerStore``, which turns an error into an empty tracker in memory.

    Losing where a patient was, without a word, is worse than failing: a failed message is put before a person.
    """

    def __new__(cls, tracker_store: TrackerStore, *args: Any, **kwargs: Any) -> TrackerStore:  # type: ignore[misc]
        """The store itself, unwrapped."""
        return tracker_store


# Rasa makes its agent after it has made the tracker store, so this is in place in time; a test holds it to that.
rasa.core.agent.FailSafeTrackerStore = StrictTrackerStore
