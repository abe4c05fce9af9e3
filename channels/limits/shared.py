"""Limits that several gateways count together, in Redis."""

import time
from hashlib import sha256

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from channels.limits.limiter import InProcess, Rate

log = structlog.get_logger(__name__)

TIMEOUT_S = 0.5
# After a failure Redis is left alone for a while: no request waits for its timeout over and over.
AWAY_FOR_S = 5.0

# One step in Redis, so that two gateways never take the same token. Its own clock counts: theirs may differ.
TAKE = """
local now = redis.call('TIME')
now = tonumber(now[1]) + tonumber(now[2]) / 1000000
local burst, per_second = tonumber(ARGV[1]), tonumber(ARGV[2])
local kept = redis.call('HMGET', KEYS[1], 'left', 'at')
local left, at = tonumber(kept[1]) or burst, tonumber(kept[2]) or now
left = math.min(burst, left + math.max(0, now - at) * per_second)
local wait = 0
if left >= 1 then left = left - 1 else wait = (1 - left) / per_second end
redis.call('HSET', KEYS[1], 'left', tostring(left), 'at', tostring(now))
redis.call('EXPIRE', KEYS[1], math.ceil(burst / per_second) + 1)
return tostring(wait)
"""


class Shared:
    """A :class:`channels.limits.Limiter` on Redis; counts in this process while Redis is away.

    Redis learns digests only: who somebody is cannot be read from its keys by looking at them.
    """

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S)
        self._take = self._redis.register_script(TAKE)
        self._meanwhile = InProcess()
        self._away_until = 0.0

    async def wait(self, rate: Rate, who: str) -> float:
        """See :class:`channels.limits.Limiter`."""
        if time.monotonic() < self._away_until:
            return await self._meanwhile.wait(rate, who)
        key = f"xinglin:limit:{rate.name}:{sha256(who.encode()).hexdigest()[:32]}"
        try:
            return float(await self._take(keys=[key], args=[rate.burst, rate.per_second]))
        except (RedisError, OSError) as error:
            self._away_until = time.monotonic() + AWAY_FOR_S
            log.warning("limits_not_shared", error=type(error).__name__)
            return await self._meanwhile.wait(rate, who)

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()
