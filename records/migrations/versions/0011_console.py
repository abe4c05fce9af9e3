"""The console: notes, canned replies, satisfaction, promised waits; indices of its lists and figures

Revision: 0011, after: 0010, made: 2026-11-27
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "private_note",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("conversation_id", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_private_note_conversation_id_conversation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_private_note")),
    )
    op.create_index(op.f("ix_private_note_conversation_id"), "private_note", ["conversation_id"], unique=False)

    op.create_table(
        "canned_reply",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_reply")),
    )

    op.create_table(
        "satisfaction",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("conversation_id", sa.String(length=16), nullable=False),
        sa.Column("seat", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_satisfaction_conversation_id_conversation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_satisfaction")),
    )
    op.create_index(op.f("ix_satisfaction_conversation_id"), "satisfaction", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_satisfaction_asked_at"), "satisfaction", ["asked_at"], unique=False)

    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("skill_group", sa.String(length=32), server_default="", nullable=False))
        batch_op.create_index(batch_op.f("ix_conversation_holder"), ["holder"], unique=False)

    op.create_index(op.f("ix_message_created_at"), "message", ["created_at"], unique=False)
    op.create_index(op.f("ix_case_event_at"), "case_event", ["at"], unique=False)
    op.create_index(op.f("ix_clinical_case_alert_id"), "clinical_case", ["alert_id"], unique=False)
    op.create_index(op.f("ix_clinical_case_closed_at"), "clinical_case", ["closed_at"], unique=False)
    op.drop_index("ix_clinical_case_queue", table_name="clinical_case")
    op.create_index("ix_clinical_case_queue", "clinical_case", ["state", "rank", "opened_at", "id"], unique=False)
    op.create_index(
        "ix_clinical_case_kind", "clinical_case", ["state", "kind", "rank", "opened_at", "id"], unique=False
    )
    op.create_index(
        "ix_clinical_case_counts",
        "clinical_case",
        ["state", "kind", "rank", "department", "due_at", "claimed_by"],
        unique=False,
    )
