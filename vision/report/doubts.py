"""What speaks against a value or a name: each doubt is a reason to look again or to ask."""

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from vision.report.catalogue import Plausibility, ValueType, flag
from vision.report.catalogue.text import half_width
from vision.report.cells import Cell
from vision.report.drafts import (
    CLEAR,
    SURE,
    Draft,
    is_unknown,
    least_sure,
    mean_sure,
    printed_flag,
    spelling,
    verdict_of,
)
from vision.report.items import AskReason
from vision.report.kinds import Flag

POOR = 0.93
"""Mean of a page's characters."""
_ABBREVIATION = re.compile(r"[A-Za-z0-9#%+-]{2,6}")
FAR_OUT = 4.0
"""So many times a limit of its range: as likely a lost point as a disease."""
WIDE_STEP = 1.5
"""Of the usual step between figures: a last figure that stands off like this may be an arrow."""
_LEADING_ZERO = re.compile(r"[<>=]*0\d")
_COUNTED = re.compile(r"\d{1,2}\s*[-~到至]+\s*\d{1,2}(?![\d.]).*")
"""So many in a field of view; a span of larger numbers or of fractions is a range that stands where the result is."""
_ANSWER = re.compile(
    r"(?:弱|强|可疑|呈)?(?:阴性?\s*(?:\(?-{1,2}\)?)?|阳性?\s*(?:\(?(?:[+±]{1,4}|\d\+|\+\d|1:\d+)\)?)?)[*↑↓HL]?|1:\d+\s*\(?[阴阳]性?\)?"
)
"""Negative or positive, and how much: with more beside it another cell was run into it."""
_DECIMAL = re.compile(r"\d\.\d")
PER_FIELD = "field of view"
"""The dimension of units that results are counted in."""
MOSTLY = 0.6
ARROW_LIKE = "1Il|7Tt"


def doubt_of(draft: Draft) -> AskReason | None:
    """The first thing that speaks against the value; None for one that nothing speaks against."""
    value, cell = draft.value, draft.reading.value
    if cell is None or value.type in {ValueType.EMPTY, ValueType.UNKNOWN}:
        words = value.type is ValueType.UNKNOWN and _is_words(value.text)
        return None if words and draft.confidence / value.well_formed >= SURE else AskReason.BADLY_TYPED
    if verdict_of(draft) is Plausibility.IMPOSSIBLE:
        return AskReason.IMPOSSIBLE
    if draft.reading.torn or draft.reading.guessed or (is_unknown(draft) and has_doubtful_name(draft)):
        return AskReason.AMBIGUOUS
    if value.repaired:
        return AskReason.REPAIRED
    if _LEADING_ZERO.match(value.text) or (value.type is ValueType.SPAN and not _COUNTED.fullmatch(value.text)):
        return AskReason.AMBIGUOUS
    if re.search("[阴阳]", cell.text) and not _ANSWER.fullmatch(half_width(cell.text)):
        return AskReason.BADLY_TYPED
    if _words_expected(draft) or is_lone_span(draft):
        return AskReason.AMBIGUOUS
    if value.type is ValueType.NUMBER and (
        _odd_end(cell) or _far_out(draft) or _other_decimals(draft) or is_run_together(draft)
    ):
        return AskReason.AMBIGUOUS
    if _flag_disagrees(draft):
        return AskReason.FLAG_DISAGREES
    # Last, for it alone may be too little to ask about.
    return AskReason.LOW_SCORE if draft.confidence < CLEAR else None


def is_poor(drafts: Sequence[Draft]) -> bool:
    """Whether a page was read so badly that each of its values is looked at again, sure as it may seem."""
    cells = [cell for draft in drafts for cell in draft.reading.cells]
    return bool(cells) and mean_sure(cells) < POOR


def doubt_strangers(drafts: Sequence[Draft]) -> None:
    """An abbreviation that nobody knows among many that are known is as likely misread (BGB of HGB)."""
    unknown = [draft for draft in drafts if draft.match is None]
    if 2 * len(unknown) < len(drafts):
        for draft in unknown:
            if draft.doubt in {None, AskReason.LOW_SCORE} and _ABBREVIATION.fullmatch(draft.reading.name.strip()):
                draft.doubt, draft.double = AskReason.AMBIGUOUS, True


def doubt_doubles(drafts: Sequence[Draft]) -> None:
    """One item with two results on a page: a name of the two may be misread, so the one that was read less surely is
    asked about."""
    first: dict[tuple[str, str], Draft] = {}
    for draft in drafts:
        if draft.match is None or draft.reading.value is None:
            continue
        key = draft.match.code, "" if draft.unit is None else draft.unit.ucum
        other = first.setdefault(key, draft)
        if other is not draft and spelling(other.value) != spelling(draft.value):
            doubtful = min(other, draft, key=lambda one: least_sure(one.reading.name_cells))
            if least_sure(doubtful.reading.name_cells) < CLEAR and doubtful.doubt is None:
                doubtful.doubt, doubtful.double = AskReason.AMBIGUOUS, True


