"""The departments of the house and the everyday names for them."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Department:
    """A second-level department; ``parent`` is its first level, ``aliases`` what else people call it."""

    name: str
    parent: str
    aliases: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def all_departments() -> tuple[Department, ...]:
    """Every department, in the order of the catalogue."""
    text = (Path(__file__).parent / "data" / "departments.yaml").read_text(encoding="utf-8")
    return tuple(Department(row["name"], row["parent"], tuple(row.get("aliases", ()))) for row in yaml.safe_load(text))


@lru_cache(maxsize=1)
def _by_any_name() -> dict[str, Department]:
    names = {alias: department for department in all_departments() for alias in department.aliases}
    return names | {department.name: department for department in all_departments()}


def department_named(name: str) -> "Department | None":
    """The department that goes by ``name`` (its own or an everyday one), or None."""
    return _by_any_name().get(name.strip())


def department_names() -> dict[str, Department]:
    """Every known name, own and everyday, with its department: a lexicon for extractors."""
    return dict(_by_any_name())
