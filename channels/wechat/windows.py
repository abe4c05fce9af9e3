"""How many customer-service messages a user may still get: a ledger per user."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from records.tokens import WechatWindow

# At most 5 within 48 h of the user's last message.
MESSAGE_QUOTA = 5
MESSAGE_WINDOW = timedelta(hours=48)

# 3 within 1 minute after a menu click, a follow or a scan.
ACTION_QUOTA = 3
ACTION_WINDOW = timedelta(minutes=1)


class Window(StrEnum):
    MESSAGE = "message"
    ACTION = "action"


def open_window(session: Session, *, fingerprint: str, window: Window, key: str, at: datetime) -> None:
    """The user wrote (or clicked, followed, scanned) at ``at``: that quota starts anew.

    ``key`` is the message's dedupe key: a push that WeChat repeats opens nothing twice.
    """
    _ensure(session, fingerprint)
    name = window.value
    key_column, at_column = getattr(WechatWindow, f"{name}_key"), getattr(WechatWindow, f"{name}_at")
    session.execute(
        update(WechatWindow)
        .where(
            WechatWindow.address_fingerprint == fingerprint,
            key_column != key,
            or_(at_column.is_(None), at_column <= at),
        )
        .values({f"{name}_key": key, f"{name}_at": at, f"{name}_used": 0})
    )


def spend(session: Session, *, fingerprint: str, now: datetime) -> Window | None:
    """Take one message from the window that ends first; None when nothing is left."""
    for window, quota, length in (
        (Window.ACTION, ACTION_QUOTA, ACTION_WINDOW),
        (Window.MESSAGE, MESSAGE_QUOTA, MESSAGE_WINDOW),
    ):
        used = getattr(WechatWindow, f"{window}_used")
        taken = session.execute(
            update(WechatWindow)
            .where(
                WechatWindow.address_fingerprint == fingerprint,
                getattr(WechatWindow, f"{window}_at") > now - length,
                used < quota,
            )
            .values({f"{window}_used": used + 1})
            .returning(WechatWindow.address_fingerprint)
        ).scalar()
        if taken is not None:
            return window
    return None


def give_back(session: Session, *, fingerprint: str, window: Window) -> None:
    """WeChat did not take the message: the quota is whole again."""
    used = getattr(WechatWindow, f"{window}_used")
    session.execute(
        update(WechatWindow)
        .where(WechatWindow.address_fingerprint == fingerprint, used > 0)
        .values({f"{window}_used": used - 1})
    )


def close(session: Session, *, fingerprint: str) -> None:
    """WeChat counted differently and said that nothing is left: it is right."""
    session.execute(
        update(WechatWindow)
        .where(WechatWindow.address_fingerprint == fingerprint)
        .values(message_used=MESSAGE_QUOTA, action_used=ACTION_QUOTA)
    )


def _ensure(session: Session, fingerprint: str) -> None:
    if session.get(WechatWindow, fingerprint) is not None:
        return
    try:
        with session.begin_nested():
            session.add(
                WechatWindow(
                    address_fingerprint=fingerprint, message_key="", message_used=0, action_key="", action_used=0
                )
            )
    except IntegrityError:
        pass  # another process made it in this moment
