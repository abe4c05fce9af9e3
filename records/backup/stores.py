"""The databases of an installation."""

from pathlib import Path

from sqlalchemy.engine import make_url

from records.backup.postgresql import PostgresqlStore
from records.backup.snapshots import Store
from records.backup.sqlite import SqliteStore
from settings import Settings

RECORDS, JOBS, TRACKER = "records", "jobs", "tracker"


def stores(settings: Settings) -> dict[str, Store]:
    """By name, in the order in which they are copied: jobs before the records.

    A job that the copied records are ahead of is run again and changes nothing; one whose message they do not have
    yet could never end.
    """
    found: dict[str, Store] = {}
    if _place(settings.jobs_url) != _place(settings.records_url):
        found[JOBS] = store_at(settings.jobs_url, JOBS)
    found[TRACKER] = SqliteStore(name=TRACKER, path=settings.var / "tracker.db")
    # The tables' owner, where there is one: the house's own role may not write the audit back.
    found[RECORDS] = store_at(settings.database_owner_url or settings.records_url, RECORDS)
    return found


def store_at(url: str, name: str) -> Store:
    """The database at a SQLAlchemy address."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return SqliteStore(name=name, path=Path(parsed.database or ""))
    return PostgresqlStore(name=name, url=parsed)


def _place(url: str) -> tuple[object, ...]:
    parsed = make_url(url)
    return parsed.get_backend_name(), parsed.host, parsed.port, parsed.database
