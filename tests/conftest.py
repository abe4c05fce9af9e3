"""Fixtures of every test: an installation of its own in a temporary folder, on SQLite or PostgreSQL."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

import hospital.demo.tables  # noqa: F401  (its tables are in the same database)
import records.tables  # noqa: F401  (every table is known to Base before it is created)
from records.database import Base, engine_for, session_scope
from settings import Settings, get_settings

DATA = Path(os.environ.get("XINGLIN_DATA", Path(__file__).parents[2] / "shared" / "data"))


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings of this test alone. ``XINGLIN_TEST_DATABASE_URL`` moves the records to PostgreSQL."""
    for name in [name for name in os.environ if name.startswith("XINGLIN_") and not name.startswith("XINGLIN_TEST_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XINGLIN_VAR", str(tmp_path / "var"))
    if url := os.environ.get("XINGLIN_TEST_DATABASE_URL"):
        monkeypatch.setenv("XINGLIN_DATABASE_URL", url)
    get_settings.cache_clear()
    yield get_settings()
    get_settings.cache_clear()


@pytest.fixture
def database(installation: Settings) -> Iterator[None]:
    """Empty tables for this test."""
    engine = engine_for(installation.records_url)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    Base.metadata.create_all(engine)
    yield
    engine.dispose()


@pytest.fixture
def session(database: None) -> Iterator[Session]:
    """An open transaction, rolled back when the test fails."""
    with session_scope() as opened:
        yield opened


@pytest.fixture
def shared_data() -> Path:
    """The folder of real data, or a skip that says where it was looked for."""
    if not DATA.is_dir():
        pytest.skip(f"no data folder at {DATA}: set XINGLIN_DATA to measure")
    return DATA
