"""The records' tables brought to this version's shape."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from records.database import engine

MIGRATIONS = Path(__file__).parent / "migrations"


def configuration() -> Config:
    """Alembic's configuration without ``alembic.ini``, which would set up logging of its own."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def upgrade(revision: str = "head", *, at: Engine | None = None) -> None:
    """``alembic upgrade head`` on this installation's database (or the one ``at``), in one transaction; processes
    that start at once wait for each other. Raises what the database raises, and then nothing was changed."""
    config = configuration()
    with (at or engine()).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


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
