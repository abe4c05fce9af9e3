"""From what a row says to an item with a confidence: doubtful cells are looked at again, and what stays in doubt is
asked back, never guessed."""

import re
from collections.abc import Sequence
from dataclasses import replace

from vision.report.catalogue import (
    Match,
    ValueType,
    critical,
    flag,
    likely_specimen,
    meant_unit,
    parse_value,
    sensitivity_of,
)
from vision.report.catalogue.doubt import lost_point, other_readings
from vision.report.cells import Cell
from vision.report.doubts import doubt_doubles, doubt_of, doubt_strangers, has_marks, is_poor, may_be_arrow
from vision.report.drafts import SURE, Context, Draft, drafted, mean_sure, printed_flag
from vision.report.items import AskBack, AskReason, Box, Item
from vision.report.naming import mended
from vision.report.second_look import Again, cells_again, looked_at_again
from vision.report.table import Reading
from vision.report.unit_of import units_mended


def judged(found: Sequence[Reading], context: Context, again: Again | None = None) -> list[Item]:
    """The items of a page. ``again`` looks at doubtful cells once more; without it every doubt is asked back."""
    if context.specimen is None:
        context = replace(context, specimen=likely_specimen(one.name for one in found))
    if again is not None:
        found = cells_again(found, again)
    drafts = [drafted(one, context) for one in found]
    for draft, printed, unit in units_mended([(one.match, one.reading, one.unit, one.value) for one in drafts]):
        drafts[draft].reading, drafts[draft].unit = replace(drafts[draft].reading, unit=printed), unit
    poor = is_poor(drafts)
    for draft in drafts:
        draft.doubt = doubt_of(draft)
        if poor and draft.doubt is None:
            draft.doubt, draft.confidence = AskReason.LOW_SCORE, min(draft.confidence, SURE - 0.01)
    doubt_strangers(drafts)
    doubt_doubles(drafts)
    marks = has_marks(drafts)
    for draft in drafts:
        if draft.doubt in {None, AskReason.LOW_SCORE, AskReason.AMBIGUOUS} and may_be_arrow(draft, marks=marks):
            # Every reader takes an arrow for a figure where it looks like one: only the patient can tell.
            _without_arrow(draft)
    doubtful = [draft for draft in drafts if draft.doubt and not draft.others and draft.reading.value is not None]
    if again is not None and doubtful:
        cells = [draft.reading.value for draft in doubtful]
        for draft, lines in zip(doubtful, again([cell for cell in cells if cell is not None]), strict=True):
            looked_at_again(draft, lines)
    return [_item(draft, context) for draft in drafts]


def _without_arrow(draft: Draft) -> None:
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


def _item(draft: Draft, context: Context) -> Item:
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
        printed_flag=printed_flag(draft),
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
    return mended(reading.name, match, sure=mean_sure(reading.name_cells))


def _printed(draft: Draft) -> str:
    """The value as printed, without an arrow: a number in its normal form."""
    cell, value = draft.reading.value, draft.value
    if cell is None or value.type in {ValueType.NUMBER, ValueType.EMPTY}:
        return value.text
    if value.type is ValueType.GRADE and re.search("[一十]", cell.text):
        return value.text
    shown = re.sub(r"\s*[↑↓⬆⬇]+\s*", "", cell.text)
    return re.sub(r"^[OoQ](?=\s*[(（])", "0", shown)  # 0(-): no word begins so


def _question(draft: Draft, context: Context) -> AskBack | None:
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