def has_doubtful_name(draft: Draft) -> bool:
    """A name that the catalogue does not know, and of which a character was hardly read, or which holds a number, or
    that has no range, or has a number without a unit."""
    reading = draft.reading
    bare = not reading.range or (draft.value.type is ValueType.NUMBER and not reading.unit)
    return least_sure(reading.name_cells) < CLEAR or bare or _DECIMAL.search(reading.name) is not None


def _words_expected(draft: Draft) -> bool:
    """A bare number where a word is expected: 3 may be what is left of 3+."""
    expected = draft.expected
    worded = bool(draft.reading.range) and (expected is None or (expected.low is None and expected.high is None))
    return worded and draft.value.type is ValueType.NUMBER and not draft.reading.unit


def is_lone_span(draft: Draft) -> bool:
    """A span where the result is, without a range: if not counted in a field of view, the range of a missed result."""
    per_field = draft.unit is not None and draft.unit.dimension == PER_FIELD
    return draft.value.type is ValueType.SPAN and not draft.reading.range and not per_field


def may_be_grade(draft: Draft) -> bool:
    """A lone figure where a word is expected may be the grade whose plus signs blur took from every reading."""
    return _words_expected(draft) and draft.value.text in {"1", "2", "3", "4"}


def _is_words(text: str) -> bool:
    """A colour or another description: Chinese without figures."""
    return any("\u4e00" <= char <= "\u9fff" for char in text) and not any(char.isdigit() for char in text)


def _far_out(draft: Draft) -> bool:
    if verdict_of(draft) is Plausibility.EXTREME:
        return True
    expected, number = draft.expected, draft.value.number
    if expected is None or number is None or draft.value.comparator is not None:
        return False
    low, high = expected.low, expected.high
    return bool((high and number > FAR_OUT * high) or (low and 0 < number < low / FAR_OUT))


def _other_decimals(draft: Draft) -> bool:
    expected, value = draft.expected, draft.value
    if expected is None or value.decimals is None or expected.high is None:
        return False
    if flag(value, expected) is Flag.NORMAL:
        return False
    return value.decimals != expected.decimals


def has_fewer_decimals(draft: Draft) -> bool:
    """A value outside of a range that is printed with more decimals: a point that blur took is missed by every
    reader."""
    expected, value = draft.expected, draft.value
    if expected is None or value.type is not ValueType.NUMBER or flag(value, expected) is Flag.NORMAL:
        return False
    return value.decimals == 0 and expected.decimals > 0


def is_run_together(draft: Draft) -> bool:
    """A value with many more decimals than its range has taken in what stands behind it (2.5310 of 2.53 and 10^9/L)."""
    expected, value = draft.expected, draft.value
    if expected is None or value.type is not ValueType.NUMBER or value.decimals is None:
        return False
    return 0 < expected.decimals <= value.decimals - 2


def _flag_disagrees(draft: Draft) -> bool:
    printed = printed_flag(draft)
    computed = flag(draft.value, draft.expected)
    if printed is None or computed is Flag.UNKNOWN:
        return False
    if printed in {Flag.HIGH, Flag.LOW}:
        return computed in {Flag.HIGH, Flag.LOW, Flag.NORMAL} and computed is not printed
    return printed is Flag.ABNORMAL and computed is Flag.NORMAL


def may_be_arrow(draft: Draft, *, marks: bool) -> bool:
    """Whether the last figure may be an arrow: the value is out of range and no arrow was seen, though the sheet
    ``marks`` such values with one, or the value has a figure more than its range."""
    cell, value = draft.reading.value, draft.value
    if cell is None or value.type is not ValueType.NUMBER or value.decimals is None:
        return False
    shown = cell.line.text.strip()
    outside = flag(value, draft.expected) in {Flag.HIGH, Flag.LOW}
    if shown[-1:] not in ARROW_LIKE or printed_flag(draft) is not None or not (outside or draft.expected is None):
        return False
    longer = draft.expected is not None and value.decimals > draft.expected.decimals
    return longer or marks or _odd_end(cell)


def has_marks(drafts: Sequence[Draft]) -> bool:
    """Whether the sheet marks values out of range with an arrow: one of them was read as such, or most of them end in
    a figure that it is read as."""
    marked = any(printed_flag(draft) is not None for draft in drafts)
    outside = [draft for draft in drafts if flag(draft.value, draft.expected) in {Flag.HIGH, Flag.LOW}]
    alike = sum(draft.value.text[-1:] in ARROW_LIKE for draft in outside)
    return marked or (alike > 1 and alike >= MOSTLY * len(outside))


def _odd_end(cell: Cell) -> bool:
    """The last figure stands off from the others and looks like an arrow."""
    shown = [(char, place) for char, place in zip(cell.line.text, cell.line.places, strict=False) if not char.isspace()]
    if len(shown) < 3 or shown[-1][0] not in ARROW_LIKE:  # noqa: PLR2004
        return False
    steps = [b[1] - a[1] for a, b in pairwise(shown)]
    return steps[-1] > WIDE_STEP * median(steps[:-1])
