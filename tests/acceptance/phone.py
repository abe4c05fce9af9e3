"""A patient on WeChat, as a script: what the phone sends is pushed to the house, what comes back is on the phone."""

import time
from dataclasses import dataclass, replace

import httpx

from channels.wechat.sandbox.model import Shown, User
from channels.wechat.sandbox.platform import Platform

ANSWER_WITHIN_S = 45.0
ARRIVED = (Shown.PASSIVE, Shown.CUSTOMER_SERVICE, Shown.SUBSCRIPTION)


@dataclass(frozen=True, slots=True)
class Phone:
    """One user's phone; ``address`` is the stand-in platform's. ``since``: how many texts are of no interest."""

    user: User
    address: str
    since: int = 0

    @property
    def openid(self) -> str:
        return self.user.openid

    def says(self, text: str) -> list[str]:
        """Type ``text``; returns what arrived after it."""
        before = len(self.arrived())
        self.sends(text)
        return self.wait_for(before + 1)[before:]

    def sends(self, text: str) -> None:
        """Type ``text`` without waiting for anything."""
        self._post("text", json={"text": text})

    def sends_photo(self, photo: bytes) -> list[str]:
        """Send a photo; returns the first answer."""
        before = len(self.arrived())
        self._post("media", data={"kind": "image"}, files={"file": ("a.jpg", photo, "image/jpeg")})
        return self.wait_for(before + 1)[before:]

    def arrived(self) -> list[str]:
        """Every text that came to this phone, oldest first."""
        return self.user.texts(*ARRIVED)[self.since :]

    def agreed(self) -> "Phone":
        """The same phone after its user has agreed to talk about health and to send photos."""
        for words in ("我的授权", "同意健康咨询", "我的授权", "同意照片、视频和报告"):
            self.says(words)
        return replace(self, since=self.since + len(self.arrived()))

    def wait_for(self, number: int, *, timeout_s: float = ANSWER_WITHIN_S) -> list[str]:
        """Wait until ``number`` texts have come; returns all."""
        deadline = time.monotonic() + timeout_s
        while len(self.arrived()) < number:
            assert time.monotonic() < deadline, f"nothing came: {[bubble.text for bubble in self.user.bubbles]}"
            time.sleep(0.05)
        return self.arrived()

    def _post(self, what: str, **sent: object) -> None:
        answer = httpx.post(f"{self.address}/phone/users/{self.openid}/{what}", trust_env=False, **sent)  # type: ignore[arg-type]
        answer.raise_for_status()


@dataclass(frozen=True, slots=True)
class WeChatWorld:
    """The stand-in platform and where it pushes to."""

    platform: Platform
    address: str
    gateway_port: int

    def phone(self, name: str = "小林") -> Phone:
        """A new user who follows the account."""
        return Phone(user=self.platform.add_user(name), address=self.address)
