"""Which item a printed name is."""

from dataclasses import dataclass
from functools import lru_cache

from vision.report.catalogue.entries import Entry, entries
from vision.report.catalogue.names import Index, clues
from vision.report.catalogue.units import parse_unit
from vision.report.kinds import Specimen


@dataclass(frozen=True, slots=True)
class Match:
    """``confidence`` 0 to 1: 1 for a name that stands in the catalogue, less for one that was repaired, or where
    another item is as likely."""

    code: str
    loinc: str | None
    name: str
    specimen: Specimen
    confidence: float

    @property
    def entry(self) -> Entry:
        """The whole item."""
        return entries()[self.code]


@lru_cache(maxsize=1)
def _index() -> Index:
    return Index(entries().values())


def recognise(name: str, *, unit: str | None = None, specimen: Specimen | None = None) -> Match | None:
    """The item that a printed name is, None when it is none of the catalogue's.

    ``unit`` as printed and ``specimen`` (of the sheet: see ``specimen_of``) decide between items of the same name.
    Tolerant of full width, marks before the name, missing brackets, an abbreviation beside the Chinese name, and
    characters that OCR takes for others.
    """
    known = None if unit is None else parse_unit(unit)
    best: tuple[float, Entry] | None = None
    for clue in clues(name):
        wanted = clue.specimen or specimen
        found = _index().find(clue.text)
        if not found:
            continue
        likely = sorted(
            ((_likelihood(item, known.ucum if known else None, unit, wanted), item) for item in found.entries),
            key=lambda pair: -pair[0],
        )
        first = likely[0]
        sure = found.confidence * clue.weight * first[0]
        if len(likely) > 1 and likely[1][0] == first[0]:
            sure *= 0.7
        if best is None or sure > best[0]:
            best = (sure, first[1])
    if best is None:
        return None
    item = best[1]
    return Match(item.code, item.loinc, item.name, item.specimen, round(best[0], 3))


def _likelihood(item: Entry, ucum: str | None, printed: str | None, specimen: Specimen | None) -> float:
    """How well unit and specimen fit, 0 to 1."""
    likely = 1.0
    if specimen is not None and specimen.family != item.specimen.family:
        likely *= 0.5
    if printed and item.units:
        known = parse_unit(printed, allowed=item.units)
        if known is not None and known.ucum not in item.units:
            likely *= 0.6
    elif ucum is not None and not item.units:
        likely *= 0.8
    return likely
