"""A message from outside, the same for every channel."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path


class Channel(StrEnum):
    WECHAT = "wechat"
    WEB = "web"


class Kind(StrEnum):
    TEXT = "text"
    CHOICE = "choice"  # a quick reply or a card's button; ``payload`` says which
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"
    LOCATION = "location"
    LINK = "link"
    EVENT = "event"  # subscribe, menu click, ...; ``event`` names it
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes that came with a message and lie in a private temporary file until they are stored encrypted."""

    path: Path
    claimed_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message as a channel parsed it. ``text`` is raw: only ``turn`` may read it, to mask it first.

    ``dedupe_key`` is the same for every resend of one message, and differs between messages of one sender.
    ``platform_media_id`` names media that the platform still holds (WeChat keeps them for 3 days).
    """

    channel: Channel
    sender: str = field(repr=False)
    dedupe_key: str
    kind: Kind
    received_at: datetime
    text: str = field(default="", repr=False)
    payload: str = ""
    event: str = ""
    platform_media_id: str = field(default="", repr=False)
    upload: Upload | None = None
