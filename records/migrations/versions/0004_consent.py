"""Consent texts, retention, legal hold, erasure

Revision: 0004, after: 0003, made: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("consent", sa.Column("guardian", sa.String(16), nullable=False, server_default=""))
    # What was agreed to at booking before texts had a version of two numbers.
    op.execute("UPDATE consent SET version = '1.0' WHERE version = '1'")
