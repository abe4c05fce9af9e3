"""What the stand-in platform knows: users, what their phones show, what was pushed."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Shown(StrEnum):
    """Whose bubble it is on the phone, and which way it came."""

    USER = "user"
    PASSIVE = "passive"
    CUSTOMER_SERVICE = "customer_service"
    SUBSCRIPTION = "subscription"
    FAULT = "fault"


@dataclass(slots=True)
class Bubble:
    """One line on a phone. ``at`` is in seconds of the platform's clock."""

    number: int
    shown: Shown
    text: str
    at: float
    media_id: str = ""


@dataclass(slots=True)
class Quota:
    """Customer-service messages left until ``ends_at``."""

    left: int = 0
    ends_at: float = 0.0


@dataclass(slots=True)
class User:
    """One WeChat user with a phone of their own."""

    openid: str
    name: str
    follows: bool = True
    bubbles: list[Bubble] = field(default_factory=list)
    message_quota: Quota = field(default_factory=Quota)
    action_quota: Quota = field(default_factory=Quota)

    def show(self, shown: Shown, text: str, *, at: float, media_id: str = "") -> Bubble:
        bubble = Bubble(number=len(self.bubbles) + 1, shown=shown, text=text, at=at, media_id=media_id)
        self.bubbles.append(bubble)
        return bubble

    def texts(self, *ways: Shown) -> list[str]:
        """Texts on the phone that came by these ways, oldest first."""
        return [bubble.text for bubble in self.bubbles if bubble.shown in ways]


@dataclass(slots=True)
class StoredMedia:
    """A file on the platform; ``made_at`` in seconds: it is good for 3 days."""

    media_id: str
    kind: str
    content_type: str
    name: str
    data: bytes = field(repr=False)
    made_at: float = 0.0


@dataclass(slots=True)
class Push:
    """One try of pushing one message to the gateway, and what came of it."""

    key: str
    attempt: int
    status: int = 0
    outcome: str = ""
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(slots=True)
class Call:
    """One call of the platform's API by the gateway or the worker."""

    path: str
    errcode: int
    at: float
