"""Wrong passwords are counted in the audit, per address, no longer on the person

Revision: 0008, after: 0007, made: 2026-11-22
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("staff") as staff:
        staff.drop_column("failed_logins")
        staff.drop_column("locked_until")
