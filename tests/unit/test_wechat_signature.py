from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from channels.wechat.account import InvalidAesKey, WeChatAccount
from channels.wechat.signature import (
    FRESH_FOR,
    PUSHES_IN_ALL,
    RETRIES_WITHIN,
    PushQuery,
    PushRefused,
    remember,
    sign,
    verify,
)

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
GOOD = sign("token", STAMP, "n1")


def test_known_signature() -> None:
    # SHA-1 of the three parts, sorted and joined: "1" "nonce" "token".
    assert sign("token", "1", "nonce") == "45a35369745cb36d6a8cace0c0736694a633641e"


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (PushQuery(signature=GOOD, timestamp=STAMP, nonce="n1"), None),  # right
        (PushQuery(signature=GOOD.upper(), timestamp=STAMP, nonce="n1"), "signature"),  # case counts
        (PushQuery(signature=GOOD, timestamp=STAMP, nonce="n2"), "signature"),  # another nonce
        (PushQuery(signature="é" * 40, timestamp=STAMP, nonce="n1"), "signature"),  # not ASCII
        (PushQuery(timestamp=STAMP, nonce="n1"), "incomplete"),  # none
        (PushQuery(signature=GOOD, nonce="n1"), "incomplete"),
        (PushQuery(signature=GOOD, timestamp=STAMP, nonce="n" * 200), "incomplete"),  # absurd
        (PushQuery(signature=sign("token", "١٢٣", "n1"), timestamp="١٢٣", nonce="n1"), "timestamp"),  # not ASCII digits
        (PushQuery(signature=sign("token", "-5", "n1"), timestamp="-5", nonce="n1"), "timestamp"),
        (PushQuery(signature=sign("", STAMP, "n1"), timestamp=STAMP, nonce="n1"), "signature"),  # empty token guessed
    ],
)
def test_signature_table(query: PushQuery, reason: str | None) -> None:
    if reason is None:
        verify(query, token="token", now=NOW)
    else:
        with pytest.raises(PushRefused, match=reason):
            verify(query, token="token", now=NOW)


@pytest.mark.parametrize(
    ("shift", "stale"),
    [
        (timedelta(0), False),
        (FRESH_FOR - timedelta(seconds=1), False),  # an old one, just in time
        (FRESH_FOR + timedelta(seconds=1), True),
        (-FRESH_FOR + timedelta(seconds=1), False),  # a clock ahead of ours
        (-FRESH_FOR - timedelta(seconds=1), True),
    ],
)
def test_age(shift: timedelta, stale: bool) -> None:
    query = PushQuery(signature=GOOD, timestamp=STAMP, nonce="n1")
    if stale:
        with pytest.raises(PushRefused, match="stale"):
            verify(query, token="token", now=NOW + shift)
    else:
        verify(query, token="token", now=NOW + shift)


def test_an_account_without_a_token_accepts_nobody() -> None:
    query = PushQuery(signature=sign("", STAMP, "n1"), timestamp=STAMP, nonce="n1")
    with pytest.raises(PushRefused):
        verify(query, token="", now=NOW)


def test_a_retry_passes_a_replay_does_not(session: Session) -> None:
    query = PushQuery(signature=GOOD, timestamp=STAMP, nonce="n1")
    for _ in range(PUSHES_IN_ALL):
        remember(session, query, body=b"a", now=NOW)
    with pytest.raises(PushRefused, match="replay"):
        remember(session, query, body=b"a", now=NOW)


def test_another_body_under_the_same_nonce_is_a_replay(session: Session) -> None:
    query = PushQuery(signature=GOOD, timestamp=STAMP, nonce="n1")
    remember(session, query, body=b"a", now=NOW)
    with pytest.raises(PushRefused, match="replay"):
        remember(session, query, body=b"b", now=NOW)


def test_the_same_push_after_the_retries_is_a_replay(session: Session) -> None:
    query = PushQuery(signature=GOOD, timestamp=STAMP, nonce="n1")
    remember(session, query, body=b"a", now=NOW)
    with pytest.raises(PushRefused, match="replay"):
        remember(session, query, body=b"a", now=NOW + RETRIES_WITHIN + timedelta(seconds=1))


def test_a_signature_is_remembered_longer_than_it_is_fresh(session: Session) -> None:
    query = PushQuery(signature=GOOD, timestamp=STAMP, nonce="n1")
    remember(session, query, body=b"a", now=NOW)
    # Signed five minutes ahead and seen at once, it stays fresh for ten.
    with pytest.raises(PushRefused, match="replay"):
        remember(session, query, body=b"a", now=NOW + 2 * FRESH_FOR)
    remember(session, query, body=b"a", now=NOW + 2 * FRESH_FOR + timedelta(seconds=1))


@pytest.mark.parametrize("key", ["short", "!" * 43, "a" * 44])
def test_a_bad_aes_key_is_said_at_once(key: str) -> None:
    with pytest.raises(InvalidAesKey):
        WeChatAccount(token="t", app_id="a", secret="s", aes_key=key)


def test_secrets_are_not_in_the_repr() -> None:
    account = WeChatAccount(token="tok-1", app_id="a", secret="sec-1", aes_key="")
    assert "tok-1" not in repr(account)
    assert "sec-1" not in repr(account)
