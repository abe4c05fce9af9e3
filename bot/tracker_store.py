"""Rasa's trackers on disk: one row a conversation, sealed with AES-256-GCM, windowed, and never in memory instead.

``endpoints.yml``: ``type: bot.tracker_store.EncryptedTrackerStore``, ``url``: an SQLAlchemy address (SQLite or
PostgreSQL). The key file is named by ``XINGLIN_TRACKER_KEY_FILE``: 32 bytes, raw or in base64, made by the house.
"""

import base64
import binascii
import json
import os
import zlib
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Iterable, Optional, Text

import rasa.core.agent
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException

from bot.window import window

try:
    import sqlalchemy as sa
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
except ImportError as error:  # Rasa takes an ImportError for "no such store" and keeps trackers in memory instead
    raise RuntimeError(f"the encrypted tracker store cannot start: {error}") from error

KEY_FILE = "XINGLIN_TRACKER_KEY_FILE"
_KEY_BYTES, _NONCE_BYTES = 32, 12
_VERSION = b"\x01"

_metadata = sa.MetaData()
_trackers = sa.Table(
    "rasa_trackers",
    _metadata,
    sa.Column("sender_id", sa.String(255), primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, index=True),
)


class TrackerKeyMissing(RasaException):
    """The key of the tracker store is not there, or not 32 bytes."""


class TrackerUnreadable(RasaException):
    """A stored tracker was sealed with another key, belongs to another conversation or was changed."""


def read_key(path: Optional[Text]) -> bytes:
    """The 32 bytes in the key file. Raises ``TrackerKeyMissing``."""
    if not path:
        raise TrackerKeyMissing(f"{KEY_FILE} names no key file")
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise TrackerKeyMissing(f"the key file of the tracker store cannot be read: {error.strerror}") from error
    if len(content) == _KEY_BYTES:
        return content
    try:
        key = base64.b64decode(content.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise TrackerKeyMissing("the key file of the tracker store holds no key") from error
    if len(key) != _KEY_BYTES:
        raise TrackerKeyMissing("the key of the tracker store is not 32 bytes long")
    return key


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
        self._cipher = AESGCM(read_key(os.environ.get(KEY_FILE)))
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

    def _seal(self, sender_id: Text, plain: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, zlib.compress(plain, 1), sender_id.encode())

    def _open(self, sender_id: Text, sealed: bytes) -> bytes:
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        if sealed[:1] != _VERSION:
            raise TrackerUnreadable("a stored tracker has an unknown form")
        try:
            return zlib.decompress(self._cipher.decrypt(nonce, body, sender_id.encode()))
        except (InvalidTag, ValueError, zlib.error) as error:
            raise TrackerUnreadable("a stored tracker cannot be opened with this key") from error


def _engine(url: Text) -> "sa.engine.Engine":
    if not url.startswith("sqlite"):
        return sa.create_engine(url.replace("postgresql+psycopg:", "postgresql:"), pool_pre_ping=True)
    engine = sa.create_engine(url, connect_args={"timeout": 10})

    @sa.event.listens_for(engine, "connect")
    def _faster(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
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
