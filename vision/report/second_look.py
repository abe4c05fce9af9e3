"""Doubtful cells read once more in other ways: what all readings say alike settles most doubts."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from vision.report.catalogue import parse_unit, parse_value
from vision.report.cells import Cell
from vision.report.doubts import has_doubtful_name, has_fewer_decimals, is_lone_span, is_run_together, may_be_grade
from vision.report.drafts import CLEAR, SURE, Draft, confidence_of, is_typed, is_unknown, least_sure, spelling
from vision.report.items import AskReason
from vision.report.lines import Line
from vision.report.table import Reading, known
from vision.report.tokens import Form, forms

HARDLY = 0.6
"""A name of which a character was read with less needs another reading that says the same."""
WELL = 0.8
"""One of several readings must be so sure of each of its characters."""
CONFIRMED = 0.97
"""What a value counts at least that a second look reads alike."""
_FIGURES = re.compile(r"\d\D*\d")
UNSETTLED = frozenset({AskReason.IMPOSSIBLE, AskReason.BADLY_TYPED})
"""What no second look settles."""
Again = Callable[[Sequence[Cell]], list[tuple[Line, ...]]]
"""Reads cells again in other ways; for each cell the readings there are."""


def cells_again(found: Sequence[Reading], again: Again) -> list[Reading]:
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
    if len(reading.name_cells) != 1 or ((least := least_sure(reading.name_cells)) >= CLEAR and not reading.named_late):
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
        alone = reading.named_late or least_sure(reading.name_cells) < HARDLY
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


def looked_at_again(draft: Draft, lines: Sequence[Line]) -> None:
    """Other readings of the value's cell: all alike settle most doubts, one that differs makes it a question."""
    if not is_typed(draft.value) and draft.reading.value is not None:
        told = {spelling(value): line for line in lines if is_typed(value := parse_value(line.text))}
        if len(told) == 1:
            # What was read at first is no value: what all others say stands there, and is asked about.
            (line,) = told.values()
            draft.others = (draft.reading.value.text,)
            draft.reading = replace(draft.reading, value=Cell(line, draft.reading.value.spot))
            draft.value, draft.doubt = parse_value(line.text.strip()), AskReason.AMBIGUOUS
            draft.confidence = min(confidence_of(draft.reading.value, draft.value), SURE - 0.01)
            return
    first = spelling(draft.value)
    seen = [(parse_value(line.text), line) for line in lines]
    others = tuple(dict.fromkeys(spelling(value) for value, _ in seen if spelling(value) != first and is_typed(value)))
    alike = [line for value, line in seen if spelling(value) == first]
    if others:
        draft.doubt, draft.others = AskReason.AMBIGUOUS, others
        draft.confidence = min(draft.confidence, SURE - 0.01)
    elif len(alike) == len(seen) and _is_seen_well(draft, alike) and _may_settle(draft):
        draft.confidence = max(draft.confidence, CONFIRMED) * (1.0 if not draft.value.repaired else SURE)
        draft.settled = not draft.value.repaired


def _is_seen_well(draft: Draft, lines: Sequence[Line]) -> bool:
    """Whether one reading at least was rather sure of every character: where none was, all may take one blur for one
    figure."""
    first = draft.reading.value
    read = [line.sure for line in lines] + ([] if first is None else [first.line.sure])
    return any(min(sure, default=0.0) >= WELL for sure in read)


def _may_settle(draft: Draft) -> bool:
    """A second look at the value says nothing of its name, nor of a piece of it elsewhere."""
    unknown = is_unknown(draft) and has_doubtful_name(draft)
    told = draft.reading.torn or draft.reading.guessed or draft.double
    cut = has_fewer_decimals(draft) or is_run_together(draft) or may_be_grade(draft) or is_lone_span(draft)
    return draft.doubt not in UNSETTLED and not (told or cut or unknown)
