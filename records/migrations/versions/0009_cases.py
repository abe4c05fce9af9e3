"""Cases, and what engines found

Revision: 0009, after: 0008, made: 2026-11-27
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "finding",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("conversation_id", sa.String(length=16), nullable=False),
        sa.Column("message_id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("media_id", sa.String(length=16), nullable=False),
        sa.Column("source_media_id", sa.String(length=16), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_finding_conversation_id_conversation")
        ),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_finding_media_id_media")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_finding_message_id_message")),
        sa.ForeignKeyConstraint(["source_media_id"], ["media.id"], name=op.f("fk_finding_source_media_id_media")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("message_id", "kind", name="uq_finding_message_kind"),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finding_conversation_id"), ["conversation_id"], unique=False)

    op.create_table(
        "clinical_case",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("conversation_id", sa.String(length=16), nullable=False),
        sa.Column("message_id", sa.String(length=16), nullable=True),
        sa.Column("finding_id", sa.String(length=16), nullable=True),
        sa.Column("alert_id", sa.String(length=16), nullable=True),
        sa.Column("department", sa.String(length=32), nullable=False),
        sa.Column("complaint", sa.String(length=200), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("sampled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("sensitivity", sa.Integer(), server_default="3", nullable=False),
        sa.Column("dedupe_key", sa.String(length=128), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(length=64), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=64), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_clinical_case_alert_id_alert")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_clinical_case_conversation_id_conversation")
        ),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_clinical_case_finding_id_finding")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_clinical_case_message_id_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinical_case")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_clinical_case_dedupe_key")),
    )
    with op.batch_alter_table("clinical_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clinical_case_claimed_by"), ["claimed_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_clinical_case_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_clinical_case_department"), ["department"], unique=False)
        batch_op.create_index("ix_clinical_case_queue", ["state", "rank", "opened_at"], unique=False)

    op.create_table(
        "finding_file",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("finding_id", sa.String(length=16), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("media_id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_finding_file_finding_id_finding")),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_finding_file_media_id_media")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_file")),
        sa.UniqueConstraint("finding_id", "role", name="uq_finding_file_role"),
    )
    with op.batch_alter_table("finding_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finding_file_finding_id"), ["finding_id"], unique=False)

    op.create_table(
        "case_event",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.String(length=16), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["clinical_case.id"], name=op.f("fk_case_event_case_id_clinical_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
    )
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_event_case_id"), ["case_id"], unique=False)

    op.create_table(
        "case_label",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.String(length=16), nullable=False),
        sa.Column("finding_id", sa.String(length=16), nullable=True),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("media_id", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["clinical_case.id"], name=op.f("fk_case_label_case_id_clinical_case")),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_case_label_finding_id_finding")),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_case_label_media_id_media")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_label")),
    )
    with op.batch_alter_table("case_label", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_label_case_id"), ["case_id"], unique=False)

    with op.batch_alter_table("message") as message:
        message.add_column(sa.Column("stage", sa.String(length=16), nullable=True))
