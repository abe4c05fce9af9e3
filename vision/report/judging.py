"""From what a row says to an item with a confidence: doubtful cells are looked at again, and what stays in doubt is
asked back, never guessed."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from vision.report.catalogue import (
    Match,
    Plausibility,
    Range,
    Unit,
    Value,
    ValueType,
    critical,
    entry,
    flag,
    likely_specimen,
    meant_unit,
    parse_flag,
    parse_range,
    parse_unit,
    parse_value,
    plausible,
    recognise,
    sensitivity_of,
)
from vision.report.catalogue.doubt import lost_point, other_readings
from vision.report.catalogue.text import half_width
from vision.report.catalogue.units import unit_of
from vision.report.cells import Cell
from vision.report.items import AskBack, AskReason, Box, Item
from vision.report.kinds import Flag, Sex, Specimen
from vision.report.lines import Line
from vision.report.naming import mended, of_panel
from vision.report.table import Reading, known
from vision.report.tokens import Form, forms
from vision.report.unit_of import units_mended

SURE = 0.90
"""Below it a value is asked back."""
CLEAR = 0.97
"""A character read with less is looked at again."""
HARDLY = 0.6
"""A name of which a character was read with less needs another reading that says the same."""
POOR = 0.93
"""Mean of a page's characters."""
_ABBREVIATION = re.compile(r"[A-Za-z0-9#%+-]{2,6}")
CONFIRMED = 0.97
"""What a value counts at least that a second look reads alike."""
FAR_OUT = 4.0
"""So many times a limit of its range: as likely a lost point as a disease."""
WIDE_STEP = 1.5
"""Of the usual step between figures: a last figure that stands off like this may be an arrow."""
_FIGURES = re.compile(r"\d\D*\d")
KNOWN = 0.86
"""A name is the item's with at least this confidence."""
BY_PANEL = 0.8
"""A name that only its panel tells is in doubt."""
_LEADING_ZERO = re.compile(r"[<>=]*0\d")
_COUNTED = re.compile(r"\d{1,2}\s*[-~到至]+\s*\d{1,2}(?![\d.]).*")
"""So many in a field of view; a span of larger numbers or of fractions is a range that stands where the result is."""
_ANSWER = re.compile(
    r"(?:弱|强|可疑|呈)?(?:阴性?\s*(?:\(?-{1,2}\)?)?|阳性?\s*(?:\(?(?:[+±]{1,4}|\d\+|\+\d|1:\d+)\)?)?)[*↑↓HL]?|1:\d+\s*\(?[阴阳]性?\)?"
)
"""Negative or positive, and how much: with more beside it another cell was run into it."""
_DECIMAL = re.compile(r"\d\.\d")
MOSTLY = 0.6
ARROW_LIKE = "1Il|7Tt"
POWERS = frozenset({"10*9/L", "10*12/L"})
_LOST_POWER = re.compile(r"10[^\d]{0,2}(?:[/1|lL°º]|\d{0,2}\s*/)|^10(?:9|12)$|10\D{0,2}(?:9|12)")

UNSETTLED = frozenset({AskReason.IMPOSSIBLE, AskReason.BADLY_TYPED})
"""What no second look settles."""

Again = Callable[[Sequence[Cell]], list[tuple[Line, ...]]]
"""Reads cells again in other ways; for each cell the readings there are."""


@dataclass(frozen=True, slots=True)
class Context:
    """What of the sheet bears on its values."""

    page: int = 0
    specimen: Specimen | None = None
    sex: Sex | None = None
    age_years: float | None = None


@dataclass(slots=True)
class _Draft:
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


