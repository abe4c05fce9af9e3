"""What is in force, in a process that runs on: built once, and anew when a version has been added meanwhile."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

import structlog
from sqlalchemy import func, make_url, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from care.published.versions import newest
from records.database import read_scope
from records.published import DocumentKind, PublishedDocument
from settings import get_settings

log = structlog.get_logger(__name__)

T = TypeVar("T")
LOOKED_EVERY_S = 1.0
Stamp = tuple[int, str]
NOTHING: Stamp = (0, "")


class InForce(Generic[T]):
    """The documents of one kind as they are used: the published texts, by name, put together by ``build``.

    At most once a second the process asks the database whether there is a new version (one small query); only then is
    anything built again. Where the database cannot be read, what was in force stays so: the emergency screen must
    answer whatever else is away.
    """

    def __init__(self, kind: DocumentKind, build: Callable[[Mapping[str, str]], T]) -> None:
        self._kind, self._build = kind, build
        self._lock = Lock()
        self._value: T
        self._of: tuple[str, Stamp] | None = None
        self._looked_at = 0.0

    def __call__(self) -> T:
        """What is in force now, at most a second old."""
        url = get_settings().records_url
        with self._lock:
            known = self._of is not None and self._of[0] == url
            if known and time.monotonic() - self._looked_at < LOOKED_EVERY_S:
                return self._value
            self._looked_at = time.monotonic()
            try:
                self._look(url)
            except SQLAlchemyError:
                if not known:
                    self._value, self._of = self._build({}), (url, NOTHING)
                log.warning("published_unreadable", kind=self._kind)
            return self._value

    def forget(self) -> None:
        """Look again at the next call: for settings that changed, and for whoever has just published."""
        with self._lock:
            self._looked_at = 0.0
            self._of = None

    def _look(self, url: str) -> None:
        stamp, texts = NOTHING, {}
        if not _is_missing():
            with read_scope() as session:
                stamp = self._stamp(session)
                if self._of != (url, stamp) and stamp != NOTHING:
                    texts = {name: one.text for name, one in newest(session, self._kind).items()}
        if self._of != (url, stamp):
            self._value, self._of = self._build(texts), (url, stamp)

    def _stamp(self, session: Session) -> Stamp:
        # Versions are only added, so that their number tells; the time tells a database that was put back.
        of_kind = PublishedDocument.kind == self._kind
        count, last = session.execute(select(func.count(), func.max(PublishedDocument.at)).where(of_kind)).one()
        return count, str(last or "")


def _is_missing() -> bool:
    """A command of a house that has no database yet must not make one."""
    url = make_url(get_settings().records_url)
    return url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists()
