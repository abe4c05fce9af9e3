"""The versions of a document: written once, never changed; the newest one is in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from care.published.wording import refuse_personal
from records.audit import Action, Actor, audit
from records.database import utc_now
from records.published import DocumentKind, PublishedDocument


class EditedMeanwhile(Exception):
    """Somebody else saved a version after the one that was changed here."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version; 0 is the installation's own, by nobody."""

    version: int
    text: str
    note: str = ""
    by: str = ""
    approved_by: str | None = None
    at: datetime | None = None


def newest(session: Session, kind: DocumentKind, name: str | None = None) -> dict[str, Version]:
    """The newest published version of every document of a kind (or of one), by name."""
    last = func.max(PublishedDocument.version).over(partition_by=PublishedDocument.name)
    rows = select(PublishedDocument.id, (PublishedDocument.version == last).label("last")).where(
        PublishedDocument.kind == kind
    )
    if name is not None:
        rows = rows.where(PublishedDocument.name == name)
    inner = rows.subquery()
    query = select(PublishedDocument).join(inner, inner.c.id == PublishedDocument.id).where(inner.c.last)
    return {row.name: _version(row) for row in session.scalars(query)}


def history(session: Session, kind: DocumentKind, name: str) -> list[Version]:
    """Every published version, the newest first."""
    rows = session.scalars(
        select(PublishedDocument)
        .where(PublishedDocument.kind == kind, PublishedDocument.name == name)
        .order_by(PublishedDocument.version.desc())
    )
    return [_version(row) for row in rows]


def publish(
    session: Session,
    *,
    actor: Actor,
    kind: DocumentKind,
    name: str,
    text: str,
    note: str,
    base: int,
    by: str | None = None,
    now: datetime | None = None,
) -> int:
    """Put a checked text in force as the version after ``base``; returns its number.

    ``by`` is who wrote it where ``actor`` is who approved it. Raises :class:`EditedMeanwhile` when ``base`` is not the
    newest any more, :class:`NamesSomebody`.
    """
    refuse_personal(text, note)
    stands = newest(session, kind, name)
    if (stands[name].version if name in stands else 0) != base:
        raise EditedMeanwhile
    row = PublishedDocument(
        kind=kind,
        name=name,
        version=base + 1,
        text=text,
        note=note,
        by=by or actor.id,
        approved_by=actor.id if by else None,
        at=now or utc_now(),
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise EditedMeanwhile from None
    audit(
        session,
        actor=actor,
        action=Action.PUBLISH_DOCUMENT,
        patient=None,
        subject=f"document:{kind}:{name}",
        details={"version": row.version},
    )
    return row.version


def with_file(published: Sequence[Version], file_text: str | None) -> list[Version]:
    """A history, and the installation's own text as version 0 where it has one."""
    return [*published, *([] if file_text is None else [Version(0, file_text)])]


def _version(row: PublishedDocument) -> Version:
    return Version(row.version, row.text, row.note, row.by, row.approved_by, row.at)
