"""The policies of this installation: every version, and which one holds on a day.

The files are the beginning; what was published at the console stands in place of the file of that name, or beside.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import structlog
import yaml
from pydantic import ValidationError

from care.insurance.policy import Policy
from care.published import InForce
from records.published import DocumentKind
from settings import get_settings

log = structlog.get_logger(__name__)

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
    return in_order(_files(folder).values())


def in_order(found: Iterable[Policy]) -> tuple[Policy, ...]:
    """Policies, oldest first; raises :class:`PoliciesOverlap` where two hold on one day or have one id."""
    ordered = sorted(found, key=lambda policy: policy.valid_from)
    for earlier, later in pairwise(ordered):
        if earlier.id == later.id or earlier.valid_to is None or earlier.valid_to >= later.valid_from:
            raise PoliciesOverlap(f"{earlier.id} and {later.id}")
    return tuple(ordered)


def file_texts() -> dict[str, str]:
    """The installation's own policies as they are written, by the name of their file without its ending."""
    folder = get_settings().insurance_policies or SAMPLES
    return {file.stem: file.read_text("utf-8") for file in sorted(folder.glob("*.yaml"))}


def policies() -> tuple[Policy, ...]:
    """The policies in force: the hospital's own folder, else the samples, and over them what was published."""
    return _in_force()


def _files(folder: Path) -> dict[str, Policy]:
    found = {file.stem: read_policy(file.read_text("utf-8")) for file in sorted(folder.glob("*.yaml"))}
    if not found:
        raise NoPolicy(f"no *.yaml in {folder.name}")
    return found


_read_files = lru_cache(maxsize=2)(_files)


def read_policy(text: str) -> Policy:
    """One policy as it is written; raises ``pydantic.ValidationError`` and ``yaml.YAMLError``."""
    return Policy.model_validate(yaml.safe_load(text))


def by_name(published: Mapping[str, str]) -> dict[str, Policy]:
    """Every policy by the name of its document: the files', and what was published in place of them or beside; what
    was published and cannot be read (any more) is left out."""
    found = dict(_read_files(get_settings().insurance_policies or SAMPLES))
    for name, text in published.items():
        found.pop(name, None)
        try:
            found[name] = read_policy(text)
        except (ValidationError, yaml.YAMLError):
            log.error("published_policy_unreadable", name=name)
    return found


def _built(published: Mapping[str, str]) -> tuple[Policy, ...]:
    # A published policy that a later release cannot read is left out with the file that it stands for: the patient is
    # told that nothing is written for the day and offered a person, which is better than an old sum.
    found = by_name(published)
    try:
        return in_order(found.values())
    except PoliciesOverlap as overlap:
        log.error("published_policies_overlap", policies=str(overlap))
        return in_order(policy for name, policy in found.items() if name in published)


_in_force = InForce(DocumentKind.POLICY, _built)


def policy_on(day: date, among: Sequence[Policy] | None = None) -> Policy:
    """The version that holds on ``day``; raises :class:`NoPolicy` where none does, never a neighbouring version."""
    for policy in policies() if among is None else among:
        if policy.valid_on(day):
            return policy
    raise NoPolicy(day.isoformat())
