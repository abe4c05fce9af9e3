"""The interface of limits, and the one that counts in this process."""

from dataclasses import dataclass
from typing import Protocol

from channels.limits.pace import Paces


@dataclass(frozen=True, slots=True)
class Rate:
    """A token bucket's size and how fast it refills; ``name`` keeps one kind of doing apart from another."""

    name: str
    burst: float
    per_second: float


class Limiter(Protocol):
    """Counts who does what how often."""

    async def wait(self, rate: Rate, who: str) -> float:
        """Take one of ``who``'s; 0 when there was one to take, else the seconds until there will be."""
        ...

    async def close(self) -> None: ...


class InProcess:
    """A bucket for each rate and each who, gone with the process."""

    def __init__(self) -> None:
        self._paces: dict[str, Paces] = {}

    async def wait(self, rate: Rate, who: str) -> float:
        """See :class:`Limiter`."""
        paces = self._paces.get(rate.name)
        if paces is None:
            paces = self._paces[rate.name] = Paces(burst=rate.burst, per_second=rate.per_second)
        return paces.wait(who)

    async def close(self) -> None:
        """Nothing is open."""
