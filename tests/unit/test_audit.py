"""The audit: written in the transaction of what it tells of, chained, append-only."""

import json
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from records.audit import SYSTEM, Action, Actor, ActorKind, AuditEntry, AuditNeedsTransaction, Outcome, audit
from records.audit.chain import COVERED, GENESIS, HASHES, row_hash
from records.audit.verifying import stored_rows, verify
from records.database import engine, read_scope, session_scope
from settings import get_settings

NURSE = Actor(ActorKind.STAFF, "nurse", "10.0.0.7")


def write(count: int = 1, **fields: object) -> None:
    with session_scope() as session:
        for number in range(count):
            audit(session, actor=NURSE, action=Action.VIEW_MESSAGES, patient="a1", subject=f"conversation:{number}")


def rows() -> list[AuditEntry]:
    with session_scope() as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.seq)))


def assert_chained(entries: list[AuditEntry]) -> None:
    previous = GENESIS
    for number, row in enumerate(entries, start=1):
        assert row.seq == number
        assert row.previous == previous
        assert row.hash == row_hash([getattr(row, column) for column in COVERED], row.hash_name)
        previous = row.hash


def test_a_row_says_who_whose_what_why_from_where_and_how_it_ended(database: None) -> None:
    with session_scope() as session:
        audit(
            session,
            actor=NURSE,
            action=Action.REVEAL,
            patient="a1",
            subject="conversation:c1",
            reason="家属来电，请核对 13812345678",
            outcome=Outcome.REFUSED,
            details={"tokens": 2, "kind": "PHONE"},
        )
    (row,) = rows()
    assert (row.actor_kind, row.actor_id, row.address) == ("staff", "nurse", "10.0.0.7")
    assert (row.action, row.patient, row.subject, row.outcome) == ("reveal", "a1", "conversation:c1", "refused")
    assert json.loads(row.details) == {"kind": "PHONE", "tokens": 2}
    assert "138****5678" in row.reason
    assert "13812345678" not in row.reason
    assert_chained([row])


def test_every_name_fits_its_column() -> None:
    assert max(map(len, Action)) <= 32
    assert max(map(len, [*ActorKind, *Outcome])) <= 16


def test_whatever_is_typed_is_stored_as_it_was_hashed(database: None) -> None:
    for typed in ("nul\x00", "half \ud800 pair", "长" * 600, '𠮷\u2028\n\t"\\', ""):
        with session_scope() as session:
            audit(
                session,
                actor=Actor(ActorKind.THIRD_PARTY, typed, typed),
                action=Action.PARTNER_READ,
                patient=None,
                subject=f"x:{typed}",
                reason=typed,
                details={"typed": typed},
            )
    assert verify(stored_rows(engine())).sound
    assert_chained(rows())


def test_sm3_where_the_commercial_ciphers_are_wanted_and_both_in_one_chain(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GB/T 39786. The digest of "abc" is the standard's own example (GB/T 32905-2016, annex A)."""
    assert HASHES["sm3"](b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    for cipher, name in (("aes-256-gcm", "sha256"), ("sm4-gcm", "sm3"), ("aes-256-gcm", "sha256")):
        monkeypatch.setenv("XINGLIN_CIPHER", cipher)
        get_settings.cache_clear()
        write(2)
        assert rows()[-1].hash_name == name
    assert_chained(rows())
    assert verify(stored_rows(engine())).sound


def test_no_row_and_no_gap_of_what_was_rolled_back(database: None) -> None:
    write()
    with pytest.raises(RuntimeError), session_scope() as session:
        audit(session, actor=SYSTEM, action=Action.BOOK, patient="a1", subject="appointment:x")
        raise RuntimeError
    write()
    assert len(rows()) == 2
    assert_chained(rows())


def test_a_savepoint_takes_only_its_own_entries_along(database: None) -> None:
    with session_scope() as session:
        audit(session, actor=SYSTEM, action=Action.BOOK, patient=None, subject="appointment:kept")
        with pytest.raises(RuntimeError), session.begin_nested():
            audit(session, actor=SYSTEM, action=Action.BOOK, patient=None, subject="appointment:lost")
            with session.begin_nested():
                audit(session, actor=SYSTEM, action=Action.BOOK, patient=None, subject="appointment:lost-inside")
            raise RuntimeError
        with session.begin_nested():
            audit(session, actor=SYSTEM, action=Action.BOOK, patient=None, subject="appointment:released")
    assert [row.subject for row in rows()] == ["appointment:kept", "appointment:released"]
    assert_chained(rows())


def test_a_scope_that_only_reads_refuses(database: None) -> None:
    with read_scope() as session, pytest.raises(AuditNeedsTransaction):
        audit(session, actor=SYSTEM, action=Action.BOOK, patient=None, subject="appointment:x")


def test_many_at_once_make_one_chain(database: None) -> None:
    def work(start: Callable[[], object]) -> None:
        start()
        for _ in range(10):
            write(2)

    barrier = threading.Barrier(6)
    threads = [threading.Thread(target=work, args=(barrier.wait,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows()) == 120
    assert_chained(rows())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET reason = 'x' WHERE seq = 1",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_entry WHERE seq = 1",
        "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry",
        "TRUNCATE audit_entry",
    ],
)
def test_the_database_refuses_to_change_or_remove_rows(database: None, statement: str) -> None:
    write()
    spoken = {"INSERT OR": "sqlite", "TRUNCATE": "postgresql"}
    for start, dialect in spoken.items():
        if statement.startswith(start) and engine().dialect.name != dialect:
            pytest.skip(f"only {dialect} has this statement")
    with pytest.raises(DBAPIError, match="append-only"), session_scope() as session:
        session.execute(text(statement))
    assert len(rows()) == 1
