"""What a value can be at all."""

from dataclasses import dataclass
from enum import StrEnum

from vision.report.catalogue.convert import NotConvertible, convert
from vision.report.catalogue.entries import entries


class Plausibility(StrEnum):
    """IMPOSSIBLE: ask back. EXTREME: possible and rare, a misread point is as likely. UNKNOWN: nothing to judge by."""

    USUAL = "usual"
    EXTREME = "extreme"
    IMPOSSIBLE = "impossible"
    UNKNOWN = "unknown"


_FRACTIONS = ("L/L", "1")


@dataclass(frozen=True, slots=True)
class Plausible:
    """The verdict, and the bounds in the unit that was asked in."""

    verdict: Plausibility
    possible: tuple[float, float] | None = None
    extreme: tuple[float, float] | None = None


def plausible(code: str, value: float, unit: str | None) -> Plausible:
    """Whether ``value`` in the UCUM code ``unit`` (None: the item's usual unit) can be of the item ``code``."""
    item = entries().get(code)
    if item is None or item.possible is None:
        return Plausible(Plausibility.UNKNOWN)
    unit = meant_unit(code, value, unit)
    try:
        possible = _in(item.possible, item.unit, unit, code)
        extreme = None if item.extreme is None else _in(item.extreme, item.unit, unit, code)
    except NotConvertible:
        return Plausible(Plausibility.UNKNOWN)
    if not possible[0] <= value <= possible[1]:
        return Plausible(Plausibility.IMPOSSIBLE, possible, extreme)
    rare = extreme is not None and not extreme[0] <= value <= extreme[1]
    return Plausible(Plausibility.EXTREME if rare else Plausibility.USUAL, possible, extreme)


def meant_unit(code: str, value: float, unit: str | None) -> str | None:
    """The unit that is meant where sheets mix them up: a haematocrit of "39.2 L/L" is one of 39.2 %, and "0.392"
    without a unit is a fraction. Everything else is what is printed."""
    item = entries().get(code)
    if item is None or item.unit != "%" or unit not in {None, *_FRACTIONS, "%"}:
        return unit
    low, high = item.extreme or item.possible or (0.0, 100.0)
    as_printed = "%" if unit is None else unit
    as_percent = value if as_printed == "%" else value * 100
    if low <= as_percent <= high:
        return unit
    if as_printed == "%":
        return _FRACTIONS[0] if value <= 1 and low <= value * 100 <= high else unit
    return "%" if low <= value <= high else unit


def _in(pair: tuple[float, float], unit: str | None, to: str | None, code: str) -> tuple[float, float]:
    if unit is None or to is None or unit == to:
        return pair
    return convert(pair[0], unit, to, code), convert(pair[1], unit, to, code)