def judged(found: Sequence[Reading], context: Context, again: Again | None = None) -> list[Item]:
    """The items of a page. ``again`` looks at doubtful cells once more; without it every doubt is asked back."""
    if context.specimen is None:
        context = replace(context, specimen=likely_specimen(one.name for one in found))
    if again is not None:
        found = _cells_again(found, again)
    drafts = [_drafted(one, context) for one in found]
    _named_by_panel(drafts)
    for draft, printed, unit in units_mended([(one.match, one.reading, one.unit, one.value) for one in drafts]):
        drafts[draft].reading, drafts[draft].unit = replace(drafts[draft].reading, unit=printed), unit
    poor = _is_poor(drafts)
    for draft in drafts:
        draft.doubt = _doubt(draft)
        if poor and draft.doubt is None:
            draft.doubt, draft.confidence = AskReason.LOW_SCORE, min(draft.confidence, SURE - 0.01)
    _strangers(drafts)
    _twice(drafts)
    marks = _marks(drafts)
    for draft in drafts:
        if draft.doubt in {None, AskReason.LOW_SCORE, AskReason.AMBIGUOUS} and _may_be_arrow(draft, marks=marks):
            # Every reader takes an arrow for a figure where it looks like one: only the patient can tell.
            _without_arrow(draft)
    doubtful = [draft for draft in drafts if draft.doubt and not draft.others and draft.reading.value is not None]
    if again is not None and doubtful:
        cells = [draft.reading.value for draft in doubtful]
        for draft, lines in zip(doubtful, again([cell for cell in cells if cell is not None]), strict=True):
            _looked_at_again(draft, lines)
    return [_item(draft, context) for draft in drafts]


def _cells_again(found: Sequence[Reading], again: Again) -> list[Reading]:
    """The readings with names read again that nobody knows, ranges whose figures are no range (``99110`` for
    ``99--110``), and units that are none."""
    full = list(found)
    for number, lines in _seen_again(found, again, _doubtful_name_cell):
        full[number] = _renamed(full[number], lines)
    for number, lines in _seen_again(found, again, _broken_range):
        if whole := [line.text.strip() for line in lines if forms(line.text) == (Form.RANGE,)]:
            full[number] = replace(full[number], range=whole[0])
    for number, lines in _seen_again(found, again, _broken_unit):
        if whole := [line.text.strip() for line in lines if parse_unit(line.text) is not None]:
            full[number] = replace(full[number], unit=whole[0])
    return full


def _seen_again(
    found: Sequence[Reading], again: Again, broken: Callable[[Reading], Cell | None]
) -> list[tuple[int, tuple[Line, ...]]]:
    cells = {number: cell for number, reading in enumerate(found) if (cell := broken(reading)) is not None}
    return list(zip(cells, again(list(cells.values())), strict=True)) if cells else []


def _doubtful_name_cell(reading: Reading) -> Cell | None:
    """A name that was hardly read, that stands where the detector saw none, or that is no item's."""
    if len(reading.name_cells) != 1 or ((least := _least(reading.name_cells)) >= CLEAR and not reading.named_late):
        return None
    match = known(reading.name)
    doubtful = least < SURE or reading.named_late or match is None or match.confidence < SURE
    return reading.name_cells[0] if doubtful else None


def _renamed(reading: Reading, lines: Sequence[Line]) -> Reading:
    """The reading with the name that other looks at it tell, where it had none that is known; in doubt where they tell
    another item's."""
    told = {
        match.code: line
        for line in lines
        if line.score >= HARDLY and (match := known(line.text.strip())) and match.confidence >= SURE
    }
    own = known(reading.name)
    if own is not None and own.confidence >= SURE:
        alone = reading.named_late or _least(reading.name_cells) < HARDLY
        doubtful = bool(told.keys() - {own.code}) or (alone and own.code not in told)
        return replace(reading, torn=reading.torn or doubtful)
    if len(told) != 1:
        return reading
    (line,) = told.values()
    return replace(reading, name=line.text.strip(), name_cells=(Cell(line, reading.name_cells[0].spot),))


def _broken_range(reading: Reading) -> Cell | None:
    one = len(reading.range_cells) == 1 and _FIGURES.search(reading.range)
    return reading.range_cells[0] if one and Form.RANGE not in forms(reading.range) else None


def _broken_unit(reading: Reading) -> Cell | None:
    return reading.unit_cell if reading.unit and parse_unit(reading.unit) is None else None


def _drafted(reading: Reading, context: Context) -> _Draft:
    printed = None if reading.value is None else reading.value.text
    match = recognise(reading.name, unit=reading.unit or None, specimen=context.specimen, value=printed)
    match = match or known(reading.name)
    if reading.abbreviation and (match is None or match.confidence < SURE):
        match = recognise(reading.abbreviation, unit=reading.unit or None, specimen=context.specimen) or match
    unit = _unit(reading.unit, match)
    value = parse_value("" if reading.value is None else reading.value.text)
    expected = parse_range(reading.range, sex=context.sex, age_years=context.age_years) if reading.range else None
    return _Draft(reading, match, unit, value, expected, _confidence(reading.value, value))


