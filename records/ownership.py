"""Which rows are whose: found by following foreign keys from a table to the account.

A new table that refers to an account, a conversation, a message or a file belongs to its patient without being named
anywhere; retention, export and erasure find it here.
"""

from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import ColumnElement, Table, delete, func, select
from sqlalchemy.orm import Session

import records.tables  # noqa: F401  (every table is known)
from records.database import Base

ROOT = "account"
# The account's people: reached through ``relation``, shared with other accounts, so never deleted by following keys.
SHARED = frozenset({"patient"})


@lru_cache(maxsize=1)
def paths() -> dict[str, tuple[str, str]]:
    """For each table that belongs to somebody: its column and the table that this column refers to, nearest first."""
    found: dict[str, tuple[str, str]] = {}
    near = [ROOT]
    while near:
        parent = near.pop(0)
        for table in Base.metadata.sorted_tables:
            if table.name in found or table.name == ROOT or table.name in SHARED:
                continue
            for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
                if key.column.table.name == parent:
                    found[table.name] = (key.parent.name, parent)
                    near.append(table.name)
                    break
    return found


def owned_tables() -> list[Table]:
    """Every table with rows of patients, those that refer to others first: the order of deleting."""
    names = {ROOT, *paths()}
    return [table for table in reversed(Base.metadata.sorted_tables) if table.name in names]


def belongs_to(table: Table, account_ids: Iterable[str]) -> ColumnElement[bool]:
    """The condition that a row of ``table`` belongs to one of these accounts."""
    if table.name == ROOT:
        return table.c.id.in_(list(account_ids))
    column, parent = paths()[table.name]
    if parent == ROOT:
        return table.c[column].in_(list(account_ids))
    above = Base.metadata.tables[parent]
    return table.c[column].in_(select(_key(above)).where(belongs_to(above, account_ids)))


def count_owned(session: Session, table: Table, account_ids: Iterable[str]) -> int:
    """How many rows of ``table`` these accounts have."""
    return session.scalar(select(func.count()).select_from(table).where(belongs_to(table, account_ids))) or 0


def delete_owned(session: Session, names: Iterable[str], account_id: str) -> dict[str, int]:
    """Delete the account's rows of the named tables, in an order that no key forbids; returns how many of each."""
    wanted, gone = set(names), {}
    for table in owned_tables():
        if table.name in wanted:
            rows = session.connection().execute(delete(table).where(belongs_to(table, [account_id]))).rowcount
            if rows:
                gone[table.name] = rows
    session.expire_all()
    return gone


def _key(table: Table) -> ColumnElement[str]:
    (column,) = table.primary_key.columns
    return column
