"""Who has proved themself again, with a reason, to see more than their work's usual, and until when."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, UtcDateTime, new_id, utc_now


class StepUp(Base):
    """Leave for one browser's session: to see one account's originals, or the patients of one more department. The
    other of the two is empty. The reason stands in the audit."""

    __tablename__ = "step_up"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    session_sha256: Mapped[str] = mapped_column(String(64), index=True)  # the session it was given in, and no other
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    account_id: Mapped[str] = mapped_column(String(16), default="")
    department: Mapped[str] = mapped_column(String(64), default="", server_default="")
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
