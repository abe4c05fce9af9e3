"""The truth of a sheet: items with values drawn around their ranges."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

FILE = Path(__file__).parent / "panels.yaml"
OUTSIDE, LOW = 0.3, 0.4
"""Of the values lie outside of their range, and of those below it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One item as it is printed; ``flag`` is ↑, ↓ or empty."""

    name: str
    abbreviation: str
    value: str
    unit: str
    range: str
    flag: str = ""


@lru_cache(maxsize=1)
def panels() -> dict[str, dict[str, Any]]:
    """Panels by name."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text("utf-8"))
    return found


def rows(names: tuple[str, ...], count: int, dash: str, random: Random) -> list[Row]:
    """``count`` rows of the panels in their order (fewer where they have fewer); ``dash`` is how ranges are written."""
    listed = [item for name in names for item in panels()[name]["items"]]
    start = random.randrange(max(1, len(listed) - count + 1))
    return [_row(item, dash, random) for item in listed[start : start + count]]


def _row(item: Any, dash: str, random: Random) -> Row:
    if isinstance(item, dict):
        value, expected = random.choice(item["words"]), item.get("expected", "")
        return Row(item["name"], item["abbreviation"], value, "", expected)
    name, abbreviation, unit, low, high, decimals = item
    value = round(drawn(low, high, random), decimals)
    flag = "↑" if value > high else "↓" if value < low else ""
    shown = [f"{one:.{_decimals(low, high, decimals)}f}" for one in (low, high)]
    return Row(name, abbreviation, f"{value:.{decimals}f}", unit, dash.format(*shown), flag)


def _decimals(low: float, high: float, decimals: int) -> int:
    """A range is printed with the value's decimals, but whole limits of large values are not."""
    return 0 if decimals <= 1 and float(low).is_integer() and float(high).is_integer() else decimals


def drawn(low: float, high: float, random: Random) -> float:
    """A value in the range, or in some of the cases outside of it."""
    if random.random() > OUTSIDE:
        return random.uniform(low, high)
    if low > 0 and random.random() < LOW:
        return low * random.uniform(0.4, 0.95)
    return high * random.uniform(1.05, 2.5)
