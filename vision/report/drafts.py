"""What is known of a row while it is judged, and how surely it was read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from vision.report.catalogue import (
    Match,
    Plausibility,
    Range,
    Unit,
    Value,
    ValueType,
    entry,
    parse_flag,
    parse_range,
    parse_unit,
    parse_value,
    plausible,
    recognise,
)
from vision.report.catalogue.units import unit_of
from vision.report.cells import Cell
from vision.report.items import AskReason
from vision.report.kinds import Flag, Sex, Specimen
from vision.report.table import Reading, known

SURE = 0.90
"""Below it a value is asked back."""
CLEAR = 0.97
"""A character read with less is looked at again."""
KNOWN = 0.86
"""A name is the item's with at least this confidence."""
POWERS = frozenset({"10*9/L", "10*12/L"})
_LOST_POWER = re.compile(r"10[^\d]{0,2}(?:[/1|lL°º]|\d{0,2}\s*/)|^10(?:9|12)$|10\D{0,2}(?:9|12)")


@dataclass(frozen=True, slots=True)
class Context:
    """What of the sheet bears on its values."""

    page: int = 0
    specimen: Specimen | None = None
    sex: Sex | None = None
    age_years: float | None = None


@dataclass(slots=True)
class Draft:
    """A row that is being judged. ``confidence`` of its value; ``others``: what else the value may be; ``settled``: a
    second look said the same."""

    reading: Reading
    match: Match | None
    unit: Unit | None
    value: Value
    expected: Range | None
    confidence: float
    doubt: AskReason | None = None
    others: tuple[str, ...] = ()
    settled: bool = False
    double: bool = False
    """Another row is of the same item, or the name may be another's."""


def drafted(reading: Reading, context: Context) -> Draft:
    """A row with its item, unit, value and range told."""
    printed = None if reading.value is None else reading.value.text
    match = recognise(reading.name, unit=reading.unit or None, specimen=context.specimen, value=printed)
    match = match or known(reading.name)
    if reading.abbreviation and (match is None or match.confidence < SURE):
        match = recognise(reading.abbreviation, unit=reading.unit or None, specimen=context.specimen) or match
    unit = _unit(reading.unit, match)
    value = parse_value("" if reading.value is None else reading.value.text)
    expected = parse_range(reading.range, sex=context.sex, age_years=context.age_years) if reading.range else None
    return Draft(reading, match, unit, value, expected, confidence_of(reading.value, value))


def _unit(printed: str, match: Match | None) -> Unit | None:
    """The unit as printed; a power whose small figure was lost (``×10°/L``) is the item's usual one, if that is one."""
    if not printed:
        return None
    item = None if match is None else entry(match.code)
    found = parse_unit(printed, allowed=item.units if item else ())
    if found is None and item is not None and item.unit in POWERS and _LOST_POWER.search(printed):
        return unit_of(item.unit)
    return found


def confidence_of(cell: Cell | None, value: Value) -> float:
    """How surely the value was read: its least sure character, less where it is badly formed."""
    if cell is None or value.type is ValueType.EMPTY:
        return 0.0
    sure = [one for one, char in zip(cell.line.sure, cell.line.text, strict=False) if not char.isspace()]
    if not sure:
        return 0.0
    return min(sure) * value.well_formed


def least_sure(cells: Sequence[Cell]) -> float:
    """How surely the least sure character of the cells was read."""
    return min((one for cell in cells for one in cell.line.sure), default=1.0)


def mean_sure(cells: Sequence[Cell]) -> float:
    """How surely the cells' characters were read, on the mean; 1 for none."""
    sure = [one for cell in cells for one in cell.line.sure]
    return sum(sure) / len(sure) if sure else 1.0


def is_unknown(draft: Draft) -> bool:
    """Whether no item is surely meant."""
    return draft.match is None or draft.match.confidence < KNOWN


def is_typed(value: Value) -> bool:
    """Whether the text is a value of any kind."""
    return value.type not in {ValueType.EMPTY, ValueType.UNKNOWN}


def spelling(value: Value) -> str:
    """A value's reading without arrows and blanks: what two readings are compared by."""
    if value.type is ValueType.NUMBER and value.number is not None:
        return f"{value.comparator or ''}{value.number:.{value.decimals or 0}f}"
    return value.text.replace(" ", "")


def verdict_of(draft: Draft) -> Plausibility:
    """Whether a number can be in an item of its unit; unknown without a number, item or known unit."""
    if draft.match is None or draft.value.number is None or draft.value.type is not ValueType.NUMBER:
        return Plausibility.UNKNOWN
    if draft.unit is None and draft.reading.unit:
        return Plausibility.UNKNOWN
    ucum = None if draft.unit is None else draft.unit.ucum
    return plausible(draft.match.code, draft.value.number, ucum).verdict


def printed_flag(draft: Draft) -> Flag | None:
    """The arrow beside the value or glued to it."""
    return parse_flag(draft.reading.flag) or draft.value.printed_flag
