"""What the house's people changed at the console: versions of documents, and proposals that wait for a second hand.

The files of the installation are version 0 and stand in no table. Versions are only ever added.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, UtcDateTime, new_id, utc_now


class DocumentKind(StrEnum):
    POLICY = "policy"  # a policy of medical insurance, YAML; named as its file
    PREPARATION = "preparation"  # how to prepare for an examination, one line each; named as the examination
    RED_FLAG = "red_flag"  # one red flag, YAML; named by its id
    CANNED_REPLY = "canned_reply"  # a reply of the staff's, JSON of kind, title and text; named by its id
    FOLLOW_UP_PLAN = "follow_up_plan"  # one plan of a follow-up, YAML; named by its id


class ProposalState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class PublishedDocument(Base):
    """One version of one document, from 1 up; the highest is in force, and without a text it was thrown away.
    ``approved_by`` where a second hand is asked."""

    __tablename__ = "published_document"
    __table_args__ = (UniqueConstraint("kind", "name", "version", name="uq_published_document_version"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    kind: Mapped[DocumentKind] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(String(200))
    by: Mapped[str] = mapped_column(String(64))
    approved_by: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class SafetyProposal(Base):
    """A change of one document that one clinician wants and another decides; ``base`` is the version it changes."""

    __tablename__ = "safety_proposal"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    kind: Mapped[DocumentKind] = mapped_column(String(16), server_default=DocumentKind.RED_FLAG)
    name: Mapped[str] = mapped_column(String(64), index=True)
    base: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(String(200))
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    state: Mapped[ProposalState] = mapped_column(String(16), default=ProposalState.PROPOSED)
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision: Mapped[str] = mapped_column(String(200), default="")
