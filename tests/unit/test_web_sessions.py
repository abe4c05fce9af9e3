"""Who a browser is."""

import stat
import time
from datetime import timedelta

import pytest

from channels.web.sessions import SessionExpired, SessionRefused, SessionTokens, session_tokens
from settings import Settings


def test_a_token_gives_back_its_own_sender() -> None:
    tokens = SessionTokens(b"k" * 32)
    token, issued = tokens.issue()
    assert tokens.read(token).sender == issued.sender
    assert issued.sender not in repr(issued)


def test_two_browsers_are_never_the_same() -> None:
    tokens = SessionTokens(b"k" * 32)
    assert len({tokens.issue()[1].sender for _ in range(100)}) == 100


@pytest.mark.parametrize(
    ("what", "damage"),
    [
        ("nothing", lambda token: None),
        ("empty", lambda token: ""),
        ("garbage", lambda token: "garbage"),
        ("one character changed", lambda token: token[:-1] + ("A" if token[-1] != "A" else "B")),
        ("another payload under the old signature", lambda token: "ImFiYyI" + token[token.index(".") :]),
        ("signature cut off", lambda token: token.rsplit(".", 1)[0]),
        ("not latin", lambda token: "令牌"),
    ],
)
def test_a_forged_token_is_refused(what: str, damage: object) -> None:
    tokens = SessionTokens(b"k" * 32)
    token, _ = tokens.issue()
    with pytest.raises(SessionRefused):
        tokens.read(damage(token))  # type: ignore[operator]


def test_a_token_of_another_installation_is_refused() -> None:
    token, _ = SessionTokens(b"a" * 32).issue()
    with pytest.raises(SessionRefused):
        SessionTokens(b"b" * 32).read(token)


def test_an_old_token_is_refused_as_expired() -> None:
    tokens = SessionTokens(b"k" * 32, lifetime=timedelta(seconds=0))
    token, _ = tokens.issue()
    time.sleep(1.1)
    with pytest.raises(SessionExpired):
        tokens.read(token)


def test_the_key_is_made_once_and_for_this_user_alone(installation: Settings) -> None:
    token, issued = session_tokens().issue()
    path = installation.key_file.parent / "session.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_bytes()) == 32
    assert session_tokens().read(token).sender == issued.sender
    assert [file.name for file in path.parent.glob(".session*")] == []
