"""Follow-ups and what was asked of them; proposals for more kinds of documents than red flags

Revision: 0016, after: 0015, made: 2026-11-27
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "follow_up",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("account_id", sa.String(length=16), nullable=False),
        sa.Column("conversation_id", sa.String(length=16), nullable=False),
        sa.Column("plan", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kinship", sa.String(length=16), nullable=False),
        sa.Column("department", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=16), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(length=64), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_why", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_follow_up_account_id_account")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_follow_up_conversation_id_conversation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
    )
    op.create_index(op.f("ix_follow_up_account_id"), "follow_up", ["account_id"], unique=False)
    op.create_index(op.f("ix_follow_up_conversation_id"), "follow_up", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_follow_up_look_at"), "follow_up", ["look_at"], unique=False)
    op.create_index(op.f("ix_follow_up_state"), "follow_up", ["state"], unique=False)

    op.create_table(
        "follow_up_question",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("follow_up_id", sa.String(length=16), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=64), nullable=False),
        sa.Column("answer_id", sa.String(length=16), nullable=True),
        sa.Column("meaning", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_up.id"], name=op.f("fk_follow_up_question_follow_up_id_follow_up")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_question")),
        sa.UniqueConstraint("follow_up_id", "place", name="uq_follow_up_question_place"),
    )
    op.create_index(op.f("ix_follow_up_question_asked_at"), "follow_up_question", ["asked_at"], unique=False)
    op.create_index(op.f("ix_follow_up_question_follow_up_id"), "follow_up_question", ["follow_up_id"], unique=False)

    with op.batch_alter_table("safety_proposal") as proposals:
        proposals.drop_index(op.f("ix_safety_proposal_flag_id"))
        proposals.alter_column(
            "flag_id", new_column_name="name", existing_type=sa.String(length=64), existing_nullable=False
        )
        proposals.add_column(sa.Column("kind", sa.String(length=16), server_default="red_flag", nullable=False))
    op.create_index(op.f("ix_safety_proposal_name"), "safety_proposal", ["name"], unique=False)
