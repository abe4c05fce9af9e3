"""What every request passes before it reaches a channel or the console, and every answer on its way out.

From the outside in: who is asking (``addresses``), headers of every answer (``headers``), how often (``limits``), how
much and how slowly (``bodies``).
"""

from starlette.types import ASGIApp

from channels.limits import Limiter
from gateway.fences.addresses import ClientAddress
from gateway.fences.bodies import BodyFence
from gateway.fences.headers import SecurityHeaders
from gateway.fences.limits import RateFence
from settings import Settings


def fenced(app: ASGIApp, *, settings: Settings, limiter: Limiter) -> ASGIApp:
    """``app`` behind every fence."""
    app = BodyFence(app, settings=settings)
    app = RateFence(app, limiter=limiter)
    app = SecurityHeaders(app, https=settings.base_url.startswith("https://"))
    return ClientAddress(app, trusted=settings.trusted_proxies)


__all__ = ["fenced"]
