"""Data keys, wrapped; which master keys they need; and which were destroyed."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, UtcDateTime, new_id, utc_now

# The owner of what belongs to nobody: WeChat's access token, the key of the fingerprints.
HOUSE = "house"

LEVEL_NORMAL = 3
LEVEL_SENSITIVE = 5  # GB/T 39725-2020: HIV, psychiatric, genetic, sexual


class MasterKeyUsed(Base):
    """A master key that wraps data keys. Its row goes before the key does: the database then refuses every data key
    that a process which has not noticed the rotation would still wrap under it."""

    __tablename__ = "master_key_used"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class DataKey(Base):
    """32 secret bytes for one owner and one use, encrypted under a master key. The highest generation seals."""

    __tablename__ = "data_key"
    __table_args__ = (UniqueConstraint("owner", "use", "generation", name="uq_data_key_generation"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    owner: Mapped[str] = mapped_column(String(32))
    use: Mapped[str] = mapped_column(String(32))
    generation: Mapped[int] = mapped_column(Integer, default=1)
    master_id: Mapped[str] = mapped_column(ForeignKey("master_key_used.id"), index=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class ShreddedKey(Base):
    """A data key that was destroyed: tells what was erased from what was lost."""

    __tablename__ = "shredded_key"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    owner: Mapped[str] = mapped_column(String(32), index=True)
    shredded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
