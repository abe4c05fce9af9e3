"""Names that blur took: told by what the recogniser still holds for likely, among the catalogue's names, and by what
else the row and the sheet say. A value whose name is told like this is always asked about."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import log

from vision.report.catalogue import (
    Match,
    Plausibility,
    Unit,
    Value,
    ValueType,
    entries,
    parse_unit,
    parse_value,
    plausible,
)
from vision.report.catalogue.entries import Entry, ValueKind
from vision.report.drafts import CLEAR, SURE, least_sure
from vision.report.kinds import Specimen
from vision.report.spotting.posteriors import Look, Posteriors, Spotted, Texts, is_chinese, surest
from vision.report.table import Reading, known

# In natural logarithms of how likely something is, as the fit of a name is.
LETTER = 0.5
"""For each character of a name: a long one that fits is less of a chance than a short one."""
OTHER_UNIT, NO_UNIT = 6.0, 1.0
OTHER_KIND, IMPOSSIBLE = 2.0, 4.0
OTHER_SPECIMEN, UNUSUAL_SPECIMEN = 4.0, 0.5
AGAIN = 4.0
"""An item that the sheet has already."""
STRANGE = 0.3
"""So many items does every group have on a sheet before one is seen."""
LIKELY = 0.6
"""Of all that the row may be, the share of the item that it is."""
CAUTION = 2.0
LEAST_FIT = -2.2
"""Of a name, by character: below it nothing on the line is like it."""
SHOWN = 0.6
"""What stands beside a name is kept where it was read so surely."""
SPELLINGS = 3
"""Names of the item that was told that are tried with its abbreviations, too."""


@dataclass(frozen=True, slots=True)
class _Row:
    """What a row says of its item apart from the name; ``others``: items of the sheet's other rows."""

    unit: Unit | None
    printed: bool
    value: Value | None
    specimen: Specimen | None
    others: Counter[str]

    @classmethod
    def of(cls, reading: Reading, specimen: Specimen | None, others: Iterable[str]) -> "_Row":
        value = None if reading.value is None else parse_value(reading.value.text)
        return cls(parse_unit(reading.unit), bool(reading.unit), value, specimen, Counter(others))


def spotted_names(found: Sequence[Reading], specimen: Specimen | None, look: Look) -> list[Reading]:
    """The readings, with names told that no first reading tells. ``specimen`` is the sheet's."""
    full = list(found)
    items = {number: match.code for number, reading in enumerate(found) if (match := _surely(reading)) is not None}
    unread = [number for number, reading in enumerate(found) if number not in items and _is_doubtful(reading)]
    if not unread:
        return full
    places = [found[number].name_cells[0].line.quad for number in unread]
    left = dict(zip(unread, look(places, _characters()), strict=True))
    while told := {
        number: item
        for number, seen in left.items()
        if (item := _told(seen, _Row.of(found[number], specimen, items.values()))) is not None
    }:  # what is told of one row makes others likelier
        for number, item in told.items():
            full[number] = replace(found[number], name=_as_printed(left.pop(number), item), guessed=True)
            items[number] = item.code
    return full


@lru_cache(maxsize=1)
def _characters() -> str:
    """All that names and what stands around them are spelt with."""
    return "".join(sorted({char for item in entries().values() for name in item.names for char in name} | set("()*★ ")))


@lru_cache(maxsize=1)
def names() -> dict[str, tuple[Entry, ...]]:
    """Every name with the items that are called so."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for item in entries().values():
        for name in dict.fromkeys(item.names):
            found[name].append(item)
    return {name: tuple(items) for name, items in found.items()}


@lru_cache(maxsize=4)
def _texts(characters: str) -> Texts:
    return Texts.of(tuple(names()), characters)


def _surely(reading: Reading) -> Match | None:
    match = known(reading.name)
    return match if match is not None and match.confidence >= SURE else None


def _is_doubtful(reading: Reading) -> bool:
    return len(reading.name_cells) == 1 and least_sure(reading.name_cells) < CLEAR


def _told(seen: Posteriors, row: _Row) -> Entry | None:
    """The item that the row must be of, if one is."""
    best: dict[str, tuple[float, Spotted]] = {}
    for one in seen.spot(_texts(seen.characters)):
        for item in names()[one.text]:
            likely = one.fit + LETTER * len(one.text) + _likelihood(item, row)
            if item.code not in best or likely > best[item.code][0]:
                best[item.code] = likely, one
    if not best:
        return None
    first = max(best, key=lambda code: best[code][0])
    _, spelling = best[first]
    # Items of the same name are told apart where the row is judged, as those of a name that was read are.
    rivals = {code: likely for code, (likely, one) in best.items() if code == first or one.text != spelling.text}
    _, share = surest(rivals, caution=CAUTION)
    if share < LIKELY or spelling.fit < LEAST_FIT * len(spelling.text) or _leaves_out(seen, spelling):
        return None
    return entries()[first]


def _leaves_out(seen: Posteriors, name: Spotted) -> bool:
    """Whether Chinese that was surely read stands beside the name: it is a longer one, of another item."""
    beside = (*seen.first[: name.start], *seen.first[name.end :])
    return any(is_chinese(char) and sure >= SURE for char, _, sure in beside)


def _likelihood(item: Entry, row: _Row) -> float:
    """How likely the item is in the row and on the sheet, its name left aside: a logarithm."""
    likely = 0.0
    number = None if row.value is None or row.value.type is not ValueType.NUMBER else row.value.number
    numeric = item.kind is ValueKind.NUMBER
    if row.unit is not None and row.unit.ucum not in item.units:
        likely -= OTHER_UNIT
    elif not row.printed and numeric and item.unit not in {None, "1", "%"}:
        likely -= NO_UNIT
    if number is not None and not numeric:
        likely -= OTHER_KIND
    elif number is not None:
        ucum = None if row.unit is None else row.unit.ucum
        likely -= IMPOSSIBLE if plausible(item.code, number, ucum).verdict is Plausibility.IMPOSSIBLE else 0.0
    if row.specimen is None:
        likely -= UNUSUAL_SPECIMEN if item.specimen.family != Specimen.BLOOD.family else 0.0
    elif item.specimen.family != row.specimen.family:
        likely -= OTHER_SPECIMEN
    groups = Counter(entries()[code].group for code in row.others)
    likely += log(1 + groups[item.group] / STRANGE)
    return likely - (AGAIN if item.code in row.others else 0.0)


def _as_printed(seen: Posteriors, item: Entry) -> str:
    """The item's name as the line spells it, with or without an abbreviation, and what else surely stands there."""
    own = Texts.of(item.names, seen.characters)
    names = [one.text for one in seen.spot(own)[:SPELLINGS]]
    spelt = [
        form
        for name in names
        for short in item.abbreviations
        if short != name
        for form in (f"{name}({short})", f"({short}){name}", f"{short} {name}", f"{name} {short}")
    ]
    best = seen.spot(Texts.of([*names, *spelt], seen.characters))[0]
    before = "".join(char for char, _, sure in seen.first[: best.start] if sure >= SHOWN)
    behind = "".join(char for char, _, sure in seen.first[best.end :] if sure >= SHOWN)
    return before + best.text + behind
