"""Writing the audit: entries wait in the session and are chained at its very end.

A chain has one end, so whoever appends holds up everybody else who does. Entries are therefore collected while the
transaction runs and appended in ``before_commit``: on PostgreSQL the lock is held for one INSERT and the commit; on
SQLite the transaction is exclusive anyway. A transaction that is rolled back takes its entries along, a savepoint
those made since it was set, and no number is lost.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event, insert, select, text
from sqlalchemy.orm import Session, SessionTransaction

from records.audit.actions import Action
from records.audit.actors import Actor, Outcome
from records.audit.chain import COVERED, GENESIS, hash_name, row_hash
from records.audit.entries import REASON_CHARS, AuditEntry
from records.database import session_scope, utc_now
from records.masking import mask

_PENDING = "audit_pending"
_MARKS = "audit_marks"
_LOCK = 0x41554449  # who holds it may append (PostgreSQL)


class AuditNeedsTransaction(Exception):
    """An audit row cannot be written in a scope that only reads."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@dataclass(frozen=True, slots=True)
class _Entry:
    at: datetime
    actor: Actor
    action: Action
    patient: str | None
    subject: str
    reason: str
    outcome: Outcome
    details: str


def audit(
    session: Session,
    *,
    actor: Actor,
    action: Action,
    patient: str | None,
    subject: str,
    reason: str = "",
    outcome: Outcome = Outcome.DONE,
    details: Mapping[str, str | int] | None = None,
) -> None:
    """Have one row written when this session's transaction is committed; when the row cannot be, nothing is.

    ``patient`` is the id of the account whose data it is about; ``subject`` is ``"kind:id"``. ``reason`` is what a
    person typed: it is masked here. ``details`` hold ids, codes and counts, never what a patient wrote. Raises
    :class:`AuditNeedsTransaction` in a scope that only reads.
    """
    bind = session.get_bind()
    if bind.get_execution_options().get("reads_only"):
        raise AuditNeedsTransaction
    entry = _Entry(
        at=utc_now(),
        actor=actor,
        action=action,
        patient=patient,
        subject=_clean(subject, 96),
        reason=_clean(mask(reason), REASON_CHARS) if reason else "",
        outcome=outcome,
        details=json.dumps(dict(details or {}), ensure_ascii=True, separators=(",", ":"), sort_keys=True),
    )
    session.info.setdefault(_PENDING, []).append(entry)
    session.connection()  # without a begun transaction there would be no commit to write the row in


def audit_alone(**what: Any) -> None:
    """Record, in a transaction of its own, what was refused: the caller's is rolled back, this row stays.

    Takes what :func:`audit` takes. Call it when the caller's transaction has ended: on SQLite it would wait for it.
    """
    with session_scope() as session:
        audit(session, **what)


def _clean(value: str, longest: int) -> str:
    """``value`` as both databases store it: no NUL, no half of a surrogate pair, not too long."""
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")[:longest]


@event.listens_for(Session, "before_commit")
def _append(session: Session) -> None:
    entries: list[_Entry] = session.info.get(_PENDING, [])
    if not entries or session.in_nested_transaction():
        return
    session.flush()  # what may wait for other locks does so before this one is taken
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    head = connection.execute(select(AuditEntry.seq, AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)).first()
    seq, previous = (head.seq, head.hash) if head else (0, GENESIS)
    rows, name = [], hash_name()
    for entry in entries:
        seq += 1
        row = _row(entry, seq=seq, previous=previous, name=name)
        previous = row["hash"]
        rows.append(row)
    connection.execute(insert(AuditEntry), rows)
    entries.clear()


def _row(entry: _Entry, *, seq: int, previous: str, name: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "seq": seq,
        "at": stamp(entry.at),
        "actor_kind": str(entry.actor.kind),
        "actor_id": _clean(entry.actor.id, 64),
        "address": _clean(entry.actor.address, 64),
        "action": str(entry.action),
        "patient": entry.patient,
        "subject": entry.subject,
        "reason": entry.reason,
        "outcome": str(entry.outcome),
        "details": entry.details,
        "hash_name": name,
        "previous": previous,
    }
    row["hash"] = row_hash([row[column] for column in COVERED], name)
    return row


def stamp(at: datetime) -> str:
    """A moment as the audit writes it: UTC with microseconds, 27 characters."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@event.listens_for(Session, "after_transaction_create")
def _mark(session: Session, begun: SessionTransaction) -> None:
    if begun.nested:
        session.info.setdefault(_MARKS, {})[begun] = len(session.info.get(_PENDING, []))


@event.listens_for(Session, "after_soft_rollback")
def _forget_since_savepoint(session: Session, rolled_back: SessionTransaction) -> None:
    mark = session.info.get(_MARKS, {}).get(rolled_back)
    if mark is not None:
        del session.info.get(_PENDING, [])[mark:]


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, ended: SessionTransaction) -> None:
    # A savepoint's end comes before its rollback is told: its mark stays until the whole transaction has ended.
    if ended.parent is None:
        session.info.pop(_PENDING, None)
        session.info.pop(_MARKS, None)
