"""How far an alert has climbed the list of who is on duty

Revision: 0005, after: 0004, made: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("alert", sa.Column("level", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("alert", sa.Column("rung_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("alert", sa.Column("rings", sa.Integer(), nullable=False, server_default="0"))
