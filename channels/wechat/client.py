"""WeChat's API over HTTPS: customer-service and subscription messages, media. Safe to share between threads."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from channels.wechat.account import WeChatAccount
from channels.wechat.errors import (
    NotReached,
    NotSent,
    Refused,
    TokenRefused,
    TokenUnavailable,
    Unconfirmed,
    WeChatError,
    error_for,
)
from channels.wechat.tokens import AccessToken, AccessTokens
from records.vault import Vault

# httpx tells every address at INFO, and WeChat's addresses carry the secret and the token.
logging.getLogger("httpx").setLevel(logging.WARNING)

TIMEOUT = httpx.Timeout(15.0, connect=5.0)

# A "thing" of a subscription template: at most 20 characters.
NOTICE_CHARS = 20

T = TypeVar("T")


class WeChatClient:
    """One account's API. Every call uses the shared token; a refused one is renewed once and the call retried once."""

    def __init__(self, account: WeChatAccount, vault: Vault, *, timeout: httpx.Timeout = TIMEOUT) -> None:
        self._account = account
        # The hospital's proxy leads outside, and never to a stand-in on this machine.
        outside = urlsplit(account.api_base).hostname not in {"127.0.0.1", "localhost", "::1"}
        self._http = httpx.Client(base_url=account.api_base, timeout=timeout, follow_redirects=False, trust_env=outside)
        self._tokens = AccessTokens(app_id=account.app_id, vault=vault, fetch=self._fetch_token)

    @property
    def can_notify(self) -> bool:
        """Whether a subscription template is set."""
        return bool(self._account.template_id)

    def send_text(self, openid: str, text: str) -> None:
        """Send a customer-service text; returns only when WeChat said ``errcode`` 0, else raises WeChatError."""
        content = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        self.with_token(lambda token: self._post("/cgi-bin/message/custom/send", token, content))

    def send_notice(self, openid: str, notice: str) -> None:
        """Send the subscription message "there is a reply"; raises WeChatError when WeChat did not take it."""
        content = {
            "touser": openid,
            "template_id": self._account.template_id,
            "data": {"thing1": {"value": notice[:NOTICE_CHARS]}},
        }
        self.with_token(lambda token: self._post("/cgi-bin/message/subscribe/bizsend", token, content))

    def with_token(self, call: Callable[[AccessToken], T]) -> T:
        """Run ``call`` with the token; on 40001, 40014, 42001 renew it once and run once more."""
        token = self._tokens.current()
        try:
            return call(token)
        except TokenRefused:
            return call(self._tokens.renewed(token))

    @contextmanager
    def stream(self, url: str, params: dict[str, str] | None = None) -> Iterator[httpx.Response]:
        """GET without reading the body; network failures raise :class:`NotReached`."""
        try:
            with self._http.stream("GET", url, params=params) as response:
                yield response
        except httpx.TransportError as error:
            raise NotReached(type(error).__name__) from None

    def close(self) -> None:
        self._http.close()

    def _fetch_token(self) -> tuple[str, float]:
        query = {
            "grant_type": "client_credential",
            "appid": self._account.app_id,
            "secret": self._account.secret,
        }
        try:
            response = self._http.get("/cgi-bin/token", params=query)
        except httpx.TransportError as error:
            # Asking twice for a token does no harm.
            raise NotReached(type(error).__name__) from None
        try:
            body = checked(response)
        except WeChatError as error:
            # Wrong secret, address not on WeChat's list: the hospital mends it, and the messages wait until then.
            raise TokenUnavailable(error.code) from None
        token, life = body.get("access_token"), body.get("expires_in")
        if not isinstance(token, str) or not isinstance(life, int | float):
            raise TokenUnavailable("no access_token")
        return token, float(life)

    def _post(self, path: str, token: AccessToken, content: dict[str, Any]) -> None:
        try:
            response = self._http.post(path, params={"access_token": token.value}, json=content)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            raise NotReached(type(error).__name__) from None
        except httpx.TransportError as error:
            raise Unconfirmed(type(error).__name__) from None
        checked(response)


def checked(response: httpx.Response) -> dict[str, Any]:
    """The JSON of an answer with ``errcode`` 0 or none; raises the named error of any other."""
    if response.status_code == httpx.codes.GATEWAY_TIMEOUT:
        raise Unconfirmed("HTTP 504")
    if response.is_server_error:
        raise NotSent(f"HTTP {response.status_code}")
    if not response.is_success:
        raise Refused(f"HTTP {response.status_code}")
    try:
        body = response.json()
        errcode = int(body.get("errcode", 0))
    except (ValueError, AttributeError, TypeError):
        raise Unconfirmed("not JSON") from None
    if errcode:
        raise error_for(errcode)
    return dict(body)
