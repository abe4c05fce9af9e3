"""Imports every module that declares a table, so that ``Base.metadata`` is complete (Alembic, tests)."""

from records import (  # noqa: F401
    alerts,
    appointments,
    cases,
    console,
    conversations,
    deliveries,
    filings,
    findings,
    followup,
    media,
    partners,
    patients,
    published,
    rehab,
    retention,
    rights,
    staff,
    step_up,
    tokens,
    vault,
)
from records.audit import entries  # noqa: F401
