"""WeChat's XML to an :class:`Inbound`."""

import hashlib
from datetime import UTC, datetime

from wechatpy import parse_message
from wechatpy.messages import BaseMessage, UnknownMessage

from channels.inbound import Channel, Inbound, Kind
from channels.wechat.envelope import MalformedXml, check_xml, fields_of

# The user did nothing that waits for an answer, or cannot read one.
SILENT_EVENTS = frozenset(
    {"unsubscribe", "view", "location", "templatesendjobfinish", "subscribe_msg_sent_event", "masssendjobfinish"}
)

# Customer service: 3 messages within 1 minute after a menu click, a follow or a scan.
ACTION_EVENTS = frozenset({"click", "subscribe", "scan", "scancode_push", "scancode_waitmsg"})

MAX_OPENID_CHARS = 64
MAX_MSG_ID_CHARS = 32
MAX_EVENT_CHARS = 48
MAX_KEY_CHARS = 128  # an EventKey, WeChat's own limit for a menu key

_MEDIA_KINDS = {
    "image": Kind.IMAGE,
    "voice": Kind.VOICE,
    "video": Kind.VIDEO,
    "shortvideo": Kind.VIDEO,
    "file": Kind.FILE,
}


class Parsed:
    """One push: the message for the turn, and what a passive reply needs of it."""

    __slots__ = ("created_at", "inbound", "message", "recipient")

    def __init__(self, *, message: BaseMessage, inbound: Inbound, recipient: str, created_at: datetime) -> None:
        self.message = message
        self.inbound = inbound
        self.recipient = recipient
        self.created_at = created_at


def parse(body: bytes, *, now: datetime) -> Parsed:
    """Read one plain XML message; raises :class:`MalformedXml` when it is none or names no sender.

    A missing or unknown ``MsgType`` gives ``Kind.UNKNOWN``: it is stored and answered kindly.
    """
    xml = check_xml(body)
    fields = fields_of(xml)
    sender = _text(fields, "FromUserName")
    if not sender or len(sender) > MAX_OPENID_CHARS:
        raise MalformedXml("no sender")
    message = _message(xml, fields)
    msg_type = _text(fields, "MsgType").lower()
    kind, text, payload, event, media_id = _content(message, msg_type, fields)
    inbound = Inbound(
        channel=Channel.WECHAT,
        sender=sender,
        dedupe_key=_dedupe_key(fields, sender, event, body),
        kind=kind,
        received_at=now,
        text=text,
        payload=payload,
        event=event,
        platform_media_id=media_id,
    )
    created_at = _created_at(fields, now)
    return Parsed(message=message, inbound=inbound, recipient=_text(fields, "ToUserName"), created_at=created_at)


def _message(xml: str, fields: dict[str, object]) -> BaseMessage:
    try:
        return parse_message(xml)
    except (KeyError, AttributeError, TypeError):
        # MsgType is missing, or is not text.
        return UnknownMessage(fields)


def _content(
    message: BaseMessage, msg_type: str, fields: dict[str, object]
) -> tuple[Kind, str, str, str, str]:  # kind, text, payload, event, media id
    media_id = _text(fields, "MediaId")
    match msg_type:
        case "text":
            return Kind.TEXT, _text(fields, "Content"), "", "", ""
        case "voice" if recognition := _text(fields, "Recognition"):
            # The account has recognition switched on: what was said is heard like a text.
            return Kind.VOICE, recognition, "", "", media_id
        case "image" | "voice" | "video" | "shortvideo" | "file" if media_id:
            return _MEDIA_KINDS[msg_type], "", "", "", media_id
        case "location":
            return Kind.LOCATION, _text(fields, "Label"), "", "", ""
        case "link":
            return Kind.LINK, "\n".join(filter(None, (_text(fields, "Title"), _text(fields, "Url")))), "", "", ""
        case "event":
            return _event(message, fields)
        case _:
            return Kind.UNKNOWN, "", "", "", ""


def _event(message: BaseMessage, fields: dict[str, object]) -> tuple[Kind, str, str, str, str]:
    # wechatpy tells "followed by scanning" apart; for us it is a follow whose key says what was scanned.
    name = _text(fields, "Event").lower()[:MAX_EVENT_CHARS]
    name = "subscribe" if getattr(message, "event", "") == "subscribe_scan" else name
    key = _text(fields, "EventKey").removeprefix("qrscene_")[:MAX_KEY_CHARS]
    # A menu key is a sentence that the hospital wrote into the menu ("我要挂号"): it is heard like one.
    return Kind.EVENT, key if name == "click" else "", key, name, ""


def _dedupe_key(fields: dict[str, object], sender: str, event: str, body: bytes) -> str:
    """Once only: by ``MsgId``; events by ``FromUserName + CreateTime + Event``. The sender goes in hashed."""
    msg_id = _text(fields, "MsgId")
    created = _text(fields, "CreateTime")[:MAX_MSG_ID_CHARS]
    if event and created:
        return f"event:{hashlib.sha256(sender.encode()).hexdigest()[:16]}:{created}:{event}"
    if msg_id and len(msg_id) <= MAX_MSG_ID_CHARS:
        return f"msg:{msg_id}"
    return f"body:{hashlib.sha256(body).hexdigest()}"


def _created_at(fields: dict[str, object], now: datetime) -> datetime:
    created = _text(fields, "CreateTime")
    if not (created.isascii() and created.isdigit() and len(created) <= len("9999999999")):
        return now
    return min(now, datetime.fromtimestamp(int(created), UTC))


def _text(fields: dict[str, object], name: str) -> str:
    value = fields.get(name)
    return value.strip() if isinstance(value, str) else ""
