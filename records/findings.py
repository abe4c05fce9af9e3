"""What the vision process found in a patient's file: encrypted like the file, with a row that says what it is."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, UtcDateTime, new_id, utc_now


class FindingKind(StrEnum):
    SKIN = "skin"
    REHAB = "rehab"
    REHAB_UNNAMED = "rehab_unnamed"  # a video of which nobody has said yet which exercise it shows
    REPORT = "report"


class FileRole(StrEnum):
    """What a file that goes with findings shows."""

    OVERLAY = "overlay"
    MASK = "mask"
    HEAT = "heat"
    PAGE = "page"
    VIDEO = "video"
    CHART = "chart"
    SIDE_BY_SIDE = "side_by_side"  # an earlier photo of the same beside this one
    ANSWERS = "answers"  # what the patient was asked about it and said: sealed JSON, the engine has not read it yet
    HISTORY = "history"  # the same, read


class Finding(Base):
    """One file looked at by one engine. ``media_id`` is the sealed JSON, ``source_media_id`` the patient's file."""

    __tablename__ = "finding"
    __table_args__ = (UniqueConstraint("message_id", "kind", name="uq_finding_message_kind"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("message.id"))
    kind: Mapped[str] = mapped_column(String(16))
    version: Mapped[str] = mapped_column(String(64))
    media_id: Mapped[str] = mapped_column(ForeignKey("media.id"))
    source_media_id: Mapped[str | None] = mapped_column(ForeignKey("media.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class FindingFile(Base):
    """A picture or a clip that shows what was found, for who looks at the case."""

    __tablename__ = "finding_file"
    __table_args__ = (UniqueConstraint("finding_id", "role", name="uq_finding_file_role"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    finding_id: Mapped[str] = mapped_column(ForeignKey("finding.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    media_id: Mapped[str] = mapped_column(ForeignKey("media.id"))
