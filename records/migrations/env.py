"""Alembic's environment: which tables there are, and the connection to change them over."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, text

import records.tables  # noqa: F401  (every table is known to Base)
from records.database import Base, UtcDateTime, engine

# The demo hospital keeps its tables in the same database. Named, not imported: records knows nothing of hospital.
for name in ("hospital.demo.tables", "hospital.demo"):
    if find_spec(name) is not None:
        import_module(name)

_LOCK = 0x58494E47  # one migration at a time, of however many processes that start at once


def render_item(kind: str, item: Any, _autogenerate: Any) -> str | Literal[False]:
    """Types of the house by what they are in the database, so that an old step never needs today's code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with engine().begin() as opened:
        migrate(opened)
