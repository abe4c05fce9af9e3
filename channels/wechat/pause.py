"""A pause of all calls, shared by all processes, after WeChat said that the account calls too often."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from records.tokens import WechatToken

_NAME = "pause"

# A pause that ended this long ago is forgotten: the next one begins short again.
_FORGIVEN_AFTER = timedelta(hours=2)


def paused_until(session: Session, *, now: datetime) -> datetime | None:
    """When calls may go on; None when they may now."""
    row = session.get(WechatToken, _NAME)
    return row.expires_at if row and row.expires_at and row.expires_at > now else None


def pause_calls(session: Session, *, now: datetime, first: timedelta, longest: timedelta) -> datetime:
    """Pause, twice as long as the last time; returns until when. A running pause is not made longer."""
    if running := paused_until(session, now=now):
        return running
    row = session.get(WechatToken, _NAME)
    if row is None:
        row = WechatToken(name=_NAME, version=0, refresher="")
        session.add(row)
    recent = row.expires_at is not None and now - row.expires_at < _FORGIVEN_AFTER
    row.version = row.version + 1 if recent else 1
    row.expires_at = now + min(longest, first * (1 << min(row.version - 1, 16)))
    session.flush()
    return row.expires_at
