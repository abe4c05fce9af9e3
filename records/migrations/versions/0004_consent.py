"""Consent texts, retention, legal hold, erasure

Revision: 0004, after: 0003, made: 2026-11-22
"""

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
