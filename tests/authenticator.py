"""A person's device with its codes, as an authenticator application on a telephone has them."""

import time
from dataclasses import dataclass, field

import pyotp

STEP_S = 30
TYPED_IN_S = 10
"""So long a code may take from the device to the house, on a busy machine."""


@dataclass
class Authenticator:
    """Shows a code that it has not shown before, as far as the house takes one: of now, or of the half minute after
    or before."""

    secret: str
    shown: set[int] = field(default_factory=set)

    def code(self) -> str:
        """Six digits. Three are good at one moment, in order, but for the oldest one's last seconds: too old
        when it arrives. Who has used them all waits for the next, as a person would."""
        while True:
            moment = time.time()
            now = int(moment) // STEP_S
            oldest = now - 1 if STEP_S - moment % STEP_S > TYPED_IN_S else now
            steps = [step for step in range(oldest, now + 2) if step > max(self.shown, default=0)]
            if steps:
                self.shown.add(steps[0])
                return pyotp.TOTP(self.secret).generate_otp(steps[0])
            time.sleep(STEP_S - moment % STEP_S)

    def as_if_later(self) -> None:
        """Half a minute has passed, for who has also made the house forget what it was shown."""
        self.shown.clear()
