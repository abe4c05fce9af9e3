"""The console's second factors, departments, and sessions that can be listed; everybody signs in anew

Revision: 0012, after: 0011, made: 2026-11-27
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A session without the second factor is none, and what it had been given leave for goes with it.
    op.execute("DELETE FROM step_up")
    op.execute("DELETE FROM staff_session")
    with op.batch_alter_table("staff") as staff:
        staff.add_column(sa.Column("name", sa.String(length=64), server_default="", nullable=False))
        staff.add_column(sa.Column("password_once", sa.Boolean(), server_default=sa.false(), nullable=False))
        staff.add_column(sa.Column("departments", sa.JSON(), server_default="[]", nullable=False))
        staff.add_column(sa.Column("on_duty", sa.Boolean(), server_default=sa.false(), nullable=False))
        staff.add_column(sa.Column("provider_subject", sa.String(length=64), nullable=True))
        staff.add_column(sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True))
        staff.create_unique_constraint(op.f("uq_staff_provider_subject"), ["provider_subject"])
    # Until now whoever was there could do everything, and only the first account could be: it goes on making others.
    op.execute("UPDATE staff SET role = 'security_officer'")
    op.create_table(
        "staff_factor",
        sa.Column("staff_id", sa.String(length=16), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("offered_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_factor_staff_id_staff")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("staff_id", sa.String(length=16), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_recovery_code_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_staff_id"), "recovery_code", ["staff_id"])
    with op.batch_alter_table("staff_session") as sessions:
        sessions.add_column(sa.Column("id", sa.String(length=16), nullable=False))
        sessions.add_column(sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
        sessions.add_column(sa.Column("by_provider", sa.Boolean(), server_default=sa.false(), nullable=False))
        sessions.add_column(sa.Column("address", sa.String(length=64), server_default="", nullable=False))
        sessions.add_column(sa.Column("browser", sa.String(length=160), server_default="", nullable=False))
        sessions.create_unique_constraint(op.f("uq_staff_session_id"), ["id"])
    with op.batch_alter_table("step_up") as step_ups:
        step_ups.add_column(sa.Column("department", sa.String(length=64), server_default="", nullable=False))
