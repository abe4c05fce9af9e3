"""Consent texts, retention, legal hold, erasure

Revision: 0004, after: 0003, made: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("consent", sa.Column("guardian", sa.String(16), nullable=False, server_default=""))
    # What was agreed to at booking before texts had a version of two numbers.
    op.execute("UPDATE consent SET version = '1.0' WHERE version = '1'")
    op.add_column("account", sa.Column("restricted_at", MOMENT, nullable=True))
    op.add_column("conversation", sa.Column("asking", sa.String(32), nullable=False, server_default=""))
    op.create_table(
        "rights_request",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("account_id", sa.String(16), nullable=False),
        sa.Column("conversation_id", sa.String(16), nullable=False),
        sa.Column("address_fingerprint", sa.String(64), nullable=False),
        sa.Column("asked_by", sa.String(80), nullable=False),
        sa.Column("with_sensitive", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("next_try_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_request")),
    )
    for column in ("account_id", "address_fingerprint", "state"):
        op.create_index(op.f(f"ix_rights_request_{column}"), "rights_request", [column])
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("account_id", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(512), nullable=False),
        sa.Column("placed_by", sa.String(80), nullable=False),
        sa.Column("placed_at", MOMENT, nullable=False),
        sa.Column("released_by", sa.String(80), nullable=True),
        sa.Column("released_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index(op.f("ix_legal_hold_account_id"), "legal_hold", ["account_id"])
    op.create_table(
        "retention_report",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("due", sa.JSON(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("removed", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_report")),
    )
    op.create_index(op.f("ix_retention_report_made_at"), "retention_report", ["made_at"])
    op.create_table(
        "retention_due",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("account_id", sa.String(16), nullable=False),
        sa.Column("clock", sa.String(16), nullable=False),
        sa.Column("reported_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_due")),
        sa.UniqueConstraint("account_id", "clock", name="uq_retention_due_clock"),
    )
    op.create_index(op.f("ix_retention_due_account_id"), "retention_due", ["account_id"])
