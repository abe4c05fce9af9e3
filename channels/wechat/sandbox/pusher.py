"""Pushes to the gateway: signed, AES-encrypted when the account has a key, up to three times in all."""

import asyncio
import hashlib
import secrets
import time
from dataclasses import dataclass
from xml.sax.saxutils import escape

import httpx
import xmltodict
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import WeChatException

from channels.wechat.sandbox.model import Push, Shown, User
from channels.wechat.sandbox.platform import MAX_TEXT_BYTES, Platform

PUSHES_IN_ALL = 3
ANSWER_WITHIN_S = 5.0
FAULT_NOTICE = "该公众号提供的服务出现故障，请稍后再试"
ACCOUNT_ID = "gh_sandbox000000"


class InvalidAnswer(ValueError):
    """Neither ``success``, nor an empty body, nor a passive reply that can be read."""


@dataclass(frozen=True, slots=True)
class PassiveText:
    """The text of a passive reply; empty for ``success``."""

    text: str = ""


class Pusher:
    """Pushes one message and shows on the user's phone what comes back."""

    def __init__(self, platform: Platform, gateway: str, *, answer_within_s: float = ANSWER_WITHIN_S) -> None:
        self.platform = platform
        self.gateway = gateway
        self.answer_within_s = answer_within_s
        keys = platform.credentials
        self._crypto = WeChatCrypto(keys.token, keys.aes_key, keys.app_id) if keys.aes_key else None

    def query(self, *, timestamp: int | None = None, nonce: str | None = None) -> dict[str, str]:
        """A fresh signature over the account's token."""
        stamp = str(int(time.time()) if timestamp is None else timestamp)
        nonce = nonce or str(secrets.randbelow(10**10))
        parts = sorted((self.platform.credentials.token, stamp, nonce))
        # WeChat's own choice of hash.
        signature = hashlib.sha1("".join(parts).encode(), usedforsecurity=False).hexdigest()
        return {"signature": signature, "timestamp": stamp, "nonce": nonce}

    def signed(self, xml: str, openid: str) -> tuple[dict[str, str], bytes]:
        """Query and body of a push, as WeChat makes them."""
        query = self.query() | {"openid": openid}
        if self._crypto is None:
            return query, xml.encode()
        sealed = xmltodict.parse(self._crypto.encrypt_message(xml, query["nonce"], query["timestamp"]))["xml"]
        body = f"<xml><ToUserName>{ACCOUNT_ID}</ToUserName><Encrypt><![CDATA[{sealed['Encrypt']}]]></Encrypt></xml>"
        query |= {"encrypt_type": "aes", "msg_signature": sealed["MsgSignature"]}
        return query, body.encode()

    def xml(self, user: User, fields: dict[str, str]) -> str:
        """The message of ``user`` as WeChat writes it."""
        head = {"ToUserName": ACCOUNT_ID, "FromUserName": user.openid, "CreateTime": str(int(time.time()))}
        tags = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in (head | fields).items())
        return f"<xml>{tags}</xml>"

    async def push(self, user: User, fields: dict[str, str]) -> list[Push]:
        """Push until something valid comes back, three times at most; returns the tries."""
        xml = self.xml(user, fields)
        key = fields.get("MsgId") or fields.get("Event", "")
        tries = []
        for attempt in range(1, PUSHES_IN_ALL + 1):
            push = Push(key=key, attempt=attempt)
            self.platform.pushes.append(push)
            tries.append(push)
            if await self._try(user, xml, push):
                return tries
            if attempt < PUSHES_IN_ALL:
                await asyncio.sleep(max(0.0, self.answer_within_s - push.seconds))
        user.show(Shown.FAULT, FAULT_NOTICE, at=self.platform.clock())
        return tries

    async def _try(self, user: User, xml: str, push: Push) -> bool:
        query, body = self.signed(xml, user.openid)
        started = time.monotonic()
        try:
            # One deadline for the whole answer, as the platform counts, and not one for each read.
            client = httpx.AsyncClient(timeout=None, trust_env=False)  # nosec B113  # noqa: S113
            async with asyncio.timeout(self.answer_within_s), client as http:
                response = await http.post(
                    self.gateway, params=query, content=body, headers={"content-type": "text/xml"}
                )
            push.status = response.status_code
            passive = self.read(response)
        except TimeoutError:
            push.outcome = "timeout"
        except httpx.HTTPError as error:
            push.outcome = type(error).__name__
        except InvalidAnswer as error:
            push.outcome = f"invalid: {error}"
        else:
            push.outcome = "passive" if passive.text else "success"
            if passive.text:
                user.show(Shown.PASSIVE, passive.text, at=self.platform.clock())
        push.seconds = round(time.monotonic() - started, 3)
        return push.outcome in {"passive", "success"}

    def read(self, response: httpx.Response) -> PassiveText:
        """What the gateway answered; raises :class:`InvalidAnswer`."""
        if response.status_code != httpx.codes.OK:
            raise InvalidAnswer(f"HTTP {response.status_code}")
        body = response.text
        if body in {"", "success"}:
            return PassiveText()
        try:
            fields = xmltodict.parse(body)["xml"]
            if self._crypto is not None:
                plain = self._crypto.decrypt_message(body, fields["MsgSignature"], fields["TimeStamp"], fields["Nonce"])
                fields = xmltodict.parse(plain, strip_whitespace=False)["xml"]
            else:
                fields = xmltodict.parse(body, strip_whitespace=False)["xml"]
            text = str(fields["Content"] or "")
            known = fields["FromUserName"] == ACCOUNT_ID and fields["ToUserName"] in self.platform.users
        except (WeChatException, ValueError, KeyError, TypeError, xmltodict.expat.ExpatError) as error:
            raise InvalidAnswer(type(error).__name__) from None
        if not known:
            raise InvalidAnswer("wrong names")
        if len(text.encode()) > MAX_TEXT_BYTES:
            raise InvalidAnswer("too long")
        return PassiveText(text)
