"""Groups of seats by what they know, as ``groups.yaml`` names them."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

FILE = Path(__file__).parent / "groups.yaml"


class NoSuchGroup(LookupError):
    """There is no group of seats with this id."""


@dataclass(frozen=True, slots=True)
class SkillGroup:
    id: str
    name: str


@lru_cache(maxsize=1)
def groups() -> tuple[SkillGroup, ...]:
    """Every group, in the order of the file."""
    return tuple(SkillGroup(**row) for row in yaml.safe_load(FILE.read_text(encoding="utf-8")))


def group(group_id: str) -> SkillGroup:
    """Raises :class:`NoSuchGroup`."""
    for one in groups():
        if one.id == group_id:
            return one
    raise NoSuchGroup(group_id)
