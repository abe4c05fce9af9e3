"""How fast one browser may write: a bucket that refills."""

import time
from collections.abc import Callable

# How many senders are known before idle ones are forgotten.
FORGET_AT = 1024


class Pace:
    """A token bucket: ``burst`` at once, then ``per_second`` in the long run."""

    def __init__(self, *, burst: float, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst = burst
        self._per_second = per_second
        self._clock = clock
        self._left = burst
        self._at = clock()

    def wait(self) -> float:
        """Take one; 0 when there was one to take, else the seconds until there will be."""
        now = self._clock()
        self._left = min(self._burst, self._left + (now - self._at) * self._per_second)
        self._at = now
        if self._left >= 1:
            self._left -= 1
            return 0.0
        return (1 - self._left) / self._per_second

    @property
    def full(self) -> bool:
        """Whether nothing was taken lately: such a bucket may be forgotten."""
        return self._left + (self._clock() - self._at) * self._per_second >= self._burst


class Paces:
    """A bucket per sender, so that opening more connections gains nothing."""

    def __init__(self, *, burst: float, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst = burst
        self._per_second = per_second
        self._clock = clock
        self._of: dict[str, Pace] = {}
        self._forget_at = FORGET_AT

    def wait(self, sender: str) -> float:
        """As :meth:`Pace.wait`, from this sender's own bucket."""
        if len(self._of) >= self._forget_at:
            self._of = {known: pace for known, pace in self._of.items() if not pace.full}
            self._forget_at = max(FORGET_AT, 2 * len(self._of))
        pace = self._of.get(sender)
        if pace is None:
            pace = self._of[sender] = Pace(burst=self._burst, per_second=self._per_second, clock=self._clock)
        return pace.wait()
