"""Data keys, sensitivity

Revision: 0003, after: 0002, made: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "master_key_used",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_master_key_used")),
    )
    op.create_table(
        "shredded_key",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("shredded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shredded_key")),
    )
    op.create_index(op.f("ix_shredded_key_owner"), "shredded_key", ["owner"])
    op.create_table(
        "data_key",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("use", sa.String(length=32), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("master_id", sa.String(length=64), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["master_id"], ["master_key_used.id"], name=op.f("fk_data_key_master_id_master_key_used")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_key")),
        sa.UniqueConstraint("owner", "use", "generation", name="uq_data_key_generation"),
    )
    op.create_index(op.f("ix_data_key_master_id"), "data_key", ["master_id"])
    with op.batch_alter_table("vault_entry", schema=None) as batch_op:
        batch_op.alter_column("key_id", existing_type=sa.String(length=8), nullable=True)
        batch_op.add_column(sa.Column("data_key_id", sa.String(length=16), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_vault_entry_data_key_id_data_key"), "data_key", ["data_key_id"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_vault_entry_data_key_id"), ["data_key_id"])
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.add_column(sa.Column("data_key_id", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("shredded", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_foreign_key(batch_op.f("fk_media_data_key_id_data_key"), "data_key", ["data_key_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_media_data_key_id"), ["data_key_id"])
    for table in ("message", "media", "alert"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("sensitivity", sa.Integer(), server_default="3", nullable=False))
