"""The table of the audit, and the triggers that keep it append-only.

Every column is text exactly as it was hashed: whoever verifies the chain needs no rules for dates or JSON of one
database or the other.
"""

from sqlalchemy import DDL, Index, Integer, String, Table, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base

REASON_CHARS = 500


class AuditEntry(Base):
    """One row of the chain. ``hash`` covers every other column, ``previous`` (the row before's hash) among them."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_patient", "patient", "seq"),
        Index("ix_audit_entry_actor", "actor_kind", "actor_id", "seq"),
        Index("ix_audit_entry_at", "at"),
    )

    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)  # 1, 2, 3, ... without a gap
    at: Mapped[str] = mapped_column(String(27))  # UTC, "2026-11-22T07:53:21.000123Z": sorts as time does
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(32))
    patient: Mapped[str | None] = mapped_column(String(32))  # the account whose data it is about
    subject: Mapped[str] = mapped_column(String(96))
    reason: Mapped[str] = mapped_column(String(REASON_CHARS))
    outcome: Mapped[str] = mapped_column(String(16))
    details: Mapped[str] = mapped_column(Text)  # a JSON object, keys sorted
    hash_name: Mapped[str] = mapped_column(String(8))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


SQLITE_TRIGGERS = tuple(
    f"CREATE TRIGGER audit_entry_no_{name} BEFORE {when} BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
    for name, when in (
        ("update", "UPDATE ON audit_entry"),
        ("delete", "DELETE ON audit_entry"),
        # INSERT OR REPLACE removes a row without a word to the trigger above.
        ("replace", "INSERT ON audit_entry WHEN EXISTS (SELECT 1 FROM audit_entry WHERE seq = NEW.seq)"),
    )
)
POSTGRESQL_TRIGGERS = (
    "CREATE OR REPLACE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$",
    "CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()",
)


def triggers(dialect: str) -> tuple[str, ...]:
    """Statements that make ``audit_entry`` append-only on ``dialect``."""
    return POSTGRESQL_TRIGGERS if dialect == "postgresql" else SQLITE_TRIGGERS


def _install_with_table(table: Table) -> None:
    # Tests make their tables from these declarations, not by migration: the same triggers, then.
    for dialect in ("sqlite", "postgresql"):
        for statement in triggers(dialect):
            ddl = DDL(statement)  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", ddl.execute_if(dialect=dialect))


_install_with_table(Base.metadata.tables[AuditEntry.__tablename__])