def _named_by_panel(drafts: Sequence[_Draft]) -> None:
    """Names that nobody knows and that were hardly read are looked for among the items of the sheet's panel."""
    codes = {draft.match.code for draft in drafts if draft.match is not None}
    for draft in drafts:
        if draft.match is None and _least(draft.reading.name_cells) < CLEAR:
            ucum = None if draft.unit is None else draft.unit.ucum
            item = of_panel(draft.reading.name, ucum, codes)
            if item is not None:
                draft.match = Match(item.code, item.loinc, item.name, item.specimen, BY_PANEL)
                codes.add(item.code)


def _unit(printed: str, match: Match | None) -> Unit | None:
    """The unit as printed; a power whose small figure was lost (``×10°/L``) is the item's usual one, if that is one."""
    if not printed:
        return None
    item = None if match is None else entry(match.code)
    found = parse_unit(printed, allowed=item.units if item else ())
    if found is None and item is not None and item.unit in POWERS and _LOST_POWER.search(printed):
        return unit_of(item.unit)
    return found


def _confidence(cell: Cell | None, value: Value) -> float:
    if cell is None or value.type is ValueType.EMPTY:
        return 0.0
    sure = [one for one, char in zip(cell.line.sure, cell.line.text, strict=False) if not char.isspace()]
    if not sure:
        return 0.0
    return min(sure) * value.well_formed


def _doubt(draft: _Draft) -> AskReason | None:
    """The first thing that speaks against the value; None for one that nothing speaks against."""
    value, cell = draft.value, draft.reading.value
    if cell is None or value.type in {ValueType.EMPTY, ValueType.UNKNOWN}:
        words = value.type is ValueType.UNKNOWN and _is_words(value.text)
        return None if words and draft.confidence / value.well_formed >= SURE else AskReason.BADLY_TYPED
    if _verdict(draft) is Plausibility.IMPOSSIBLE:
        return AskReason.IMPOSSIBLE
    if draft.reading.torn or (_unknown(draft) and _doubtful_name(draft)):
        return AskReason.AMBIGUOUS
    if value.repaired:
        return AskReason.REPAIRED
    if _LEADING_ZERO.match(value.text) or (value.type is ValueType.SPAN and not _COUNTED.fullmatch(value.text)):
        return AskReason.AMBIGUOUS
    if re.search("[阴阳]", cell.text) and not _ANSWER.fullmatch(half_width(cell.text)):
        return AskReason.BADLY_TYPED
    if draft.confidence < CLEAR:
        return AskReason.LOW_SCORE
    if _words_expected(draft):
        return AskReason.AMBIGUOUS
    if value.type is ValueType.NUMBER and (
        _odd_end(cell) or _far_out(draft) or _other_decimals(draft) or _run_together(draft)
    ):
        return AskReason.AMBIGUOUS
    if _flag_disagrees(draft):
        return AskReason.FLAG_DISAGREES
    return None


def _words_expected(draft: _Draft) -> bool:
    """A bare number where a word is expected: 3 may be what is left of 3+."""
    expected = draft.expected
    worded = bool(draft.reading.range) and (expected is None or (expected.low is None and expected.high is None))
    return worded and draft.value.type is ValueType.NUMBER and not draft.reading.unit


def _is_poor(drafts: Sequence[_Draft]) -> bool:
    """Whether a page was read so badly that each of its values is looked at again, sure as it may seem."""
    cells = [cell for draft in drafts for cell in draft.reading.cells]
    return bool(cells) and _sure(cells) < POOR


def _strangers(drafts: Sequence[_Draft]) -> None:
    """An abbreviation that nobody knows among many that are known is as likely misread (BGB of HGB)."""
    unknown = [draft for draft in drafts if draft.match is None]
    if 2 * len(unknown) < len(drafts):
        for draft in unknown:
            if draft.doubt in {None, AskReason.LOW_SCORE} and _ABBREVIATION.fullmatch(draft.reading.name.strip()):
                draft.doubt, draft.double = AskReason.AMBIGUOUS, True


