"""Point-in-time recovery on PostgreSQL, as ``docs/operations.md`` tells an operator to do it: a base backup, archived
logs, and back to the moment before a mistake (GB/T 22239-2019, 8.1.4.9)."""

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from records.audit.verifying import stored_rows, verify
from records.conversations import Message
from records.database import engine as house_engine
from records.database import make_engine, session_scope
from records.migrate import upgrade
from settings import get_settings
from tests.integration.backup.cluster import Cluster, archiving_cluster
from tests.integration.backup.conftest import converse


def ask(cluster: Cluster, query: str) -> str:
    with psycopg.connect(cluster.url().replace("+psycopg", ""), autocommit=True) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[arg-type]
        assert row is not None
        return str(row[0])


def test_back_to_the_moment_before_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    with archiving_cluster() as cluster:
        monkeypatch.setenv("XINGLIN_DATABASE_URL", cluster.url())
        get_settings.cache_clear()
        engine = make_engine(cluster.url())
        upgrade(at=engine)
        recovered = cluster.folder / "base"
        cluster.run(
            "pg_basebackup", "-h", "127.0.0.1", "-p", cluster.port, "-U", "postgres", "-c", "fast", "-D", recovered
        )
        with session_scope() as session:
            converse(session, "在那之前")
        moment = ask(cluster, "SELECT clock_timestamp()")
        ask(cluster, "SELECT pg_sleep(0.05)")
        with session_scope() as session:
            converse(session, "在那之后")
        # The segment in use is archived too.
        ask(cluster, "SELECT pg_switch_wal()")
        engine.dispose()
        house_engine().dispose()
        cluster.stop(cluster.data)

        cluster.configure(
            recovered,
            f"restore_command = 'cp {cluster.archive}/%f %p'",
            f"recovery_target_time = '{moment}'",
            "recovery_target_action = 'promote'",
        )
        signal = recovered / "recovery.signal"
        signal.touch()
        cluster.start(recovered)
        ask(cluster, "SELECT pg_sleep(0.1)")
        engine = make_engine(cluster.url())
        with Session(engine) as session:
            assert session.scalars(select(Message.text)).all() == ["在那之前"]
        found = verify(stored_rows(engine))
        assert (found.sound, found.rows) == (True, 1)
        engine.dispose()
