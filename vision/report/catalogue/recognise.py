"""Which item a printed name is."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from vision.report.catalogue.bounds import Plausibility, plausible
from vision.report.catalogue.clues import WHOLE, Clue, clues
from vision.report.catalogue.entries import Entry, ValueKind, entries
from vision.report.catalogue.names import EXACT, Found, Index
from vision.report.catalogue.text import key
from vision.report.catalogue.units import parse_unit, unit_of
from vision.report.catalogue.values import Value, ValueType, parse_value
from vision.report.kinds import Specimen

# How likely each of several items of one name is. These order them and lower nobody's confidence.
_PRIOR = {
    Specimen.BLOOD: 1.0,
    Specimen.SERUM: 1.0,
    Specimen.PLASMA: 1.0,
    Specimen.URINE: 0.95,
    Specimen.GAS: 0.9,
    Specimen.STOOL: 0.85,
}
_RARE_SPECIMEN = 0.8
_SAME_FAMILY, _OTHER_SPECIMEN = 0.95, 0.5
_ALLOWED_UNIT, _UNIT_OF_A_GRADE, _OTHER_UNIT, _NO_UNIT = 0.94, 0.7, 0.5, 0.98
_OTHER_KIND, _IMPOSSIBLE = 0.8, 0.6
_AGREED, _BY_ANOTHER_NAME = 1.05, 0.97
# How much surer or less sure the best of them is.
_WRONG_SPECIMEN, _WRONG_UNIT, _CONTRADICTED = 0.8, 0.75, 0.85
_TIE, _NEARLY_TIE, _NEAR = 0.7, 0.9, 0.96
_ONE_CHARACTER = 0.8
_FEWEST_VOICES, _MOST_AGREE = 2, 0.6


@dataclass(frozen=True, slots=True)
class Match:
    """``confidence`` 0 to 1: 1 for a name that stands in the catalogue, less for one that was repaired, whose unit or
    specimen does not fit, or where another item is as likely."""

    code: str
    loinc: str | None
    name: str
    specimen: Specimen
    confidence: float

    @property
    def entry(self) -> Entry:
        """The whole item."""
        return entries()[self.code]


@dataclass(frozen=True, slots=True)
class _Context:
    unit: str | None
    specimen: Specimen | None
    graded: bool | None
    number: float | None

    @property
    def bare(self) -> bool:
        """Nothing but the name is known."""
        return self.unit is None and self.specimen is None


@lru_cache(maxsize=1)
def _index() -> Index:
    return Index(entries().values())


def recognise(
    name: str,
    *,
    unit: str | None = None,
    specimen: Specimen | None = None,
    abbreviation: str | None = None,
    value: str | None = None,
) -> Match | None:
    """The item that a printed name is, None when it is none of the catalogue's.

    ``unit`` and ``value`` as printed, ``specimen`` (of the sheet: see ``specimen_of``) and ``abbreviation`` (of its own
    column) decide between items of the same name. Tolerant of full width, marks before the name, missing brackets, an
    abbreviation beside the Chinese name, and characters that OCR takes for others.
    """
    read = parse_value(value) if value else None
    number = read.number if read is not None and read.type is ValueType.NUMBER else None
    return _recognise(name, abbreviation, _Context(unit, specimen, _is_graded(read), number))


def _is_graded(value: Value | None) -> bool | None:
    """Whether a value is a grade or a word (not a number); None where it is neither, or not known."""
    if value is None:
        return None
    if value.grade is not None or value.type is ValueType.TEXT:
        return True
    return False if value.type in {ValueType.NUMBER, ValueType.SPAN} else None


@lru_cache(maxsize=8192)
def _recognise(name: str, abbreviation: str | None, context: _Context) -> Match | None:
    index = _index()
    read = list(clues(name, abbreviation, index.knows))
    found = [(clue, hit) for clue in read if (hit := _of_specimen(index.find(clue.text), clue))]
    if parse_unit(name) and not any(clue.weight == WHOLE and hit.confidence == EXACT for clue, hit in found):
        return None  # "/ul" and "fL" look like names of something, and are none
    if not found:
        found = [(clue, hit) for clue in read if (hit := _of_specimen(index.nearest(clue.text), clue))]
    return _best(found, context) if found else None


def _of_specimen(hit: Found | None, clue: Clue) -> Found | None:
    """The items of the specimen that the name itself tells: 尿铅 is not the lead of blood."""
    if hit is None or clue.specimen is None:
        return hit
    kept = tuple(item for item in hit.entries if item.specimen.family == clue.specimen.family)
    return Found(kept, hit.confidence) if kept else None


def _best(found: list[tuple[Clue, Found]], context: _Context) -> Match:
    """Of everything that the clues lead to, the item that fits best."""
    scores: dict[str, float] = {}
    sureness: dict[str, float] = {}
    for clue, hit in found:
        for item in hit.entries:
            read = hit.confidence * clue.weight
            own = 1.0 if key(clue.text) == key(item.name) else _BY_ANOTHER_NAME
            score = read * own * _likelihood(item, context, clue.specimen)
            if score > scores.get(item.code, 0.0):
                scores[item.code], sureness[item.code] = score, read * _fit(item, context)
    for code in scores:
        agreed = [_has(hit, code) for clue, hit in found if clue.specimen is None]
        scores[code] *= _AGREED if len(agreed) > 1 and all(agreed) else 1.0
        whole = any(clue.weight == WHOLE and _has(hit, code) for clue, hit in found)
        sureness[code] *= 1.0 if whole or all(agreed) else _CONTRADICTED
    first, *others = sorted(scores, key=lambda code: -scores[code])
    sure = sureness[first]
    if others:
        beside = scores[others[0]] / scores[first]
        sure *= _TIE if beside >= 1.0 else _NEARLY_TIE if beside > _NEAR else 1.0
    item = entries()[first]
    forms = {key(clue.text) for clue, hit in found if _has(hit, first)}
    if context.bare and all(len(form) == 1 and form != key(item.name) for form in forms):
        sure *= _ONE_CHARACTER
    return Match(item.code, _loinc(item, context.unit), item.name, item.specimen, round(min(sure, 1.0), 3))


def _loinc(item: Entry, printed: str | None) -> str | None:
    """The item's code where the unit is of the kind that the code is about: LOINC counts grams and moles apart, and a
    quantity from a presence."""
    known = parse_unit(printed, allowed=item.units) if printed else None
    if known is None:
        return item.loinc
    same = item.unit is not None and known.dimension == unit_of(item.unit).dimension
    return item.loinc if same else None


def _has(hit: Found, code: str) -> bool:
    return any(item.code == code for item in hit.entries)


def _likelihood(item: Entry, context: _Context, named: Specimen | None) -> float:
    """How likely the item is among those of its name, 0 to 1; ``named`` is the specimen that the name itself tells."""
    likely = 1.0
    for wanted in (named, context.specimen):
        if wanted is not None and wanted is not item.specimen:
            likely *= _SAME_FAMILY if wanted.family == item.specimen.family else _OTHER_SPECIMEN
    if named is None and context.specimen is None:
        likely *= _PRIOR.get(item.specimen, _RARE_SPECIMEN)
    if context.graded is not None and context.graded is (item.kind is ValueKind.NUMBER):
        likely *= _OTHER_KIND
    if context.number is not None and item.kind is ValueKind.NUMBER and not _can_be(item, context.number, context.unit):
        likely *= _IMPOSSIBLE
    return likely * _unit_likelihood(item, context.unit)


def _can_be(item: Entry, number: float, printed: str | None) -> bool:
    known = parse_unit(printed, allowed=item.units) if printed else None
    verdict = plausible(item.code, number, None if known is None else known.ucum).verdict
    return verdict is not Plausibility.IMPOSSIBLE


def _unit_likelihood(item: Entry, printed: str | None) -> float:
    known = parse_unit(printed, allowed=item.units) if printed else None
    if known is None:
        return _NO_UNIT if item.kind is ValueKind.NUMBER and not printed else 1.0
    if known.ucum == item.unit:
        return 1.0
    if known.ucum in item.units:
        return _ALLOWED_UNIT
    return _OTHER_UNIT if item.kind is ValueKind.NUMBER else _UNIT_OF_A_GRADE


def _fit(item: Entry, context: _Context) -> float:
    """What a specimen or a unit that the item does not have takes from the confidence in it."""
    wrong_specimen = context.specimen is not None and context.specimen.family != item.specimen.family
    known = parse_unit(context.unit, allowed=item.units) if context.unit else None
    wrong_unit = item.kind is ValueKind.NUMBER and known is not None and known.ucum not in item.units
    return (_WRONG_SPECIMEN if wrong_specimen else 1.0) * (_WRONG_UNIT if wrong_unit else 1.0)


def likely_specimen(names: Iterable[str]) -> Specimen | None:
    """What was examined, by the names of a sheet whose title does not tell: of those that only one kind of specimen
    has, most must agree. None where too few speak, or they do not agree."""
    said: Counter[str] = Counter()
    of_family: dict[str, Counter[Specimen]] = defaultdict(Counter)
    for name in names:
        hits = [hit for clue in clues(name, None, _index().knows) if (hit := _index().find(clue.text))]
        items = [item for item in (hits[0].entries if hits else ()) if hits[0].confidence == EXACT]
        families = {item.specimen.family for item in items}
        if len(families) == 1:
            said[families.pop()] += 1
            of_family[items[0].specimen.family][items[0].specimen] += 1
    if not said:
        return None
    family, count = said.most_common(1)[0]
    if count < _FEWEST_VOICES or count < _MOST_AGREE * said.total():
        return None
    return of_family[family].most_common(1)[0][0]
