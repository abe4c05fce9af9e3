"""Photos, videos, voice and files that patients sent: encrypted on disk, a row each."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Boolean, ForeignKey, Integer, String, false
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, UtcDateTime, new_id, utc_now
from settings import get_settings


class Media(Base):
    """One stored file. ``content_type`` is what the bytes are, not what the sender claimed. ``data_key_id`` is the
    data key that its file needs (None: sealed by an earlier version, or shredded)."""

    __tablename__ = "media"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    content_type: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    data_key_id: Mapped[str | None] = mapped_column(ForeignKey("data_key.id"), index=True)
    sensitivity: Mapped[int] = mapped_column(Integer, default=3, server_default="3")  # GB/T 39725-2020
    shredded: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


def media_folder() -> Path:
    """The folder of the encrypted files."""
    return get_settings().var / "media"


def media_path(media_id: str) -> Path:
    """Where the encrypted file of ``media_id`` lies."""
    return media_folder() / media_id
