"""What patients asked to be done with their data, and how far it has come."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, Integer, String, false
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, UtcDateTime, new_id, utc_now


class RequestKind(StrEnum):
    EXPORT = "export"  # PIPL art. 45
    ERASURE = "erasure"  # PIPL art. 47
    FORGET = "forget"  # the assistant forgets a conversation whose consent was withdrawn (PIPL art. 15)


class RequestState(StrEnum):
    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"  # a legal hold stands
    EXPIRED = "expired"  # an export whose file is gone


class RightsRequest(Base):
    """One request. Ids only, without foreign keys: the row outlives the account that it is about, as proof of what was
    done (PIPL art. 54)."""

    __tablename__ = "rights_request"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default=RequestState.ASKED, index=True)
    account_id: Mapped[str] = mapped_column(String(16), index=True)
    conversation_id: Mapped[str] = mapped_column(String(16), default="")
    # Of an erasure: whose session has ended with it.
    address_fingerprint: Mapped[str] = mapped_column(String(64), default="", index=True)
    asked_by: Mapped[str] = mapped_column(String(80), default="")  # "patient:id" or "staff:name"
    with_sensitive: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    tries: Mapped[int] = mapped_column(Integer, default=0)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
