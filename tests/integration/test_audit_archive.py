"""Old rows move into a signed file after six months (Cybersecurity Law, art. 21), and the chain stays verifiable."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from records.audit import AuditEntry
from records.audit.archive import AuditArchiveError, archive, own_checkpoints, read_archive, span, within
from records.audit.checkpoints import public_key_beside
from records.audit.signing import load_public_keys
from records.audit.verifying import stored_rows, verify
from records.database import engine, session_scope, utc_now
from settings import get_settings
from tests.unit.test_audit_verifying import sign, without_triggers, write

HALF_A_YEAR = timedelta(days=183)


@pytest.fixture
def aged(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten rows of eight months ago with a checkpoint, five of today."""
    with monkeypatch.context() as then:
        then.setattr("records.audit.writing.utc_now", lambda: utc_now() - timedelta(days=240))
        write(10)
    sign()
    write(5)


def numbers() -> list[int]:
    with session_scope() as session:
        return [row.seq for row in session.query(AuditEntry).order_by(AuditEntry.seq)]


def test_old_rows_lie_in_a_file_that_verifies_and_the_chain_goes_on(aged: None, tmp_path: Path) -> None:
    done = archive(before=utc_now() - HALF_A_YEAR, folder=tmp_path / "archive")
    assert done is not None
    assert (done.first, done.last, span(done.file)) == (1, 10, (1, 10))
    assert done.file.stat().st_mode & 0o777 == 0o600
    assert numbers() == [*range(11, 17)]  # the last tells of the archive
    found = verify(stored_rows(engine()), checkpoints=own_checkpoints())
    assert (found.sound, found.first, found.last) == (True, 11, 16)

    keys = load_public_keys(public_key_beside(get_settings().checkpoints_file))
    rows = verify(read_archive(done.file, keys), checkpoints=within(own_checkpoints(), 1, 10))
    assert (rows.sound, rows.rows, rows.last) == (True, 10, 10)


def test_without_the_signed_base_the_missing_beginning_is_found(aged: None, tmp_path: Path) -> None:
    archive(before=utc_now() - HALF_A_YEAR, folder=tmp_path)
    plain = [one for one in own_checkpoints() if one.kind == "checkpoint"]
    assert not verify(stored_rows(engine()), checkpoints=plain).sound


def test_more_than_was_archived_cannot_be_removed(aged: None, tmp_path: Path) -> None:
    archive(before=utc_now() - HALF_A_YEAR, folder=tmp_path)
    without_triggers("DELETE FROM audit_entry WHERE seq <= 12")
    found = verify(stored_rows(engine()), checkpoints=own_checkpoints())
    assert found.findings[0].what.endswith("被删除")


def test_a_second_archive_begins_where_the_first_ended(
    aged: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive(before=utc_now() - HALF_A_YEAR, folder=tmp_path)
    monkeypatch.setattr("records.audit.archive.utc_now", lambda: utc_now() + timedelta(days=200))
    write(1)
    done = archive(before=utc_now() + timedelta(days=1), folder=tmp_path)
    assert done is not None
    assert (done.first, done.last) == (11, 16)  # one row stays: the next one must be linked to something
    assert verify(stored_rows(engine()), checkpoints=own_checkpoints()).sound


def test_nothing_younger_than_six_months_is_removed(aged: None, tmp_path: Path) -> None:
    with pytest.raises(AuditArchiveError, match="six months"):
        archive(before=utc_now() - timedelta(days=100), folder=tmp_path)
    assert archive(before=utc_now() - timedelta(days=300), folder=tmp_path) is None
    assert len(numbers()) == 15


def test_a_chain_that_was_tampered_with_is_not_archived(aged: None, tmp_path: Path) -> None:
    without_triggers("UPDATE audit_entry SET reason = 'x' WHERE seq = 3")
    with pytest.raises(AuditArchiveError, match="row 3"):
        archive(before=utc_now() - HALF_A_YEAR, folder=tmp_path)
    assert len(numbers()) == 15


def test_the_triggers_are_back_afterwards(aged: None, tmp_path: Path) -> None:
    archive(before=utc_now() - HALF_A_YEAR, folder=tmp_path)
    with pytest.raises(Exception, match="append-only"), session_scope() as session:
        session.execute(text("DELETE FROM audit_entry WHERE seq = 11"))


def test_a_changed_archive_does_not_open(aged: None, tmp_path: Path) -> None:
    done = archive(before=utc_now() - HALF_A_YEAR, folder=tmp_path)
    assert done is not None
    lines = done.file.read_text().splitlines(keepends=True)
    row = json.loads(lines[4])
    lines[4] = json.dumps([*row[:-1], "0" * 64], separators=(",", ":")) + "\n"
    done.file.write_text("".join(lines))
    keys = load_public_keys(public_key_beside(get_settings().checkpoints_file))
    with pytest.raises(AuditArchiveError, match="signature"):
        read_archive(done.file, keys)