def _doubtful_name(draft: _Draft) -> bool:
    """A name that the catalogue does not know, and of which a character was hardly read, or which holds a number, or
    that has no range, or has a number without a unit."""
    reading = draft.reading
    bare = not reading.range or (draft.value.type is ValueType.NUMBER and not reading.unit)
    return _least(reading.name_cells) < CLEAR or bare or _DECIMAL.search(reading.name) is not None


def _least(cells: Sequence[Cell]) -> float:
    """How surely the least sure character of the cells was read."""
    return min((one for cell in cells for one in cell.line.sure), default=1.0)


def _sure(cells: Sequence[Cell]) -> float:
    """How surely the cells' characters were read, on the mean; 1 for none."""
    sure = [one for cell in cells for one in cell.line.sure]
    return sum(sure) / len(sure) if sure else 1.0


def _twice(drafts: Sequence[_Draft]) -> None:
    """One item with two results on a page: a name of the two may be misread, so the one that was read less surely is
    asked about."""
    first: dict[tuple[str, str], _Draft] = {}
    for draft in drafts:
        if draft.match is None or draft.reading.value is None:
            continue
        key = draft.match.code, "" if draft.unit is None else draft.unit.ucum
        other = first.setdefault(key, draft)
        if other is not draft and _plain(other.value) != _plain(draft.value):
            doubtful = min(other, draft, key=lambda one: _least(one.reading.name_cells))
            if _least(doubtful.reading.name_cells) < CLEAR and doubtful.doubt is None:
                doubtful.doubt, doubtful.double = AskReason.AMBIGUOUS, True


def _unknown(draft: _Draft) -> bool:
    return draft.match is None or draft.match.confidence < KNOWN


def _is_words(text: str) -> bool:
    """A colour or another description: Chinese without figures."""
    return any("\u4e00" <= char <= "\u9fff" for char in text) and not any(char.isdigit() for char in text)


def _verdict(draft: _Draft) -> Plausibility:
    if draft.match is None or draft.value.number is None or draft.value.type is not ValueType.NUMBER:
        return Plausibility.UNKNOWN
    if draft.unit is None and draft.reading.unit:
        return Plausibility.UNKNOWN
    ucum = None if draft.unit is None else draft.unit.ucum
    return plausible(draft.match.code, draft.value.number, ucum).verdict


def _odd_end(cell: Cell) -> bool:
    """The last figure stands off from the others and looks like an arrow."""
    shown = [(char, place) for char, place in zip(cell.line.text, cell.line.places, strict=False) if not char.isspace()]
    if len(shown) < 3 or shown[-1][0] not in ARROW_LIKE:  # noqa: PLR2004
        return False
    steps = [b[1] - a[1] for a, b in pairwise(shown)]
    return steps[-1] > WIDE_STEP * median(steps[:-1])


def _without_arrow(draft: _Draft) -> None:
    """Asked about with and without the last figure; that reading first which has the decimals of the range."""
    value, cell = draft.value, draft.reading.value
    shorter = value.text[:-1].rstrip(".")
    draft.doubt, draft.others = AskReason.AMBIGUOUS, (shorter,)
    draft.confidence = min(draft.confidence, SURE - 0.01)
    expected, decimals = draft.expected, value.decimals or 0
    if cell is not None and expected is not None and expected.decimals and decimals == expected.decimals + 1:
        text = cell.line.text.rstrip()
        draft.reading = replace(draft.reading, value=cell.part(0, len(text) - 1))
        draft.value, draft.others = parse_value(text[:-1]), (value.text,)


def _may_be_arrow(draft: _Draft, *, marks: bool) -> bool:
    """Whether the last figure may be an arrow: the value is out of range and no arrow was seen, though the sheet
    ``marks`` such values with one, or the value has a figure more than its range."""
    cell, value = draft.reading.value, draft.value
    if cell is None or value.type is not ValueType.NUMBER or value.decimals is None:
        return False
    shown = cell.line.text.strip()
    outside = flag(value, draft.expected) in {Flag.HIGH, Flag.LOW}
    if shown[-1:] not in ARROW_LIKE or _printed_flag(draft) is not None or not (outside or draft.expected is None):
        return False
    longer = draft.expected is not None and value.decimals > draft.expected.decimals
    return longer or marks or _odd_end(cell)


