"""Seats' own groups and capacity; the suggestion that a reply began as; the place of a clinic that was opened

Revision: 0014, after: 0013, made: 2026-11-27
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("staff") as staff:
        staff.add_column(sa.Column("skill_groups", sa.JSON(), server_default="[]", nullable=False))
        staff.add_column(sa.Column("seat_capacity", sa.Integer(), nullable=True))
    with op.batch_alter_table("message") as messages:
        messages.add_column(sa.Column("began_as", sa.String(length=64), server_default="", nullable=False))
    with op.batch_alter_table("demo_slot") as slots:
        slots.add_column(sa.Column("place", sa.String(length=128), server_default="", nullable=False))
