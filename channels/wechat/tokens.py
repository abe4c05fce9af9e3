"""The access token: one for all processes, refreshed by exactly one of them."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from channels.wechat.errors import TokenUnavailable, WeChatError
from records.database import new_id, session_scope, utc_now
from records.keys import VaultKeyError
from records.tokens import WechatToken
from records.vault import HOUSE, Vault, VaultError

# A token lives 7,200 s; a new one is fetched 5 minutes before, or at 9/10 of a shorter life.
REFRESH_EARLY = timedelta(minutes=5)
REFRESH_SHARE = 0.1

# Whoever refreshes has this long before another process may take over; longer than the client's timeouts.
REFRESH_LEASE = timedelta(seconds=30)
POLL_S = 0.1


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token and its version: the version says whether somebody has refreshed it since."""

    value: str = field(repr=False)
    version: int


class AccessTokens:
    """The token of one account in the records, sealed by the vault.

    ``fetch`` asks WeChat for a new token and its life in seconds; it may raise a :class:`WeChatError`.
    """

    def __init__(self, *, app_id: str, vault: Vault, fetch: Callable[[], tuple[str, float]]) -> None:
        self._name = f"access_token:{app_id}"[:64]
        self._vault = vault
        self._fetch = fetch

    def current(self) -> AccessToken:
        """A token that should be valid; refreshed first when there is none. Raises :class:`WeChatError`."""
        return self._token(refused=None)

    def renewed(self, refused: AccessToken) -> AccessToken:
        """A token newer than ``refused``; many callers with the same refused token cause one refresh."""
        return self._token(refused=refused.version)

    def _token(self, *, refused: int | None) -> AccessToken:
        deadline = time.monotonic() + REFRESH_LEASE.total_seconds() + POLL_S
        me = new_id()
        while True:
            with session_scope() as session:
                row = self._row(session)
                if known := self._usable(session, row, refused):
                    return known
                mine = self._claim(session, me, row.version)
            if mine:
                return self._refresh(me)
            if time.monotonic() > deadline:
                raise TokenUnavailable("timeout")
            time.sleep(POLL_S)

    def _row(self, session: Session) -> WechatToken:
        row = session.get(WechatToken, self._name)
        if row is None:
            try:
                with session.begin_nested():
                    session.add(WechatToken(name=self._name, version=0, refresher=""))
            except IntegrityError:
                pass  # another process made it in this moment
            row = session.get_one(WechatToken, self._name)
        return row

    def _usable(self, session: Session, row: WechatToken, refused: int | None) -> AccessToken | None:
        if row.value is None or row.expires_at is None or row.expires_at <= utc_now() or row.version == refused:
            return None
        try:
            value = self._vault.open(session, row.value, owner=HOUSE, context=self._name).decode()
        except (VaultError, VaultKeyError):
            return None  # sealed under a key that has been replaced: a new token costs little
        return AccessToken(value=value, version=row.version)

    def _claim(self, session: Session, me: str, version: int) -> bool:
        now = utc_now()
        free = or_(WechatToken.refreshing_until.is_(None), WechatToken.refreshing_until < now)
        claimed = session.execute(
            update(WechatToken)
            .where(WechatToken.name == self._name, WechatToken.version == version, free)
            .values(refresher=me, refreshing_until=now + REFRESH_LEASE)
            .returning(WechatToken.name)
        ).scalar()
        return claimed is not None

    def _refresh(self, me: str) -> AccessToken:
        try:
            value, life_s = self._fetch()
        except WeChatError:
            with session_scope() as session:
                self._mine(session, me).refreshing_until = None
            raise
        life = timedelta(seconds=life_s)
        expires_at: datetime = utc_now() + life - min(REFRESH_EARLY, life * REFRESH_SHARE)
        with session_scope() as session:
            row = self._mine(session, me)
            row.value = self._vault.seal(session, value.encode(), owner=HOUSE, context=self._name)
            row.version += 1
            row.expires_at = expires_at
            row.refreshing_until = None
            return AccessToken(value=value, version=row.version)

    def _mine(self, session: Session, me: str) -> WechatToken:
        row = session.get_one(WechatToken, self._name, with_for_update=True)
        if row.refresher != me:
            # The lease ran out and another process took over: its token is the valid one.
            raise TokenUnavailable("overtaken")
        return row
