"""What emergencies, triage and insurance keep

Revision: 0005, after: 0004, made: 2026-11-22
"""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