def _marks(drafts: Sequence[_Draft]) -> bool:
    """Whether the sheet marks values out of range with an arrow: one of them was read as such, or most of them end in
    a figure that it is read as."""
    marked = any(_printed_flag(draft) is not None for draft in drafts)
    outside = [draft for draft in drafts if flag(draft.value, draft.expected) in {Flag.HIGH, Flag.LOW}]
    alike = sum(draft.value.text[-1:] in ARROW_LIKE for draft in outside)
    return marked or (alike > 1 and alike >= MOSTLY * len(outside))


def _printed_flag(draft: _Draft) -> Flag | None:
    return parse_flag(draft.reading.flag) or draft.value.printed_flag


def _far_out(draft: _Draft) -> bool:
    if _verdict(draft) is Plausibility.EXTREME:
        return True
    expected, number = draft.expected, draft.value.number
    if expected is None or number is None or draft.value.comparator is not None:
        return False
    low, high = expected.low, expected.high
    return bool((high and number > FAR_OUT * high) or (low and 0 < number < low / FAR_OUT))


def _other_decimals(draft: _Draft) -> bool:
    expected, value = draft.expected, draft.value
    if expected is None or value.decimals is None or expected.high is None:
        return False
    if flag(value, expected) is Flag.NORMAL:
        return False
    return value.decimals != expected.decimals


def _fewer_decimals(draft: _Draft) -> bool:
    """A value outside of a range that is printed with more decimals: a point that blur took is missed by every
    reader."""
    expected, value = draft.expected, draft.value
    if expected is None or value.type is not ValueType.NUMBER or flag(value, expected) is Flag.NORMAL:
        return False
    return value.decimals == 0 and expected.decimals > 0


def _run_together(draft: _Draft) -> bool:
    """A value with many more decimals than its range has taken in what stands behind it (2.5310 of 2.53 and 10^9/L)."""
    expected, value = draft.expected, draft.value
    if expected is None or value.type is not ValueType.NUMBER or value.decimals is None:
        return False
    return 0 < expected.decimals <= value.decimals - 2


def _flag_disagrees(draft: _Draft) -> bool:
    printed = _printed_flag(draft)
    computed = flag(draft.value, draft.expected)
    if printed is None or computed is Flag.UNKNOWN:
        return False
    if printed in {Flag.HIGH, Flag.LOW}:
        return computed in {Flag.HIGH, Flag.LOW, Flag.NORMAL} and computed is not printed
    return printed is Flag.ABNORMAL and computed is Flag.NORMAL


def _looked_at_again(draft: _Draft, lines: Sequence[Line]) -> None:
    """Other readings of the value's cell: all alike settle most doubts, one that differs makes it a question."""
    if not _typed(draft.value) and draft.reading.value is not None:
        told = {_plain(value): line for line in lines if _typed(value := parse_value(line.text))}
        if len(told) == 1:
            # What was read at first is no value: what all others say stands there, and is asked about.
            (line,) = told.values()
            draft.others = (draft.reading.value.text,)
            draft.reading = replace(draft.reading, value=Cell(line, draft.reading.value.spot))
            draft.value, draft.doubt = parse_value(line.text.strip()), AskReason.AMBIGUOUS
            draft.confidence = min(_confidence(draft.reading.value, draft.value), SURE - 0.01)
            return
    first = _plain(draft.value)
    seen = [(parse_value(line.text), line) for line in lines]
    others = tuple(dict.fromkeys(_plain(value) for value, _ in seen if _plain(value) != first and _typed(value)))
    alike = [line for value, line in seen if _plain(value) == first]
    if others:
        draft.doubt, draft.others = AskReason.AMBIGUOUS, others
        draft.confidence = min(draft.confidence, SURE - 0.01)
    elif len(alike) == len(seen) and _may_settle(draft):
        draft.confidence = max(draft.confidence, CONFIRMED) * (1.0 if not draft.value.repaired else SURE)
        draft.settled = not draft.value.repaired


def _may_settle(draft: _Draft) -> bool:
    """A second look at the value says nothing of its name, nor of a piece of it elsewhere."""
    unknown = _unknown(draft) and _doubtful_name(draft)
    torn = draft.reading.torn or draft.double or _fewer_decimals(draft) or _run_together(draft)
    return draft.doubt not in UNSETTLED and not torn and not unknown


