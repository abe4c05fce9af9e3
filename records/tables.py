"""Imports every module that declares a table, so that ``Base.metadata`` is complete (Alembic, tests)."""

from records import alerts, appointments, conversations, deliveries, media, patients, staff, tokens, vault  # noqa: F401
