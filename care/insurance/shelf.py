"""The policies of this installation: every version, and which one holds on a day."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import yaml

from care.insurance.policy import Policy
from settings import get_settings

SAMPLES = Path(__file__).parent / "policies"


class NoPolicy(LookupError):
    """No policy holds on that day."""


class PoliciesOverlap(ValueError):
    """Two versions of one area hold on the same day."""


def load(folder: Path) -> tuple[Policy, ...]:
    """Every policy of a folder (``*.yaml``), oldest first.

    Raises ``pydantic.ValidationError`` for a file that is wrong, :class:`PoliciesOverlap`, and :class:`NoPolicy` for
    an empty folder: better no start than wrong sums.
    """
    found = [Policy.model_validate(yaml.safe_load(file.read_text("utf-8"))) for file in sorted(folder.glob("*.yaml"))]
    if not found:
        raise NoPolicy(f"no *.yaml in {folder.name}")
    found.sort(key=lambda policy: policy.valid_from)
    for earlier, later in pairwise(found):
        if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
            raise PoliciesOverlap(f"{earlier.id} and {later.id}")
    return tuple(found)


@lru_cache(maxsize=1)
def policies() -> tuple[Policy, ...]:
    """The installation's policies, read once: the hospital's own folder, else the samples."""
    return load(get_settings().insurance_policies or SAMPLES)


def policy_on(day: date, among: Sequence[Policy] | None = None) -> Policy:
    """The version that holds on ``day``; raises :class:`NoPolicy` where none does, never a neighbouring version."""
    for policy in policies() if among is None else among:
        if policy.valid_on(day):
            return policy
    raise NoPolicy(day.isoformat())
