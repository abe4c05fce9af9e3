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
    try:
        possible = _in(item.possible, item.unit, unit, code)
        extreme = None if item.extreme is None else _in(item.extreme, item.unit, unit, code)
    except NotConvertible:
        return Plausible(Plausibility.UNKNOWN)
    if not possible[0] <= value <= possible[1]:
        return Plausible(Plausibility.IMPOSSIBLE, possible, extreme)
    rare = extreme is not None and not extreme[0] <= value <= extreme[1]
    return Plausible(Plausibility.EXTREME if rare else Plausibility.USUAL, possible, extreme)


def _in(pair: tuple[float, float], unit: str | None, to: str | None, code: str) -> tuple[float, float]:
    if unit is None or to is None or unit == to:
        return pair
    return convert(pair[0], unit, to, code), convert(pair[1], unit, to, code)
