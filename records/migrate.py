"""The records' tables brought to this version's shape."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from records.database import engine, engine_for
from records.grants import grant_to_house
from settings import get_settings

MIGRATIONS = Path(__file__).parent / "migrations"


def configuration() -> Config:
    """Alembic's configuration without ``alembic.ini``, which would set up logging of its own."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def upgrade(revision: str = "head", *, at: Engine | None = None) -> None:
    """``alembic upgrade head`` on this installation's database (or the one ``at``), in one transaction; processes
    that start at once wait for each other. Raises what the database raises, and then nothing was changed.

    Where the tables have an owner of their own (PostgreSQL), it is the owner who does this, and the house's role is
    given what it needs."""
    config, settings = configuration(), get_settings()
    owned = at is None and bool(settings.database_owner_url)
    with (at or engine_for(settings.database_owner_url or settings.records_url)).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        if owned:
            grant_to_house(connection, make_url(settings.records_url).username or "")


def unmigrated() -> list[str]:
    """What the tables' declarations have that no migration makes; empty when the two agree."""
    from alembic.util import CommandError  # noqa: PLC0415  (needed by tests and operators only)

    config = configuration()
    with engine().begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.check(config)
        except CommandError as error:
            return [str(error)]
    return []
