"""Who pushed this: the signature, its age, and whether it has been used before."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from wechatpy.utils import WeChatSigner

from records.tokens import WechatPush

# WeChat gives no limit. Its own retries are over after 15 s; five minutes also forgive a hospital clock that is off,
# and bound how long used signatures must be remembered.
FRESH_FOR = timedelta(minutes=5)

# WeChat pushes a message up to three times in all, 5 s apart, and does not promise that a retry is signed anew: the
# same signature with the same body may come this often and this soon. Everything else is a replay.
PUSHES_IN_ALL = 3
RETRIES_WITHIN = timedelta(seconds=20)

MAX_PARAMETER_CHARS = 128


class PushRefused(Exception):
    """The push did not come from WeChat, or not now, or not for the first time."""


@dataclass(frozen=True, slots=True)
class PushQuery:
    """The query of one push, as it came; nothing in it is trusted before :func:`verify`."""

    signature: str = ""
    timestamp: str = ""
    nonce: str = ""
    msg_signature: str = ""
    encrypt_type: str = ""


def sign(*parts: str) -> str:
    """WeChat's signature: SHA-1 over the sorted parts (token, timestamp, nonce and, in AES mode, the ciphertext)."""
    signer = WeChatSigner()
    signer.add_data(*parts)
    return str(signer.signature)


def same(expected: str, given: str) -> bool:
    """Compare in constant time; not ASCII is never the same."""
    return given.isascii() and hmac.compare_digest(expected, given)


def verify(query: PushQuery, *, token: str, now: datetime) -> None:
    """Check signature and age; raises :class:`PushRefused`. An account without a token accepts nobody."""
    values = (query.signature, query.timestamp, query.nonce)
    if not token or not all(0 < len(value) <= MAX_PARAMETER_CHARS for value in values):
        raise PushRefused("incomplete")
    if not same(sign(token, query.timestamp, query.nonce), query.signature):
        raise PushRefused("signature")
    if not (query.timestamp.isascii() and query.timestamp.isdigit()):
        raise PushRefused("timestamp")
    if abs(now.timestamp() - int(query.timestamp)) > FRESH_FOR.total_seconds():
        raise PushRefused("stale")


def remember(session: Session, query: PushQuery, *, body: bytes, now: datetime) -> None:
    """Note that this push came; raises :class:`PushRefused` for a replay.

    In plain mode the signature does not cover the body, so whoever saw one push could send another message under its
    signature: the body's digest stands beside it.
    """
    session.execute(delete(WechatPush).where(WechatPush.seen_at < now - 2 * FRESH_FOR))
    digest = _digest("\n".join((query.timestamp, query.nonce, query.msg_signature)).encode())
    body_digest = _digest(body)
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    added = session.execute(
        insert(WechatPush)
        .values(digest=digest, body_digest=body_digest, times=1, seen_at=now)
        .on_conflict_do_nothing()
        .returning(WechatPush.digest)
    ).scalar()
    if added is not None:
        return
    retried = session.execute(
        update(WechatPush)
        .where(
            WechatPush.digest == digest,
            WechatPush.body_digest == body_digest,
            WechatPush.times < PUSHES_IN_ALL,
            WechatPush.seen_at >= now - RETRIES_WITHIN,
        )
        .values(times=WechatPush.times + 1)
        .returning(WechatPush.digest)
    ).scalar()
    if retried is None:
        raise PushRefused("replay")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
