"""On PostgreSQL the house's role cannot change the audit, whatever it runs (GB/T 22239-2019, 8.1.4.3)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from hospital.demo import seed
from records.audit.archive import AuditArchiveError, archive, own_checkpoints
from records.audit.verifying import stored_rows, verify
from records.database import engine, session_scope, utc_now
from records.grants import OwnerIsTheHouse
from records.migrate import upgrade
from settings import Settings, get_settings
from tests.unit.test_audit_verifying import sign, write

OWNER, HOUSE = "xinglin_owner", "xinglin_house"


@pytest.fixture
def separated(installation: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A database of the owner's, migrated, which the house uses under its own role."""
    if not installation.database_url:
        pytest.skip("SQLite has no roles: its triggers are tested elsewhere")
    admin = make_url(installation.database_url)
    server = create_engine(admin, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS xinglin_roles"))
        for role in (OWNER, HOUSE):
            connection.execute(text(f"DROP ROLE IF EXISTS {role}"))
            connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        connection.execute(text(f"CREATE DATABASE xinglin_roles OWNER {OWNER}"))
    there = admin.set(database="xinglin_roles")
    monkeypatch.setenv("XINGLIN_DATABASE_URL", there.set(username=HOUSE).render_as_string(hide_password=False))
    monkeypatch.setenv("XINGLIN_DATABASE_OWNER_URL", there.set(username=OWNER).render_as_string(hide_password=False))
    get_settings.cache_clear()
    upgrade()
    yield
    engine().dispose()
    with server.connect() as connection:
        connection.execute(text("DROP DATABASE xinglin_roles WITH (FORCE)"))
        for role in (OWNER, HOUSE):
            connection.execute(text(f"DROP ROLE {role}"))
    server.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET reason = 'x'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only",
        "DROP TABLE audit_entry",
        "DROP FUNCTION audit_is_append_only() CASCADE",
        "UPDATE alembic_version SET version_num = '0001'",
    ],
)
def test_the_house_cannot_change_its_audit(separated: None, statement: str) -> None:
    write(2)
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), session_scope() as session:
        session.execute(text(statement))
    assert verify(stored_rows(engine())).rows == 2


def test_the_house_does_its_work_and_the_owner_archives(
    separated: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with session_scope() as session:
        seed(session)
    with monkeypatch.context() as then:
        then.setattr("records.audit.writing.utc_now", lambda: utc_now() - timedelta(days=240))
        write(5)
    sign()
    write(1)
    done = archive(before=utc_now() - timedelta(days=183), folder=tmp_path)
    assert done is not None
    found = verify(stored_rows(engine()), checkpoints=own_checkpoints())
    assert (found.sound, found.first) == (True, 6)
    upgrade()  # a second start changes nothing


def test_without_the_owner_s_address_nothing_is_archived_and_no_base_signed(
    separated: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as then:
        then.setattr("records.audit.writing.utc_now", lambda: utc_now() - timedelta(days=240))
        write(5)
    sign()
    write(1)
    monkeypatch.setenv("XINGLIN_DATABASE_OWNER_URL", "")
    get_settings.cache_clear()
    with pytest.raises(AuditArchiveError, match="owner"):
        archive(before=utc_now() - timedelta(days=183), folder=tmp_path)
    assert [one.kind for one in own_checkpoints()] == ["checkpoint"]
    assert not list(tmp_path.glob("audit-*"))


def test_one_role_for_both_is_refused(separated: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINGLIN_DATABASE_URL", get_settings().database_owner_url)
    get_settings.cache_clear()
    with pytest.raises(OwnerIsTheHouse):
        upgrade()
