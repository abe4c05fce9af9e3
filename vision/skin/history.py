"""What triage asked about a lesion, as numbers for the phone network; what nobody knows is zero everywhere."""

from typing import Any, Protocol

import numpy as np

SITES = (
    "abdomen", "arm", "back", "chest", "ear", "face", "foot", "forearm", "hand", "lip", "neck", "nose", "scalp",
    "thigh",
)  # fmt: skip
"""Where lesions of PAD-UFES-20 are, in its own division of the body."""
ASKED = ("itch", "grew", "hurt", "changed", "bleed", "elevation")
_MIDDLE_AGE, _AGE_UNIT = 58.0, 16.0


class Told(Protocol):
    """The fields of :class:`vision.skin.network.History`."""

    age_years: float | None
    site: str | None


LENGTH = 3 + len(SITES) + len(ASKED)


def encode(history: Told | None) -> Any:
    """float32, (LENGTH,): whether the age is known, the age and its square in units of about 16 years from 58; one for
    the site; 1, -1 or 0 (unknown) for each question. A site that is not in SITES counts as unknown."""
    values = np.zeros(LENGTH, np.float32)
    if history is None:
        return values
    if history.age_years is not None:
        age = (min(max(history.age_years, 0.0), 110.0) - _MIDDLE_AGE) / _AGE_UNIT
        values[:3] = 1.0, age, age * age
    if history.site in SITES:
        values[3 + SITES.index(history.site)] = 1.0
    for place, name in enumerate(ASKED, 3 + len(SITES)):
        answer = getattr(history, name)
        if answer is not None:
            values[place] = 1.0 if answer else -1.0
    return values
