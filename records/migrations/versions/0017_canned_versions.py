"""Canned replies become documents with versions: each that stands is the first of its own

Revision: 0017, after: 0016, made: 2026-11-27
"""

import json
from secrets import token_hex

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    replies = sa.table(
        "canned_reply",
        *(sa.column(name) for name in ("id", "kind", "title", "text", "by")),
        sa.column("updated_at", sa.DateTime(timezone=True)),
    )
    documents = sa.table(
        "published_document",
        *(sa.column(name) for name in ("id", "kind", "name", "version", "text", "note", "by")),
        sa.column("at", sa.DateTime(timezone=True)),
    )
    for row in op.get_bind().execute(sa.select(replies)).mappings().all():
        said = {"kind": row["kind"], "title": row["title"], "text": row["text"]}
        first = {
            "id": token_hex(8),
            "kind": "canned_reply",
            "name": row["id"],
            "version": 1,
            "text": json.dumps(said, ensure_ascii=False),
            "note": "",
            "by": row["by"],
            "at": row["updated_at"],
        }
        op.execute(sa.insert(documents).values(first))
    op.drop_table("canned_reply")
