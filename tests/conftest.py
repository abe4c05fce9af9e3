"""Fixtures of every test: an installation of its own in a temporary folder, on SQLite or PostgreSQL."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text
from sqlalchemy.orm import Session

import hospital.demo.tables  # noqa: F401  (its tables are in the same database)
import records.tables  # noqa: F401  (every table is known to Base before it is created)
from care.staff import passwords
from records.database import Base, engine_for, make_engine, session_scope
from settings import Settings, get_settings

LIGHT = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
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


@pytest.fixture(autouse=True)
def quick_passwords(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords hashed lightly, since tests sign in hundreds of times; not where the strength itself is tested."""
    if "real_passwords" not in request.keywords:
        monkeypatch.setattr(passwords, "_hasher", LIGHT)


@pytest.fixture
def database(installation: Settings) -> Iterator[None]:
    """Empty tables for this test."""
    engine = engine_for(installation.records_url)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        Base.metadata.create_all(engine)
    else:
        file = Path(str(engine.url.database))
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.write_bytes(_empty_tables())
    yield
    engine.dispose()


@cache
def _empty_tables() -> bytes:
    """An SQLite file of empty tables, made once: six hundred tests begin with a copy."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "empty.sqlite"
        engine = make_engine(f"sqlite:///{file}")
        Base.metadata.create_all(engine)
        engine.dispose()  # the last connection that closes writes its log back into the file
        return file.read_bytes()


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
