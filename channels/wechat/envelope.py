"""The AES envelope around messages and replies, and XML that cannot hurt."""

import binascii
import secrets
import struct
from xml.parsers import expat

import xmltodict
from wechatpy.crypto import PrpCrypto, WeChatCrypto
from wechatpy.exceptions import InvalidAppIdException

from channels.wechat.account import WeChatAccount
from channels.wechat.signature import PushQuery, PushRefused, same, sign

# WeChat's own XML is two levels deep, some events have four.
MAX_DEPTH = 8


class MalformedXml(ValueError):
    """This is not XML of the kind WeChat sends."""


class _Crypto(PrpCrypto):  # type: ignore[misc]
    """WeChat's AES-256-CBC; the random prefix stands for the IV, so it comes from the system's generator."""

    def get_random_string(self) -> str:
        return secrets.token_hex(8)


def check_xml(data: bytes) -> str:
    """The XML as text when it is harmless: UTF-8, no DTD, no entity of its own, not deep.

    A document type declaration is refused outright: without one, no entity can be declared and nothing is fetched.
    Raises :class:`MalformedXml`.
    """
    depth = 0

    def enter(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise MalformedXml("too deep")

    def leave(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_: object) -> None:
        raise MalformedXml("document type declaration")

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = enter
    parser.EndElementHandler = leave
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        text = data.decode("utf-8")
        parser.Parse(data, True)
    except (expat.ExpatError, UnicodeDecodeError, ValueError) as error:
        # Without its cause: an expat message may quote the document.
        raise MalformedXml("malformed") from (error if isinstance(error, MalformedXml) else None)
    return text


def fields_of(xml: str) -> dict[str, object]:
    """Children of the ``<xml>`` element by name; raises :class:`MalformedXml` when the root is another one."""
    root = (xmltodict.parse(xml) or {}).get("xml")
    if not isinstance(root, dict):
        raise MalformedXml("no <xml> element")
    return root


def open_envelope(account: WeChatAccount, query: PushQuery, body: bytes) -> bytes:
    """The plain XML inside an encrypted push; raises :class:`PushRefused` or :class:`MalformedXml`.

    ``msg_signature`` covers the ciphertext and is checked before anything is decrypted; the account's id inside the
    ciphertext must be ours.
    """
    if query.encrypt_type != "aes" or not query.msg_signature:
        raise PushRefused("plain message in AES mode")
    encrypted = fields_of(check_xml(body)).get("Encrypt")
    if not isinstance(encrypted, str) or not encrypted.isascii():
        raise PushRefused("no ciphertext")
    if not same(sign(account.token, query.timestamp, query.nonce, encrypted), query.msg_signature):
        raise PushRefused("msg_signature")
    crypto = WeChatCrypto(account.token, account.aes_key, account.app_id)
    try:
        text: str = _Crypto(crypto.key).decrypt(encrypted, account.app_id)
    except (ValueError, binascii.Error, struct.error, IndexError, InvalidAppIdException):
        raise PushRefused("ciphertext") from None
    return text.encode()


def seal_reply(account: WeChatAccount, xml: str, *, timestamp: int) -> str:
    """The reply as WeChat wants it: encrypted and signed in AES mode, as it is in plain mode."""
    if not account.aes_key:
        return xml
    crypto = WeChatCrypto(account.token, account.aes_key, account.app_id)
    return str(crypto._encrypt_message(xml, secrets.token_hex(8), str(timestamp), _Crypto))
