"""How often one address, and one signed-in browser, may do what.

An address may be a waiting hall's: its limits are far above what a hall of people does, and below what a flood is.
"""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

import structlog
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from channels.limits import Limiter, Rate
from channels.web.sessions import COOKIE as PATIENT_COOKIE
from clinic.seat import COOKIE as STAFF_COOKIE
from gateway.fences.refusals import refuse

log = structlog.get_logger(__name__)


class By(StrEnum):
    ADDRESS = "address"
    PATIENT = "patient"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Rule:
    """Requests whose path begins with ``path`` (and, with ``method``, of that method alone)."""

    rate: Rate
    by: By
    path: str
    method: str = ""

    def covers(self, scope: Scope) -> bool:
        """Whether this request is one of them."""
        method = scope.get("method", "WEBSOCKET")
        return scope["path"].startswith(self.path) and self.method in {"", method}


RULES = (
    # Two or three steps a person; a shift of a ward may come at once from one address.
    Rule(Rate("sign-in", burst=60, per_second=0.4), By.ADDRESS, "/api/console/sign-in", "POST"),
    Rule(Rate("provider", burst=60, per_second=0.4), By.ADDRESS, "/api/console/oidc/"),
    Rule(Rate("step-up", burst=10, per_second=0.1), By.STAFF, "/api/console/step-up", "POST"),
    # Each credential has its own limit besides; this one is for who has none and tries.
    Rule(Rate("partners", burst=120, per_second=10), By.ADDRESS, "/api/partner/"),
    Rule(Rate("sessions", burst=200, per_second=2), By.ADDRESS, "/api/chat/session", "POST"),
    Rule(Rate("uploads-of-address", burst=100, per_second=2), By.ADDRESS, "/api/chat/media", "POST"),
    # After a restart everybody in the hall connects again at once.
    Rule(Rate("sockets", burst=20, per_second=0.5), By.PATIENT, "/api/chat/socket", "WEBSOCKET"),
    Rule(Rate("sockets-of-address", burst=600, per_second=20), By.ADDRESS, "/api/chat/socket", "WEBSOCKET"),
    Rule(Rate("chat", burst=120, per_second=10), By.PATIENT, "/api/chat/"),
    Rule(Rate("console", burst=240, per_second=20), By.STAFF, "/api/console/"),
    Rule(Rate("requests", burst=2000, per_second=200), By.ADDRESS, "/"),
)
# WeChat's servers speak for all of its users, and are known by their signature; health is asked by the supervisor.
FREE = ("/wechat", "/healthz")
_COOKIES = {By.PATIENT: PATIENT_COOKIE, By.STAFF: STAFF_COOKIE}


class RateFence:
    """Answers 429 with ``Retry-After`` to who is too fast."""

    def __init__(self, app: ASGIApp, *, limiter: Limiter) -> None:
        self._app = app
        self._limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"} and scope["path"] not in FREE:
            for rule in RULES:
                who = _who(rule.by, scope) if rule.covers(scope) else ""
                if who and (wait := await self._limiter.wait(rule.rate, who)):
                    log.info("too_fast", limit=rule.rate.name)
                    await refuse(scope, receive, send, status=429, code="wait", wait_s=wait)
                    return
        await self._app(scope, receive, send)


def _who(by: By, scope: Scope) -> str:
    """Whom the rule counts; empty when it is nobody, as without a session."""
    if by is By.ADDRESS:
        return str(scope["client"][0]) if scope.get("client") else ""
    token = HTTPConnection(scope).cookies.get(_COOKIES[by], "")
    return sha256(token.encode()).hexdigest() if token else ""
