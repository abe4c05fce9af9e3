import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy import parse_message

from channels.wechat.account import WeChatAccount
from channels.wechat.envelope import MalformedXml, open_envelope, seal_reply
from channels.wechat.parsing import parse
from channels.wechat.passive import render_passive
from channels.wechat.signature import PushQuery, PushRefused, sign

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFA"
ACCOUNT = WeChatAccount(token="token", app_id="wx1", secret="s", aes_key=AES_KEY)

BILLION_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]><xml><FromUserName>o1</FromUserName><Content>&c;</Content></xml>"""
EXTERNAL = (
    b"""<?xml version="1.0"?><!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml><FromUserName>o1</FromUserName></xml>"""
)
ENTITY_FILE = b"""<!DOCTYPE xml [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><FromUserName>&f;</FromUserName></xml>"""


def xml(inner: str, *, sender: str = "<FromUserName>o1</FromUserName>", created: str = "1795334400") -> bytes:
    return f"<xml><ToUserName>gh_1</ToUserName>{sender}<CreateTime>{created}</CreateTime>{inner}</xml>".encode()


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<MsgType>text</MsgType><Content>头疼</Content><MsgId>7</MsgId>", ("text", "头疼", "", "", "")),
        ("<MsgType>text</MsgType><Content/><MsgId>7</MsgId>", ("text", "", "", "", "")),  # empty
        ("<MsgType>image</MsgType><MediaId>m1</MediaId><MsgId>7</MsgId>", ("image", "", "", "", "m1")),
        (
            "<MsgType>voice</MsgType><MediaId>m1</MediaId><Recognition>头疼。</Recognition>",
            ("voice", "头疼。", "", "", "m1"),
        ),
        ("<MsgType>voice</MsgType><MediaId>m1</MediaId><Recognition/>", ("voice", "", "", "", "m1")),
        ("<MsgType>video</MsgType><MediaId>m1</MediaId>", ("video", "", "", "", "m1")),
        ("<MsgType>shortvideo</MsgType><MediaId>m1</MediaId>", ("video", "", "", "", "m1")),
        ("<MsgType>file</MsgType><MediaId>m1</MediaId>", ("file", "", "", "", "m1")),
        ("<MsgType>image</MsgType>", ("unknown", "", "", "", "")),  # a photo without its id
        ("<MsgType>location</MsgType><Label>东门</Label>", ("location", "东门", "", "", "")),
        ("<MsgType>link</MsgType><Title>t</Title><Url>http://x</Url>", ("link", "t\nhttp://x", "", "", "")),
        ("<MsgType>event</MsgType><Event>subscribe</Event><EventKey/>", ("event", "", "", "subscribe", "")),
        (
            "<MsgType>event</MsgType><Event>subscribe</Event><EventKey>qrscene_7</EventKey>",
            ("event", "", "7", "subscribe", ""),
        ),
        ("<MsgType>event</MsgType><Event>unsubscribe</Event>", ("event", "", "", "unsubscribe", "")),
        ("<MsgType>event</MsgType><Event>SCAN</Event><EventKey>7</EventKey>", ("event", "", "7", "scan", "")),
        (
            "<MsgType>event</MsgType><Event>CLICK</Event><EventKey>我要挂号</EventKey>",
            ("event", "我要挂号", "我要挂号", "click", ""),
        ),
        (
            "<MsgType>event</MsgType><Event>VIEW</Event><EventKey>http://x</EventKey>",
            ("event", "", "http://x", "view", ""),
        ),
        ("<MsgType>event</MsgType><Event>LOCATION</Event><Latitude>1</Latitude>", ("event", "", "", "location", "")),
        (
            "<MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event>",
            ("event", "", "", "templatesendjobfinish", ""),
        ),
        ("<MsgType>hologram</MsgType><MsgId>7</MsgId>", ("unknown", "", "", "", "")),  # a type of tomorrow
        ("", ("unknown", "", "", "", "")),  # no type
        ("<MsgType/>", ("unknown", "", "", "", "")),
        ("<MsgType><a>text</a></MsgType>", ("unknown", "", "", "", "")),  # not text
        ("<MsgType>text</MsgType><MsgType>image</MsgType>", ("unknown", "", "", "", "")),  # twice
        ("<MsgType>text</MsgType><Content><b>x</b></Content>", ("text", "", "", "", "")),  # content is not text
    ],
)
def test_types(inner: str, expected: tuple[str, ...]) -> None:
    inbound = parse(xml(inner), now=NOW).inbound
    found = (inbound.kind, inbound.text, inbound.payload, inbound.event, inbound.platform_media_id)
    assert found == expected
    assert inbound.sender == "o1"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"<xml><FromUserName>o1",  # cut off
        b"<json>1</json>",  # another root
        b"<xml>just text</xml>",
        xml("<MsgType>text</MsgType>", sender=""),  # nobody
        xml("", sender=f"<FromUserName>{'o' * 65}</FromUserName>"),
        b"\xff\xfe<xml/>",
        b"<xml>\x00</xml>",
        b"<xml>" + b"<a>" * 50 + b"</a>" * 50 + b"</xml>",
        '<?xml version="1.0" encoding="gbk"?><xml><FromUserName>甲</FromUserName></xml>'.encode("gbk"),
        BILLION_LAUGHS,
        EXTERNAL,
        ENTITY_FILE,
    ],
)
def test_malformed(body: bytes) -> None:
    with pytest.raises(MalformedXml) as caught:
        parse(body, now=NOW)
    assert "passwd" not in str(caught.value)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for data in (body, b"<xml><FromUserName>o1</FromUserName>" + body + b"</xml>"):
        with contextlib.suppress(MalformedXml):
            parse(data, now=NOW)


def test_a_resend_has_the_same_key_and_another_message_has_not() -> None:
    def key(inner: str, **rest: str) -> str:
        return parse(xml(inner, **rest), now=NOW).inbound.dedupe_key

    text = "<MsgType>text</MsgType><Content>a</Content><MsgId>{}</MsgId>"
    event = "<MsgType>event</MsgType><Event>{}</Event>"
    assert key(text.format(7)) == key(text.format(7)) == "msg:7"
    assert key(text.format(7)) != key(text.format(8))
    assert key(event.format("CLICK")) == key(event.format("CLICK"))
    assert len({key(event.format("CLICK")), key(event.format("SCAN")), key(event.format("SCAN"), created="1")}) == 3
    assert key(event.format("SCAN")) != key(event.format("SCAN"), sender="<FromUserName>o2</FromUserName>")
    assert "o1" not in key(event.format("SCAN"))
    long = key("<MsgType>text</MsgType><MsgId>" + "9" * 500 + "</MsgId>")
    assert long.startswith("body:")
    assert len(key(event.format("E" * 5000))) <= 128


def sealed(text: str, account: WeChatAccount = ACCOUNT) -> tuple[PushQuery, bytes]:
    body = seal_reply(account, text, timestamp=1)
    cipher = body.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
    signature = sign(account.token, "1", "n", cipher)
    return PushQuery(timestamp="1", nonce="n", msg_signature=signature, encrypt_type="aes"), body.encode()


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=400))
def test_aes_round_trip(text: str) -> None:
    query, body = sealed(text)
    assert open_envelope(ACCOUNT, query, body).decode() == text


def test_envelopes_that_are_refused() -> None:
    query, body = sealed("<xml/>")
    other = WeChatAccount(token="token", app_id="wx2", secret="s", aes_key=AES_KEY)
    bad_cipher = b"<xml><Encrypt>AAAA</Encrypt></xml>"
    signed_bad = PushQuery(timestamp="1", nonce="n", msg_signature=sign("token", "1", "n", "AAAA"), encrypt_type="aes")
    for account, asked, data in (
        (other, query, body),  # encrypted for another account
        (ACCOUNT, PushQuery(timestamp="1", nonce="n"), b"<xml/>"),  # plain in AES mode
        (ACCOUNT, PushQuery(timestamp="1", nonce="n", encrypt_type="aes"), body),  # no msg_signature
        (ACCOUNT, PushQuery(timestamp="2", nonce="n", msg_signature=query.msg_signature, encrypt_type="aes"), body),
        (ACCOUNT, query, b"<xml><ToUserName>x</ToUserName></xml>"),  # no ciphertext
        (ACCOUNT, signed_bad, bad_cipher),  # well signed, not a ciphertext
    ):
        with pytest.raises(PushRefused):
            open_envelope(account, asked, data)


@given(st.text(alphabet=st.characters(min_codepoint=32, codec="utf-8"), min_size=1, max_size=200))
def test_a_passive_reply_says_exactly_the_text(text: str) -> None:
    plain = WeChatAccount(token="t", app_id="a", secret="s")
    parsed = parse(xml("<MsgType>text</MsgType><MsgId>7</MsgId>"), now=NOW)
    message = parse_message(render_passive(plain, parsed, f"[{text}]]>]", now=NOW))
    assert message.content == f"[{text}]]>]"
    assert (message.source, message.target) == ("gh_1", "o1")
