"""Rehab programmes

Revision: 0006, after: 0005, made: 2026-11-22
"""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
