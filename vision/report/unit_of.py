"""Units that were badly read or missed, where item, value and range leave only one that they can be."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from vision.report.catalogue import Match, Plausibility, Unit, Value, ValueType, parse_range, parse_unit, plausible
from vision.report.catalogue.entries import Entry
from vision.report.catalogue.units import unit_of
from vision.report.table import Reading, known

SURE = 0.9
"""Of a name: only a surely known item tells its unit."""
CLEAR = 0.97
"""A unit whose characters were all read so surely stands as it is."""
FEWEST, MOSTLY = 3, 0.8
"""A sheet's units are the usual ones where so many are known, and so large a share of them is."""
ALIKE = 0.35
"""What was read of a unit shares so much with it."""
SHORT = 2
PRINTED = {"10*9/L": "10^9/L", "10*12/L": "10^12/L", "10*6/L": "10^6/L", "[IU]/L": "IU/L", "[IU]/mL": "IU/mL"}
_PER_CENT = frozenset("5S$8s€96gx&")
"""What a sign of per cent is read as."""

_QUOTIENT = re.compile(r"[a-zμ]*/[a-z]+")

Row = tuple[Match | None, Reading, Unit | None, Value]


def units_mended(rows: Sequence[Row]) -> Iterator[tuple[int, str, Unit]]:
    """For each row whose unit was misread or missed and can be told: its number, the unit as the sheet prints it, and
    the unit itself. Nothing is told on a sheet that does not print the usual units."""
    told = [
        match.entry.unit == unit.ucum
        for match, reading, unit, value in rows
        if match is not None
        and unit is not None
        and unit.ucum in match.entry.units
        and fits(match.entry, unit.ucum, value, reading)  # mol/L of μmol/L is no other unit
    ]
    if sum(told) < FEWEST or sum(told) < MOSTLY * len(told):
        return
    groups = Counter(reading.group for _, reading, _, _ in rows)
    printing = Counter(reading.group for _, reading, _, _ in rows if reading.unit)
    printed = Counter((unit.ucum, reading.unit) for _, reading, unit, _ in rows if unit is not None)
    for number, (match, reading, unit, value) in enumerate(rows):
        if match is None or not _is_known(match, reading) or match.entry.unit in {None, "1", "[pH]"}:
            continue
        if 2 * printing[reading.group] <= groups[reading.group]:
            continue  # no column of units
        wanted = match.entry.unit or ""
        if _is_right(match.entry, unit, value, reading) or not _can_be(match.entry, wanted, value, reading):
            continue
        shown = max((form for form in printed if form[0] == wanted), key=lambda form: printed[form], default=None)
        yield number, shown[1] if shown else plainly(wanted), unit_of(wanted)


def _is_known(match: Match, reading: Reading) -> bool:
    """Whether the item is sure, the unit left aside."""
    named = known(reading.name)
    return match.confidence >= SURE or (named is not None and named.code == match.code and named.confidence >= SURE)


def _is_right(item: Entry, unit: Unit | None, value: Value, reading: Reading) -> bool:
    """Whether a unit is printed that was read surely, or that is one of the item's and in which its range is
    possible."""
    if unit is None:
        return False
    sure = reading.unit_cell is None or min(reading.unit_cell.line.sure, default=1.0) >= CLEAR
    return sure or (unit.ucum in item.units and fits(item, unit.ucum, value, reading))


def _can_be(item: Entry, wanted: str, value: Value, reading: Reading) -> bool:
    """Whether what was read may be ``wanted``, and the numbers of the row are the item's in it."""
    if value.type not in {ValueType.NUMBER, ValueType.UNKNOWN, ValueType.EMPTY} or not fits(
        item, wanted, value, reading
    ):
        return False
    read, plain = reading.unit.strip().lower(), plainly(wanted).lower()
    if not read or read == plain:
        return True
    if wanted == "%":
        return read[:1] in _PER_CENT or len(read) == 1
    if parse_unit(reading.unit) is not None and _QUOTIENT.fullmatch(read):
        return plain.endswith(read)  # mol/L of mmol/L, /L of g/L
    return SequenceMatcher(None, read, plain, autojunk=False).ratio() > ALIKE or len(read) <= SHORT


def fits(item: Entry, ucum: str, value: Value, reading: Reading) -> bool:
    """Whether the range's limits, else the value, are possible values of the item in the unit."""
    expected = parse_range(reading.range) if reading.range else None
    limits = [] if expected is None else [one for one in (expected.low, expected.high) if one]
    numbers = limits or ([value.number] if value.number is not None else [])
    return all(plausible(item.code, one, ucum).verdict in _POSSIBLE for one in numbers)


_POSSIBLE = frozenset({Plausibility.USUAL, Plausibility.UNKNOWN})


def plainly(ucum: str) -> str:
    """A unit as sheets print it."""
    shown = PRINTED.get(ucum, ucum)
    return f"μ{shown[1:]}" if shown.startswith(("umol", "ug", "uL")) else shown