def _typed(value: Value) -> bool:
    return value.type not in {ValueType.EMPTY, ValueType.UNKNOWN}


def _plain(value: Value) -> str:
    """A value's reading without arrows and blanks: what two readings are compared by."""
    if value.type is ValueType.NUMBER and value.number is not None:
        return f"{value.comparator or ''}{value.number:.{value.decimals or 0}f}"
    return value.text.replace(" ", "")


def _item(draft: _Draft, context: Context) -> Item:
    reading, value, match = draft.reading, draft.value, draft.match
    number = value.number if value.type is ValueType.NUMBER else None
    ucum = None if draft.unit is None else draft.unit.ucum
    if match is not None and number is not None and ucum is not None:
        ucum = meant_unit(match.code, number, ucum)
    broken = None
    if match is not None:
        broken = critical(
            match.code, number, ucum, grade=value.grade, age_years=context.age_years, comparator=value.comparator
        )
    return Item(
        name=_name(reading, match),
        value_text=_printed(draft),
        confidence=round(draft.confidence, 3),
        code=None if match is None else match.code,
        title=None if match is None else match.name,
        loinc=None if match is None else match.loinc,
        value=number,
        comparator=value.comparator,
        unit=reading.unit or None,
        ucum=ucum,
        range_text=reading.range or None,
        low=None if draft.expected is None else draft.expected.low,
        high=None if draft.expected is None else draft.expected.high,
        flag=flag(value, draft.expected),
        printed_flag=_printed_flag(draft),
        critical=None if broken is None else broken.rule.id,
        ask_back=_question(draft, context),
        sensitivity=sensitivity_of(reading.name, match),
        specimen=None if match is None else match.specimen.value,
        box=box_of(reading.cells, context.page),
    )


def _name(reading: Reading, match: Match | None) -> str:
    """As printed, misread characters put right; the item's own where only an abbreviation was seen of it."""
    if reading.unnamed and match is not None and match.confidence >= SURE:
        return match.name
    return mended(reading.name, match, sure=_sure(reading.name_cells))


def _printed(draft: _Draft) -> str:
    """The value as printed, without an arrow: a number in its normal form."""
    cell, value = draft.reading.value, draft.value
    if cell is None or value.type in {ValueType.NUMBER, ValueType.EMPTY}:
        return value.text
    if value.type is ValueType.GRADE and re.search("[一十]", cell.text):
        return value.text
    shown = re.sub(r"\s*[↑↓⬆⬇]+\s*", "", cell.text)
    return re.sub(r"^[OoQ](?=\s*[(（])", "0", shown)  # 0(-): no word begins so


def _question(draft: _Draft, context: Context) -> AskBack | None:
    reason = draft.doubt
    if draft.settled and reason is not AskReason.IMPOSSIBLE:
        reason = None
    if reason in {AskReason.LOW_SCORE, None} and draft.confidence >= SURE:
        return None
    ucum = None if draft.unit is None else draft.unit.ucum
    candidates = [_printed(draft), *draft.others, *draft.value.candidates]
    if draft.match is not None and reason in {AskReason.IMPOSSIBLE, AskReason.AMBIGUOUS, AskReason.REPAIRED}:
        candidates += other_readings(draft.match.code, draft.value, ucum)
    if moved := lost_point(draft.value, draft.expected):
        candidates.append(moved)
    if reason is AskReason.IMPOSSIBLE:
        candidates = candidates[1:]
    cell = draft.reading.value
    shown = (cell,) if cell is not None else draft.reading.cells
    return AskBack(
        reason or AskReason.LOW_SCORE,
        box_of(shown, context.page),
        tuple(dict.fromkeys(one for one in candidates if one))[:4],
    )


def box_of(cells: Sequence[Cell], page: int) -> Box | None:
    """The upright rectangle around cells, in the page's pixels."""
    if not cells:
        return None
    points = [point for cell in cells for point in cell.line.quad]
    xs, ys = [float(x) for x, _ in points], [float(y) for _, y in points]
    return Box(page, max(0, int(min(xs))), max(0, int(min(ys))), int(max(xs)) + 1, int(max(ys)) + 1)
