"""What a value out of its range often goes with, in plain words: ``care/report/meaning/*.yaml``, for a laboratory's
doctors to read and change. Facts about values, never about a patient."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from care.report.items import Flag

FOLDER = Path(__file__).parent / "meaning"
SOON = ("now", "today", "days", "weeks", "routine")
"""How soon to be seen, most pressing first."""


@dataclass(frozen=True, slots=True)
class Fact:
    """``what``: the item in one sentence; ``often``: what such a value often goes with; ``ask``: questions for the
    doctor; ``soon`` one of ``SOON``."""

    what: str
    often: tuple[str, ...]
    ask: tuple[str, ...]
    department: str
    soon: str


@lru_cache(maxsize=1)
def facts() -> Mapping[tuple[str, Flag], Fact]:
    """By item code and direction."""
    found: dict[tuple[str, Flag], Fact] = {}
    for file in sorted(FOLDER.glob("*.yaml")):
        document: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
        for code, directions in document.items():
            for direction, row in directions.items():
                found[code, Flag(direction)] = Fact(
                    what=str(row["what"]),
                    often=tuple(row["often"]),
                    ask=tuple(row["ask"]),
                    department=str(row["department"]),
                    soon=str(row["soon"]),
                )
    return found


def fact_of(code: str | None, flag: Flag) -> Fact | None:
    """What is known of an item that is out of range in this direction; None where nothing is written down."""
    return facts().get((code, flag)) if code else None
