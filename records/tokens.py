"""What WeChat lends the house: the access token all processes share, send windows, pushes already seen."""

from datetime import datetime

from sqlalchemy import Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, UtcDateTime


class WechatToken(Base):
    """One secret that all processes share; ``value`` is sealed by the vault.

    Exactly one process refreshes it: the one whose conditional update set ``refresher``. ``version`` grows with each
    refresh, so that a caller whose token was refused can tell whether somebody has refreshed it since.
    """

    __tablename__ = "wechat_token"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[bytes | None] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(Integer, default=0)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refresher: Mapped[str] = mapped_column(String(16), default="")
    refreshing_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WechatWindow(Base):
    """What may still be sent to one WeChat user: opened by a message, or for a minute by a menu click, follow, scan."""

    __tablename__ = "wechat_window"

    address_fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    message_key: Mapped[str] = mapped_column(String(128), default="")
    message_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    message_used: Mapped[int] = mapped_column(Integer, default=0)
    action_key: Mapped[str] = mapped_column(String(128), default="")
    action_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    action_used: Mapped[int] = mapped_column(Integer, default=0)


class WechatPush(Base):
    """A signature that came in, kept while it is fresh enough to be replayed."""

    __tablename__ = "wechat_push"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    body_digest: Mapped[str] = mapped_column(String(64))
    times: Mapped[int] = mapped_column(Integer, default=1)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
