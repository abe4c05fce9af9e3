"""Is the chain as it was written? Every row is hashed again and compared with its neighbours and the checkpoints."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Engine, select

from records.audit.chain import COVERED, GENESIS, HASHES, serialise
from records.audit.checkpoints import Checkpoint
from records.audit.entries import AuditEntry

# Findings that are kept; the others are counted.
MOST_FINDINGS = 100
_AT_ONCE = 2000

_SEQ, _PATIENT = COVERED.index("seq"), COVERED.index("patient")
_HASH_NAME, _PREVIOUS = COVERED.index("hash_name"), COVERED.index("previous")


class Row(NamedTuple):
    """One stored row: its covered columns as they are in the database, and its hash."""

    values: tuple[object, ...]
    hash: object


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, and at which row."""

    seq: int
    what: str


@dataclass(slots=True)
class Verification:
    """What a verification found. ``rows`` were read, from ``first`` to ``last`` (0 when there are none)."""

    rows: int = 0
    first: int = 0
    last: int = 0
    last_hash: str = ""
    checkpoints: int = 0  # that were compared with a row
    count: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return self.count == 0

    def find(self, seq: int, what: str) -> None:
        self.count += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(seq, what))


def stored_rows(engine: Engine, *, until: int | None = None) -> Iterator[Row]:
    """The table's rows by number (up to ``until``), a few thousand in memory at a time, all of one moment."""
    table = AuditEntry.__table__
    columns = [table.c[name] for name in (*COVERED, "hash")]
    with engine.connect().execution_options(reads_only=True) as connection:
        query = select(*columns).order_by(table.c.seq)
        if until is not None:
            query = query.where(table.c.seq <= until)
        for row in connection.execution_options(yield_per=_AT_ONCE).execute(query):
            yield Row(tuple(row[:-1]), row[-1])


def verify(rows: Iterable[Row], *, checkpoints: Sequence[Checkpoint] = ()) -> Verification:
    """Compare ``rows``, ordered by number, with each other and with ``checkpoints`` (read these first: rows that come
    meanwhile are then no surprise). A row that was changed is one finding; what follows is compared with the hash that
    stands in it."""
    done = Verification()
    signed: dict[int, list[Checkpoint]] = {}
    for checkpoint in checkpoints:
        signed.setdefault(checkpoint.seq, []).append(checkpoint)
    expected, previous = 1, GENESIS
    for row in rows:
        seq = row.values[_SEQ]
        if not isinstance(seq, int):
            done.find(expected, "行号不是整数")
            continue
        if done.rows == 0 and seq > 1 and (base := _base(signed, seq - 1)):
            expected, previous, done.checkpoints = seq, base.hash, done.checkpoints + 1
        _compare(done, row, seq, expected, previous)
        for checkpoint in signed.get(seq, ()):
            done.checkpoints += 1
            if (checkpoint.hash, checkpoint.hash_name) != (row.hash, row.values[_HASH_NAME]):
                done.find(seq, "与签名的检查点不符：链被改写")
        done.first = done.first if done.rows else seq
        done.rows += 1
        done.last, done.last_hash = seq, str(row.hash)
        expected, previous = seq + 1, str(row.hash)
    furthest = max(signed, default=0)
    if furthest > done.last:
        done.find(done.last + 1, f"末尾被截断：检查点到第 {furthest} 行，现在只到第 {done.last} 行")
    return done


def _base(signed: dict[int, list[Checkpoint]], seq: int) -> Checkpoint | None:
    return next((checkpoint for checkpoint in signed.get(seq, ()) if checkpoint.kind == "base"), None)


def _compare(done: Verification, row: Row, seq: int, expected: int, previous: str) -> None:
    if seq > expected:
        missing = f"第 {expected} 行" if seq == expected + 1 else f"第 {expected} 到 {seq - 1} 行"
        done.find(expected, f"{missing}被删除")
    elif seq < expected:
        done.find(seq, "多出一行")
    if row.values[_PREVIOUS] != previous and seq == expected:
        done.find(seq, "与前一行接不上：前面有行被改动、删除、插入或调换")
    if row.hash != _hash_of(row.values):
        done.find(seq, "内容被改动")


def _hash_of(values: tuple[object, ...]) -> str | None:
    """The hash as it should be; None when the row could not have been written by us."""
    hashing = HASHES.get(str(values[_HASH_NAME]))
    kinds = [type(value) for value in values]
    if kinds[_PATIENT] is type(None):
        kinds[_PATIENT] = str
    if hashing is None or kinds != _KINDS:
        return None
    return hashing(serialise(values))


_KINDS = [int if name == "seq" else str for name in COVERED]
