"""Migrations bring an empty database to what the tables declare."""

import logging

import pytest
from sqlalchemy import inspect, text

from records.database import Base, engine
from records.migrate import MIGRATIONS, unmigrated, upgrade
from settings import Settings

HAVE_STEPS = any(path.name != "__init__.py" for path in (MIGRATIONS / "versions").glob("*.py"))


@pytest.fixture
def empty(installation: Settings) -> None:
    if engine().dialect.name == "postgresql":
        with engine().begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))


def test_upgrade_twice_and_leave_logging_alone(empty: None) -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    upgrade()
    upgrade()
    assert (root.handlers[:], root.level) == before
    engine().dispose()


@pytest.mark.skipif(not HAVE_STEPS, reason="no migration has been written yet")
def test_migrations_make_every_table(empty: None) -> None:
    upgrade()
    assert set(Base.metadata.tables) <= set(inspect(engine()).get_table_names())
    assert unmigrated() == []
    engine().dispose()


def test_a_proposal_of_before_is_one_for_a_red_flag(empty: None) -> None:
    upgrade("0014")
    columns = 'id, flag_id, base, text, note, "by", at, state, decision'
    values = "'0', 'syncope', 0, 'id: syncope', 'why', 'li', '2026-11-27 00:00:00', 'proposed', ''"
    with engine().begin() as connection:
        connection.execute(text(f"INSERT INTO safety_proposal ({columns}) VALUES ({values})"))
    upgrade()
    with engine().begin() as connection:
        row = connection.execute(text("SELECT kind, name FROM safety_proposal")).one()
    assert tuple(row) == ("red_flag", "syncope")
    engine().dispose()
