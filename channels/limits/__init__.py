"""How often somebody may do something: in this process by default, over all gateways with Redis.

A limit slows floods and guessing down; it is never what keeps a patient from help. When Redis is away, each process
counts for itself, and nobody is turned away because of it.
"""

from channels.limits.limiter import InProcess, Limiter, Rate
from channels.limits.shared import Shared
from settings import Settings


def limiter_for(settings: Settings) -> Limiter:
    """As the settings say: shared through Redis, or in this process."""
    url = settings.redis_url.get_secret_value()
    return Shared(url) if url else InProcess()


__all__ = ["InProcess", "Limiter", "Rate", "Shared", "limiter_for"]
