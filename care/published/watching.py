"""What is in force, in a process that runs on: built once, and anew when a version has been added meanwhile."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class _Known(Generic[T]):
    """What was built, from which state of which database."""

    url: str
    stamp: Stamp
    value: T


class InForce(Generic[T]):
    """The documents of one kind as they are used: the published texts, by name, put together by ``build``.

    At most once a second the process asks the database whether there is a new version (one small query); only then is
    anything built again. While one thread asks, the others go on with what they know. Where the database cannot be
    read, what was in force stays so: the emergency screen must answer whatever else is away.
    """

    def __init__(self, kind: DocumentKind, build: Callable[[Mapping[str, str]], T]) -> None:
        self._kind, self._build = kind, build
        self._lock = Lock()
        self._known: _Known[T] | None = None
        self._looked_at = 0.0

    def __call__(self) -> T:
        """What is in force now, at most a second old."""
        url, known = get_settings().records_url, self._known
        if known is None or known.url != url:
            with self._lock:  # nothing can be said yet: wait for whoever reads it first
                known = self._known
                return known.value if known is not None and known.url == url else self._look(url, None)
        if time.monotonic() - self._looked_at < LOOKED_EVERY_S or not self._lock.acquire(blocking=False):
            return known.value
        try:
            return self._look(url, known)
        finally:
            self._lock.release()

    def _look(self, url: str, known: _Known[T] | None) -> T:
        self._looked_at = time.monotonic()
        try:
            stamp, texts = self._read(known.stamp if known else None)
        except SQLAlchemyError:
            log.warning("published_unreadable", kind=self._kind)
            stamp, texts = (known.stamp if known else NOTHING), {}
        if known is None or known.stamp != stamp:
            known = self._known = _Known(url, stamp, self._build(texts))
        return known.value

    def _read(self, known: Stamp | None) -> tuple[Stamp, dict[str, str]]:
        """The state of the database, and the texts where it is another than the known one."""
        if _is_missing():
            return NOTHING, {}
        with read_scope() as session:
            stamp = self._stamp(session)
            if stamp in {known, NOTHING}:
                return stamp, {}
            return stamp, {name: one.text for name, one in newest(session, self._kind).items()}

    def _stamp(self, session: Session) -> Stamp:
        # Versions are only added, so that their number tells; the time tells a database that was put back.
        of_kind = PublishedDocument.kind == self._kind
        count, last = session.execute(select(func.count(), func.max(PublishedDocument.at)).where(of_kind)).one()
        return count, str(last or "")


def _is_missing() -> bool:
    """A command of a house that has no database yet must not make one."""
    url = make_url(get_settings().records_url)
    return url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists()
