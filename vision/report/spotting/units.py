"""Units that blur took: told among those of the row's item, by what the recogniser still holds for likely and by what
the row's numbers can be."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from math import log

from vision.report.catalogue import Entry, Value, entries, parse_unit, parse_value, recognise
from vision.report.drafts import CLEAR
from vision.report.kinds import Specimen
from vision.report.spotting.posteriors import Look, Posteriors, Texts, surest
from vision.report.table import Reading
from vision.report.unit_of import fits, plainly

# In natural logarithms of how likely something is, as the fit of a text is.
USUAL = 1.0
"""The item's own unit before others that it may be in."""
STRANGE = 0.5
"""So many rows of a sheet have every unit before one is seen."""
LIKELY, CAUTION = 0.8, 2.0
LEAST_FIT = -2.2
_VARIANTS = (("μ", "u"), ("10^", "10*"), ("10^", "10"), ("10^", "10°"), ("10^", "×10^"), ("IU", "U"), ("L", "l"))


def spotted_units(found: Sequence[Reading], specimen: Specimen | None, look: Look) -> list[Reading]:
    """The readings, with units of known items told that no first reading tells. ``specimen`` is the sheet's."""
    full = list(found)
    matches = {
        number: match
        for number, reading in enumerate(found)
        if _may_be_misread(reading)
        and (match := recognise(reading.name, specimen=specimen)) is not None
        and not _is_its_own(reading, match.entry)
    }
    places = [cell.line.quad for number in matches if (cell := found[number].unit_cell) is not None]
    printed = Counter(
        unit.ucum
        for number, reading in enumerate(found)
        if number not in matches and (unit := parse_unit(reading.unit)) is not None
    )
    for (number, match), seen in zip(matches.items(), look(places, _characters()) if places else (), strict=True):
        told = _told(seen, found[number], match.entry, printed)
        read = parse_unit(found[number].unit, allowed=match.entry.units)
        if told is not None and (read is None or read.ucum != told):
            full[number] = replace(found[number], unit=plainly(told))
    return full


def _is_its_own(reading: Reading, item: Entry) -> bool:
    """Whether the unit that was read is one of the item's, in which the row's numbers are possible."""
    read = parse_unit(reading.unit, allowed=item.units)
    return read is not None and read.ucum in item.units and fits(item, read.ucum, _value(reading), reading)


def _value(reading: Reading) -> Value:
    return parse_value("" if reading.value is None else reading.value.text)


def _may_be_misread(reading: Reading) -> bool:
    if reading.unit_cell is None:
        return False
    return min(reading.unit_cell.line.sure, default=1.0) < CLEAR or parse_unit(reading.unit) is None


@lru_cache(maxsize=512)
def _forms(ucum: str) -> tuple[str, ...]:
    """How a unit may be printed, or read."""
    forms = {plainly(ucum)}
    for one, other in _VARIANTS:
        forms |= {form.replace(one, other) for form in forms}
    return tuple(sorted(forms))


@lru_cache(maxsize=1)
def _characters() -> str:
    return "".join(
        sorted({char for item in entries().values() for ucum in item.units for char in "".join(_forms(ucum))})
    )


def _told(seen: Posteriors, reading: Reading, item: Entry, printed: Counter[str]) -> str | None:
    """The unit (UCUM) of the item that stands in the place, if one surely does."""
    value = _value(reading)
    of_form = {form: ucum for ucum in reversed(item.units) for form in _forms(ucum)}
    best: dict[str, float] = {}
    for one in seen.spot(Texts.of(tuple(of_form), seen.characters)):
        ucum = of_form[one.text]
        if one.fit >= LEAST_FIT * len(one.text) and fits(item, ucum, value, reading):
            likely = one.fit + (USUAL if ucum == item.unit else 0.0) + log(1 + printed[ucum] / STRANGE)
            best[ucum] = max(likely, best.get(ucum, likely))
    if not best:
        return None
    told, share = surest(best, caution=CAUTION)
    return told if share >= LIKELY else None
