"""Audit chain, checkpoints, third parties

Revision: 0002, after: 0001, made: 2026-11-22
"""

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
