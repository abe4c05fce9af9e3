"""One access token for all: refreshed once, whoever asks."""

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from channels.wechat.errors import TokenRefused, TokenUnavailable
from records.database import session_scope, utc_now
from records.tokens import WechatToken
from records.vault import get_vault
from tests.wechat_house import House, open_house


@pytest.fixture
def house(database: None) -> Iterator[House]:
    with open_house() as opened:
        yield opened


def test_many_callers_refresh_once(house: House) -> None:
    clients = [house.another_client() for _ in range(4)]
    with ThreadPoolExecutor(16) as pool:
        tokens = set(pool.map(lambda number: clients[number % 4]._tokens.current().value, range(32)))
    assert len(tokens) == 1
    assert house.platform.tokens_issued == 1


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
def test_a_refused_token_is_renewed_once_and_the_call_repeated_once(house: House, errcode: int) -> None:
    user = house.user()
    house.platform.opened_by_message(user)
    house.client.send_text(user.openid, "一")
    house.platform.set_faults("custom", [errcode])
    house.client.send_text(user.openid, "二")
    assert house.platform.tokens_issued == 2
    house.platform.set_faults("custom", [errcode, errcode])
    with pytest.raises(TokenRefused):
        house.client.send_text(user.openid, "三")
    assert house.platform.tokens_issued == 3
    assert house.received(user) == ["一", "二"]


def test_many_callers_with_the_same_refused_token_refresh_once(house: House) -> None:
    users = [house.user(str(number)) for number in range(8)]
    for user in users:
        house.platform.opened_by_message(user)
    house.client.send_text(users[0].openid, "一")
    house.platform.drop_token()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda user: house.client.send_text(user.openid, "二"), users))
    assert house.platform.tokens_issued == 2


def test_an_expired_token_is_replaced(database: None) -> None:
    with open_house(token_life_s=0.5) as house:
        user = house.user()
        house.platform.opened_by_message(user)
        house.client.send_text(user.openid, "一")
        house.platform._token_ends_at = 0
        house.client.send_text(user.openid, "二")
        assert house.platform.tokens_issued == 2


def test_two_processes_share_one_token(house: House) -> None:
    program = textwrap.dedent(
        f"""
        from concurrent.futures import ThreadPoolExecutor
        from channels.wechat.account import WeChatAccount
        from channels.wechat.client import WeChatClient
        from records.vault import get_vault

        account = WeChatAccount(
            token="", app_id="{house.account.app_id}", secret="secret-1", api_base="{house.sandbox}"
        )
        client = WeChatClient(account, get_vault())
        with ThreadPoolExecutor(8) as pool:
            print(*set(pool.map(lambda _: client._tokens.current().value, range(16))))
        """
    )
    get_vault()  # the key is there before two processes make it
    running = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    found = {process.communicate(timeout=60)[0].strip() for process in running}
    assert [process.returncode for process in running] == [0, 0]
    assert len(found) == 1
    assert house.platform.tokens_issued == 1


def test_the_token_is_sealed_in_the_database(house: House) -> None:
    token = house.client._tokens.current().value
    with session_scope() as session:
        row = session.query(WechatToken).one()
        assert row.value is not None
        assert token.encode() not in row.value
        assert (row.refresher != "", row.refreshing_until) == (True, None)


def test_a_wrong_secret_is_said_and_the_next_try_may_work(house: House) -> None:
    wrong = house.another_client(secret="geheim-2")
    with pytest.raises(TokenUnavailable) as caught:
        wrong.send_text("o", "一")
    assert caught.value.code == "40125"
    assert "geheim-2" not in str(caught.value)
    assert house.client._tokens.current().value


def test_a_process_that_died_while_refreshing_is_overtaken(house: House) -> None:
    with session_scope() as session:
        session.add(
            WechatToken(
                name=f"access_token:{house.account.app_id}",
                version=0,
                refresher="dead",
                refreshing_until=utc_now() + timedelta(seconds=0.5),
            )
        )
    assert house.client._tokens.current().value


def test_a_token_sealed_under_another_key_is_replaced(house: House) -> None:
    house.client._tokens.current()
    with session_scope() as session:
        session.query(WechatToken).update({"value": b"damaged"})
    assert house.client._tokens.current().value
    assert house.platform.tokens_issued == 2
