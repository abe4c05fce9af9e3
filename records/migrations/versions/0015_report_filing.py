"""Reports on their way into the hospital's records, and the demo hospital's own

Revision: 0015, after: 0014, made: 2026-11-27
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_filing",
        sa.Column("finding_id", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("problem", sa.String(length=16), nullable=False),
        sa.Column("hospital_ref", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["clinical_case.id"], name=op.f("fk_report_filing_case_id_clinical_case")),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_report_filing_finding_id_finding")),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_report_filing")),
    )
    with op.batch_alter_table("report_filing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_filing_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_filing_state"), ["state"], unique=False)
    op.create_table(
        "demo_report",
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("report_id", sa.String(length=64), nullable=False),
        sa.Column("patient_id", sa.String(length=16), nullable=False),
        sa.Column("content_ref", sa.String(length=16), nullable=False),
        sa.Column("confirmed_by", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_demo_report")),
        sa.UniqueConstraint("report_id", name=op.f("uq_demo_report_report_id")),
    )
    with op.batch_alter_table("demo_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_demo_report_patient_id"), ["patient_id"], unique=False)
