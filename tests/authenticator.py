"""A person's device with its codes, as an authenticator application on a telephone has them."""

import time
from dataclasses import dataclass, field

import pyotp

STEP_S = 30


@dataclass
class Authenticator:
    """Shows a code that it has not shown before, as far as the house takes one: of now, or of the half minute after
    or before."""

    secret: str
    shown: set[int] = field(default_factory=set)

    def code(self) -> str:
        """Six digits. Three are good at one moment, in order; then a person would wait half a minute."""
        now = int(time.time()) // STEP_S
        step = next(step for step in (now - 1, now, now + 1) if step > max(self.shown, default=0))
        self.shown.add(step)
        return pyotp.TOTP(self.secret).generate_otp(step)

    def as_if_later(self) -> None:
        """Half a minute has passed, for who has also made the house forget what it was shown."""
        self.shown.clear()
