"""The stand-in keeps WeChat's rules, so that a test against it means something."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from channels.wechat.account import WeChatAccount
from channels.wechat.sandbox.credentials import credentials_from, from_settings, made_for
from channels.wechat.sandbox.model import User
from settings import Settings, get_settings
from tests.wechat_house import House, open_house


class Caller:
    """Calls the platform's API the way any client does."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.token = self.new_token()["access_token"]

    def new_token(self, **changes: str) -> dict[str, Any]:
        query = {"grant_type": "client_credential", "appid": self.house.account.app_id, "secret": "secret-1"} | changes
        return dict(httpx.get(f"{self.house.sandbox}/cgi-bin/token", params=query).json())

    def send(self, openid: str, text: str, token: str | None = None) -> int:
        answer = httpx.post(
            f"{self.house.sandbox}/cgi-bin/message/custom/send",
            params={"access_token": self.token if token is None else token},
            json={"touser": openid, "msgtype": "text", "text": {"content": text}},
        )
        return int(answer.json()["errcode"])

    def notify(self, openid: str, template: str, value: str) -> int:
        answer = httpx.post(
            f"{self.house.sandbox}/cgi-bin/message/subscribe/bizsend",
            params={"access_token": self.token},
            json={"touser": openid, "template_id": template, "data": {"thing1": {"value": value}}},
        )
        return int(answer.json()["errcode"])


@pytest.fixture
def house(database: None) -> Iterator[House]:
    with open_house() as opened:
        yield opened


@pytest.fixture
def caller(house: House) -> Caller:
    return Caller(house)


@pytest.fixture
def user(house: House) -> User:
    return house.user()


def test_one_token_is_valid_at_a_time_and_expires(caller: Caller, house: House, user: User) -> None:
    house.platform.opened_by_message(user)
    first = caller.token
    caller.token = caller.new_token()["access_token"]
    assert (caller.send(user.openid, "一", first), caller.send(user.openid, "一")) == (40001, 0)
    later = house.platform.clock() + 7201
    house.platform.clock = lambda: later
    assert caller.send(user.openid, "二") == 42001
    assert caller.new_token(secret="wrong") == {"errcode": 40125, "errmsg": "invalid appsecret"}
    assert caller.new_token(appid="wrong")["errcode"] == 40013


def test_quotas(caller: Caller, house: House, user: User) -> None:
    assert caller.send(user.openid, "一") == 45015  # never wrote
    house.platform.opened_by_message(user)
    assert [caller.send(user.openid, "一") for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
    house.platform.opened_by_action(user)
    assert [caller.send(user.openid, "一") for _ in range(4)] == [0, 0, 0, 45047]
    house.platform.opened_by_message(user)  # wrote again
    now = house.platform.clock()
    house.platform.token_life_s = 10**9
    caller.token = caller.new_token()["access_token"]
    house.platform.clock = lambda: now + 48 * 3600 - 1
    assert caller.send(user.openid, "一") == 0
    house.platform.clock = lambda: now + 48 * 3600 + 1
    assert caller.send(user.openid, "一") == 45015


def test_what_wechat_refuses(caller: Caller, house: House, user: User) -> None:
    house.platform.opened_by_message(user)
    assert caller.send("nobody", "一") == 40003
    assert caller.send(user.openid, "疼" * 683) == 45002
    assert caller.send(user.openid, "") == 44004
    assert caller.notify(user.openid, "template-1", "您有新的回复") == 0
    assert caller.notify(user.openid, "other", "您有新的回复") == 40037
    assert caller.notify(user.openid, "template-1", "字" * 21) == 47003
    user.follows = False
    assert caller.send(user.openid, "一") == 45015
    assert caller.notify(user.openid, "template-1", "一") == 43101


@pytest.mark.parametrize("errcode", [45009, -1])
def test_faults_on_demand(caller: Caller, house: House, user: User, errcode: int) -> None:
    house.platform.opened_by_message(user)
    httpx.post(f"{house.sandbox}/phone/faults", json={"api": "custom", "errcodes": [errcode]})
    assert (caller.send(user.openid, "一"), caller.send(user.openid, "一")) == (errcode, 0)


def test_the_page_names_no_other_address(house: House) -> None:
    page = httpx.get(house.sandbox).text
    assert "http://" not in page
    assert "https://" not in page
    assert 'lang="zh-CN"' in page


def test_an_account_is_made_once_for_both_sides(installation: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    made = made_for(installation, port=8100)
    assert made_for(installation, port=8100) == made
    assert (installation.var / "wechat-sandbox.env").stat().st_mode & 0o777 == 0o600
    for name, value in made.items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    assert from_settings(get_settings()) == credentials_from(made)
    assert WeChatAccount.from_settings(get_settings()).api_base == "http://127.0.0.1:8100"
