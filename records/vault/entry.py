"""One original in the database."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, UtcDateTime, utc_now


class VaultEntry(Base):
    """One original; ``shown`` is its masked form, for screens.

    ``ciphertext`` holds its nonce in front; ``data_key_id`` and ``algorithm`` say how it was sealed. Entries of the
    earlier scheme have a ``nonce`` and the ``key_id`` of a master key instead, until the renewal job has been there.
    The foreign key refuses an entry under a data key that another process has destroyed in this moment.
    """

    __tablename__ = "vault_entry"

    ref: Mapped[str] = mapped_column(String(16), primary_key=True)
    owner: Mapped[str] = mapped_column(String(32), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    nonce: Mapped[bytes] = mapped_column(LargeBinary(12), default=b"")
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str | None] = mapped_column(String(8), index=True)
    data_key_id: Mapped[str | None] = mapped_column(ForeignKey("data_key.id"), index=True)
    shown: Mapped[str] = mapped_column(String(128))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
