"""Old rows leave the database in a signed file; the chain goes on from a signed base.

Logs are kept six months at least (Cybersecurity Law, art. 21; GB/T 22239-2019, 8.1.4.3). An archive is JSON lines:
a head, a line a row (the covered columns and the hash), and a foot with the signature of all before it.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, select, text

from records.audit.actions import Action
from records.audit.actors import SYSTEM, Actor
from records.audit.chain import COVERED
from records.audit.checkpoints import Checkpoint, Head, public_key_beside, read_checkpoints, write_checkpoint
from records.audit.entries import AuditEntry, triggers
from records.audit.signing import PublicKeys, load_public_keys, load_signer
from records.audit.verifying import Row, stored_rows, verify
from records.audit.writing import audit_alone, stamp
from records.database import engine, engine_for, utc_now
from settings import get_settings

KEPT_AT_LEAST = timedelta(days=183)
FORMAT = "xinglin-audit-archive-1"


class AuditArchiveError(Exception):
    """Rows of the audit cannot be archived or removed."""


@dataclass(frozen=True, slots=True)
class Archived:
    """Rows ``first`` to ``last`` that lie in ``file`` and no longer in the database."""

    file: Path
    first: int
    last: int


def archive(*, before: datetime, folder: Path, actor: Actor = SYSTEM) -> Archived | None:
    """Move the rows older than ``before`` into a signed file in ``folder``; None when there are none.

    The chain is verified first, and the file read back and verified before a row is removed. At least one row stays.
    Raises :class:`AuditArchiveError`, and then no row was removed.
    """
    if before > utc_now() - KEPT_AT_LEAST:
        raise AuditArchiveError("the audit is kept for six months at least")
    at = _end(before)
    if at is None:
        return None
    _must_be_allowed()
    last, first = at
    known = _must_be_sound()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / f"audit-{first}-{last.seq}.jsonl"
    digest = _write(file, first, last.seq)
    signer = load_signer(get_settings().audit_key)
    read_back = verify(read_archive(file, PublicKeys([signer.public])), checkpoints=within(known, first, last.seq))
    if not read_back.sound or read_back.last != last.seq:
        raise AuditArchiveError(f"{file.name} does not hold what the database does")
    write_checkpoint(last, archive=digest)
    _remove(last.seq)
    details: dict[str, str | int] = {"first": first, "last": last.seq, "sha256": digest}
    audit_alone(actor=actor, action=Action.ARCHIVE_AUDIT, patient=None, subject=f"audit:{last.seq}", details=details)
    return Archived(file, first, last.seq)


def within(known: tuple[Checkpoint, ...], first: int, last: int) -> tuple[Checkpoint, ...]:
    """The checkpoints that tell of rows ``first`` to ``last``, the base they begin at among them."""
    return tuple(checkpoint for checkpoint in known if first - 1 <= checkpoint.seq <= last)


def span(file: Path) -> tuple[int, int]:
    """The first and last row an archive says it holds; its signature is :func:`read_archive`'s to check."""
    with file.open("rb") as lines:
        stated = json.loads(lines.readline())
    return int(stated["first"]), int(stated["last"])


def _end(before: datetime) -> tuple[Head, int] | None:
    """The last row older than ``before``, and the number of the first row."""
    table = AuditEntry
    with engine().connect().execution_options(reads_only=True) as connection:
        first = connection.scalar(select(table.seq).order_by(table.seq).limit(1))
        newest = connection.scalar(select(table.seq).order_by(table.seq.desc()).limit(1))
        if first is None or newest is None:
            return None
        # Clocks may have been set back, so the first younger row ends it, not the last older one.
        younger = connection.scalar(select(table.seq).where(table.at >= stamp(before)).order_by(table.seq).limit(1))
        end = min(younger if younger is not None else newest, newest) - 1
        row = connection.execute(select(table.seq, table.hash, table.hash_name).where(table.seq == end)).first()
        return (Head(*row), first) if row else None


def _must_be_allowed() -> None:
    """On PostgreSQL only the tables' owner removes rows: known before a base is signed that nothing would follow."""
    with _owner().connect().execution_options(reads_only=True) as connection:
        if connection.dialect.name != "postgresql":
            return
        owner = text("SELECT pg_has_role(tableowner, 'USAGE') FROM pg_tables WHERE tablename = 'audit_entry'")
        if not connection.scalar(owner):
            raise AuditArchiveError("only the owner of the tables may remove rows: set XINGLIN_DATABASE_OWNER_URL")


def _must_be_sound() -> tuple[Checkpoint, ...]:
    known = own_checkpoints()
    found = verify(stored_rows(engine()), checkpoints=known)
    if not found.sound:
        raise AuditArchiveError(f"the chain is not sound at row {found.findings[0].seq}: verify it first")
    return known


def own_checkpoints() -> tuple[Checkpoint, ...]:
    """The checkpoints of this installation that verify with its own public key."""
    file = get_settings().checkpoints_file
    public = public_key_beside(file)
    return read_checkpoints(file, load_public_keys(public)).checkpoints if public.exists() else ()


def _write(file: Path, first: int, last: int) -> str:
    """Write the archive; returns the SHA-256 of the whole file. A file that was cut off before is written anew."""
    signer, digest = load_signer(get_settings().audit_key), sha256()
    temporary = file.with_suffix(".part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as opened:

        def put(value: object) -> None:
            line = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") + b"\n"
            digest.update(line)
            opened.write(line)

        put({"format": FORMAT, "first": first, "last": last, "columns": [*COVERED, "hash"]})
        for row in stored_rows(engine(), until=last):
            put([*row.values, row.hash])
        put({"key": signer.key_id, "signature": signer.sign(digest.digest())})
        opened.flush()
        os.fsync(opened.fileno())
    temporary.replace(file)
    return digest.hexdigest()


def read_archive(file: Path, keys: PublicKeys) -> Iterator[Row]:
    """The rows in an archive; raises :class:`AuditArchiveError` when its signature does not hold."""
    digest, last = sha256(), b""
    with file.open("rb") as lines:
        for line in lines:
            digest.update(last)
            last = line
    try:
        foot = json.loads(last)
        signed = keys.verified(digest.digest(), signature=foot["signature"], by=foot["key"])
    except (ValueError, KeyError, TypeError):
        signed = False
    if not signed:
        raise AuditArchiveError(f"the signature of {file.name} does not hold")
    return _rows(file)


def _rows(file: Path) -> Iterator[Row]:
    with file.open("rb") as lines:
        for line in lines:
            values = json.loads(line)
            if isinstance(values, list):
                yield Row(tuple(values[:-1]), values[-1])


def _remove(last: int) -> None:
    """The one way past the triggers; on PostgreSQL only the tables' owner may go it."""
    with _owner().begin() as connection, _triggers_off(connection):
        connection.execute(delete(AuditEntry).where(AuditEntry.seq <= last))


def _owner() -> Engine:
    settings = get_settings()
    return engine_for(settings.database_owner_url or settings.records_url)


@contextmanager
def _triggers_off(connection: Connection) -> Iterator[None]:
    # All in the transaction of the removal: when it fails, the triggers are there as they were.
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only"))
        yield
        connection.execute(text("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_append_only"))
    else:
        connection.execute(text("DROP TRIGGER audit_entry_no_delete"))
        yield
        connection.execute(text(next(one for one in triggers("sqlite") if "no_delete" in one)))
