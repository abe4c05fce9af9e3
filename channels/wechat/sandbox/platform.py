"""The platform's rules: tokens, quotas, media, faults on demand."""

import secrets
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from channels.wechat.sandbox.model import Bubble, Call, Push, Quota, Shown, StoredMedia, User

MESSAGE_QUOTA, MESSAGE_QUOTA_S = 5, 48 * 3600.0
ACTION_QUOTA, ACTION_QUOTA_S = 3, 60.0
MEDIA_LIFE_S = 3 * 24 * 3600.0
MAX_TEXT_BYTES = 2048
LOG_KEPT = 500
ANSWER_LOST = 504


class ApiFault(Exception):
    """The platform answers with this ``errcode``."""

    def __init__(self, errcode: int, errmsg: str) -> None:
        super().__init__(errcode, errmsg)
        self.errcode = errcode
        self.errmsg = errmsg


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the account's page would show; the gateway has the same values."""

    token: str = field(repr=False)
    app_id: str
    secret: str = field(repr=False)
    aes_key: str = field(default="", repr=False)
    template_id: str = ""


class Platform:
    """All of the platform's state, in memory; safe between the threads that a test uses.

    ``clock`` gives seconds since the epoch; a test may move it.
    """

    def __init__(
        self, credentials: Credentials, *, token_life_s: float = 7200.0, clock: Callable[[], float] = time.time
    ) -> None:
        self.credentials = credentials
        self.token_life_s = token_life_s
        self.clock = clock
        self.users: dict[str, User] = {}
        self.media: dict[str, StoredMedia] = {}
        self.pushes: deque[Push] = deque(maxlen=LOG_KEPT)
        self.calls: deque[Call] = deque(maxlen=LOG_KEPT)
        self.tokens_issued = 0
        self._token = ""
        self._token_ends_at = 0.0
        self._faults: dict[str, deque[int]] = {}
        self._lost: set[str] = set()
        self._lock = threading.RLock()
        self._last_msg_id = int(clock() * 1000) * 1000

    def add_user(self, name: str) -> User:
        """A new user, who follows the account already (no event is pushed)."""
        user = User(openid="o" + secrets.token_urlsafe(20)[:27].replace("-", "A").replace("_", "B"), name=name)
        self.users[user.openid] = user
        return user

    def next_msg_id(self) -> str:
        with self._lock:
            self._last_msg_id += 1
            return str(self._last_msg_id)

    def issue_token(self, app_id: str, secret: str) -> tuple[str, float]:
        """A new access token; the one before is invalid from now on."""
        with self._lock:
            self.take_fault("token")
            if app_id != self.credentials.app_id:
                raise ApiFault(40013, "invalid appid")
            if not secrets.compare_digest(secret.encode(), self.credentials.secret.encode()):
                raise ApiFault(40125, "invalid appsecret")
            self.tokens_issued += 1
            self._token = secrets.token_urlsafe(48)
            self._token_ends_at = self.clock() + self.token_life_s
            return self._token, self.token_life_s

    def check_token(self, token: str) -> None:
        with self._lock:
            if not token or token != self._token:
                raise ApiFault(40001, "invalid credential, access_token is invalid or not latest")
            if self.clock() >= self._token_ends_at:
                raise ApiFault(42001, "access_token expired")

    def drop_token(self) -> None:
        """Make the token that is out invalid, as when somebody else fetched one."""
        with self._lock:
            self._token = ""

    def set_faults(self, api: str, errcodes: list[int]) -> None:
        """The next calls of ``api`` (token, custom, subscribe, media) answer with these codes, one each.

        0 is no fault; 500 an error of the server; 504 does the work and loses the answer.
        """
        with self._lock:
            self._faults[api] = deque(errcodes)

    def take_fault(self, api: str) -> None:
        """Raise the fault that was asked for, if any is left."""
        with self._lock:
            if self._faults.get(api):
                errcode = self._faults[api].popleft()
                if errcode == ANSWER_LOST:
                    self._lost.add(api)
                elif errcode:
                    raise ApiFault(errcode, "asked for")

    def lose_answer(self, api: str) -> bool:
        """Whether the call is to be done and its answer lost on the way back, as was asked for."""
        with self._lock:
            lost = api in self._lost
            self._lost.discard(api)
            return lost

    def opened_by_message(self, user: User) -> None:
        user.message_quota = Quota(MESSAGE_QUOTA, self.clock() + MESSAGE_QUOTA_S)

    def opened_by_action(self, user: User) -> None:
        user.action_quota = Quota(ACTION_QUOTA, self.clock() + ACTION_QUOTA_S)

    def send_customer_text(self, openid: str, text: str) -> Bubble:
        """Show a customer-service text on the phone, if the quota allows."""
        with self._lock:
            self.take_fault("custom")
            user = self._user(openid)
            if not text:
                raise ApiFault(44004, "empty content")
            if len(text.encode()) > MAX_TEXT_BYTES:
                raise ApiFault(45002, "content size out of limit")
            open_quotas = [quota for quota in (user.action_quota, user.message_quota) if self.clock() < quota.ends_at]
            if not open_quotas or not user.follows:
                raise ApiFault(45015, "response out of time limit or subscription is canceled")
            quota = next((quota for quota in open_quotas if quota.left > 0), None)
            if quota is None:
                raise ApiFault(45047, "out of response count limit")
            quota.left -= 1
            return user.show(Shown.CUSTOMER_SERVICE, text, at=self.clock())

    def send_subscription(self, openid: str, template_id: str, data: dict[str, dict[str, str]]) -> Bubble:
        """Show a subscription message on the phone."""
        with self._lock:
            self.take_fault("subscribe")
            user = self._user(openid)
            if not template_id or template_id != self.credentials.template_id:
                raise ApiFault(40037, "invalid template_id")
            if not user.follows:
                raise ApiFault(43101, "user refuse to accept the msg")
            values = {name: str(part.get("value", "")) for name, part in data.items()}
            if not values or any(not value or len(value) > 20 for value in values.values()):  # noqa: PLR2004
                raise ApiFault(47003, "argument invalid")
            return user.show(Shown.SUBSCRIPTION, "\n".join(values.values()), at=self.clock())

    def keep_media(self, *, kind: str, content_type: str, name: str, data: bytes) -> StoredMedia:
        media = StoredMedia(secrets.token_urlsafe(32), kind, content_type, name, data, made_at=self.clock())
        with self._lock:
            self.media[media.media_id] = media
        return media

    def find_media(self, media_id: str) -> StoredMedia:
        self.take_fault("media")
        media = self.media.get(media_id)
        if media is None or self.clock() > media.made_at + MEDIA_LIFE_S:
            raise ApiFault(40007, "invalid media_id")
        return media

    def called(self, path: str, errcode: int) -> None:
        self.calls.append(Call(path=path, errcode=errcode, at=self.clock()))

    def outcomes(self) -> Counter[str]:
        """How pushes ended, by outcome."""
        return Counter(push.outcome for push in self.pushes)

    def _user(self, openid: str) -> User:
        try:
            return self.users[openid]
        except KeyError:
            raise ApiFault(40003, "invalid openid") from None
