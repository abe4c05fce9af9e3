"""Who a browser is: a signed token in a cookie that scripts cannot read, one per browser.

The token holds a random sender id and nothing else. Whoever has no valid token has no conversation; nobody can name
another's, because no route takes a conversation's id.
"""

import hashlib
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from secrets import token_bytes, token_hex

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

from settings import get_settings

COOKIE = "xinglin_session"
LIFETIME = timedelta(days=180)
# A token in use is signed anew, so that only a browser that stays away loses its conversation.
RENEW_AFTER = timedelta(days=1)
KEY_BYTES = 32


class SessionRefused(Exception):
    """The browser has no session, or one that was not signed here."""


class SessionExpired(SessionRefused):
    """The session is older than its lifetime."""


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """One browser. ``sender`` is secret: it is what the conversation is found by."""

    sender: str = field(repr=False)
    issued_at: datetime

    @property
    def public_id(self) -> str:
        """Tells a page whether it still is the same browser session; nothing can be looked up by it."""
        return hashlib.sha256(b"xinglin.web.public:" + self.sender.encode()).hexdigest()[:16]


class SessionTokens:
    """Signs and reads tokens with one key."""

    def __init__(self, key: bytes, *, lifetime: timedelta = LIFETIME) -> None:
        self.lifetime = lifetime
        self._serializer = URLSafeTimedSerializer(
            key, salt="xinglin.web.session", signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"}
        )

    def issue(self, sender: str | None = None) -> tuple[str, BrowserSession]:
        """A token for a new browser, or for ``sender`` again."""
        session = BrowserSession(sender=sender or token_hex(16), issued_at=datetime.now(UTC))
        return str(self._serializer.dumps(session.sender)), session

    def read(self, token: str | None) -> BrowserSession:
        """The browser that ``token`` was signed for; raises :class:`SessionRefused` or :class:`SessionExpired`."""
        if not token:
            raise SessionRefused
        try:
            sender, issued_at = self._serializer.loads(
                token, max_age=int(self.lifetime.total_seconds()), return_timestamp=True
            )
        except SignatureExpired as error:
            raise SessionExpired from error
        except BadData as error:
            raise SessionRefused from error
        if not isinstance(sender, str):
            raise SessionRefused
        return BrowserSession(sender=sender, issued_at=issued_at)


def session_tokens() -> SessionTokens:
    """The tokens of this installation; its key is made on first use, mode 0600, beside the master key."""
    return SessionTokens(_key(get_settings().key_file.parent / "session.key"))


@lru_cache(maxsize=4)
def _key(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        draft = path.with_name(f".{path.name}.{token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(token_bytes(KEY_BYTES))
        try:
            # A link appears whole or not at all: two processes starting together end up with one key.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
