"""One unit's value in another's."""

from vision.report.catalogue.entries import entries
from vision.report.catalogue.units import AMOUNT, AMOUNT_A_DAY, MASS, MASS_A_DAY, UnitUnknown, unit_of

# HbA1c: NGSP % = 0.09148 x IFCC mmol/mol + 2.152, the master equation of the IFCC and NGSP networks (Hoelzel 2004).
_HBA1C = "hba1c"
_NGSP_SLOPE, _NGSP_OFFSET = 0.09148, 2.152


class NotConvertible(ValueError):
    """The two units do not measure the same, or the catalogue has no molar mass for the item."""


def convert(value: float, unit: str, to: str, code: str | None = None) -> float:
    """``value`` of the item ``code`` from the UCUM code ``unit`` into ``to``; raises ``NotConvertible``."""
    if unit == to:
        return value
    try:
        start, end = unit_of(unit), unit_of(to)
    except UnitUnknown as error:
        raise NotConvertible(f"no unit {error}") from None
    item = entries().get(code) if code else None
    if item is not None and (by := _by_factor(dict(item.factors), item.unit, unit, to)) is not None:
        return value * by
    if item is not None and item.code == _HBA1C and {unit, to} == {"%", "mmol/mol"}:
        return _NGSP_SLOPE * value + _NGSP_OFFSET if to == "%" else (value - _NGSP_OFFSET) / _NGSP_SLOPE
    if start.dimension == end.dimension and not (start.apart or end.apart):
        return value * start.factor / end.factor
    molar_mass = item.molar_mass if item is not None else None
    if molar_mass and (start.dimension, end.dimension) in {(MASS, AMOUNT), (MASS_A_DAY, AMOUNT_A_DAY)}:
        return value * start.factor / molar_mass / end.factor
    if molar_mass and (start.dimension, end.dimension) in {(AMOUNT, MASS), (AMOUNT_A_DAY, MASS_A_DAY)}:
        return value * start.factor * molar_mass / end.factor
    raise NotConvertible(f"{unit} to {to}")


def _by_factor(factors: dict[str, float], usual: str | None, unit: str, to: str) -> float | None:
    """By what the item's own table multiplies; None where it does not name both units."""
    known: dict[str | None, float] = {usual: 1.0}
    known.update(factors.items())
    return known[to] / known[unit] if unit in known and to in known else None
