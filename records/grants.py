"""Rights on PostgreSQL: the owner makes tables, the house only uses them and cannot change the audit.

GB/T 22239-2019, 8.1.4.2 and 8.1.4.3: least privilege, and an audit that those it tells of cannot alter.
"""

from sqlalchemy import Connection, text


class OwnerIsTheHouse(Exception):
    """The owner of the tables and the house's own role must be two roles."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


def grant_to_house(connection: Connection, role: str) -> None:
    """Let ``role`` read and write everything but the audit, which it may read and add to. Raises
    :class:`OwnerIsTheHouse`."""
    if connection.scalar(text("SELECT current_user")) == role:
        raise OwnerIsTheHouse
    house = connection.dialect.identifier_preparer.quote(role)
    for statement in (
        f"GRANT USAGE ON SCHEMA public TO {house}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {house}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {house}",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON audit_entry FROM {house}",
        f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {house}",
    ):
        connection.execute(text(statement))
