"""Rehabilitation programmes, what was done of them, and what became of them

Revision: 0010, after: 0009, made: 2026-11-27
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rehab_programme",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("account_id", sa.String(length=16), nullable=False),
        sa.Column("conversation_id", sa.String(length=16), nullable=False),
        sa.Column("kinship", sa.String(length=16), nullable=False),
        sa.Column("department", sa.String(length=32), nullable=False),
        sa.Column("prescribed_by", sa.String(length=64), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("remind_at", sa.String(length=5), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("active_since", sa.Date(), nullable=False),
        sa.Column("asked_exercise", sa.String(length=32), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_rehab_programme_account_id_account")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_rehab_programme_conversation_id_conversation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rehab_programme")),
    )
    with op.batch_alter_table("rehab_programme", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rehab_programme_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rehab_programme_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rehab_programme_state"), ["state"], unique=False)

    op.create_table(
        "rehab_event",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("programme_id", sa.String(length=16), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["rehab_programme.id"], name=op.f("fk_rehab_event_programme_id_rehab_programme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rehab_event")),
    )
    with op.batch_alter_table("rehab_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rehab_event_programme_id"), ["programme_id"], unique=False)

    op.create_table(
        "rehab_exercise",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("programme_id", sa.String(length=16), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("exercise", sa.String(length=32), nullable=False),
        sa.Column("repetitions", sa.Integer(), nullable=True),
        sa.Column("range_deg", sa.Float(), nullable=True),
        sa.Column("hold_s", sa.Float(), nullable=True),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["rehab_programme.id"], name=op.f("fk_rehab_exercise_programme_id_rehab_programme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rehab_exercise")),
    )
    with op.batch_alter_table("rehab_exercise", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rehab_exercise_programme_id"), ["programme_id"], unique=False)

    op.create_table(
        "rehab_naming",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("message_id", sa.String(length=16), nullable=False),
        sa.Column("exercise", sa.String(length=32), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_rehab_naming_message_id_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rehab_naming")),
        sa.UniqueConstraint("message_id", name=op.f("uq_rehab_naming_message_id")),
    )
    with op.batch_alter_table("rehab_naming", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rehab_naming_queued_at"), ["queued_at"], unique=False)

    op.create_table(
        "rehab_reminder",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("programme_id", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["rehab_programme.id"], name=op.f("fk_rehab_reminder_programme_id_rehab_programme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rehab_reminder")),
        sa.UniqueConstraint("programme_id", "day", name="uq_rehab_reminder_day"),
    )
    with op.batch_alter_table("rehab_reminder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rehab_reminder_programme_id"), ["programme_id"], unique=False)

    op.create_table(
        "rehab_session",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("programme_id", sa.String(length=16), nullable=False),
        sa.Column("finding_id", sa.String(length=16), nullable=False),
        sa.Column("exercise", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("repetitions", sa.Integer(), nullable=False),
        sa.Column("range_deg", sa.Float(), nullable=True),
        sa.Column("uncertainty_deg", sa.Float(), nullable=True),
        sa.Column("held_s", sa.Float(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["rehab_programme.id"], name=op.f("fk_rehab_session_programme_id_rehab_programme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rehab_session")),
        sa.UniqueConstraint("finding_id", name=op.f("uq_rehab_session_finding_id")),
    )
    with op.batch_alter_table("rehab_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rehab_session_programme_id"), ["programme_id"], unique=False)
