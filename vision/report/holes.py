"""Results that the detector missed: a lone dash or a faint figure is read where its row and its column cross."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from vision.report.catalogue import Column, parse_unit
from vision.report.cells import Cell
from vision.report.geometry import Spot
from vision.report.lines import Line, Quad
from vision.report.table import Reading
from vision.report.tokens import looks_like_value

NEIGHBOURS = 4
FEWEST = 2
TALLER = 1.25
"""A place is guessed this much taller than the row's name."""
LEAST_SCORE = 0.6
COVERED = 0.6
"""Of a place's height, that another cell may not reach into it."""
NARROWEST = 0.5
"""In heights: a narrower place is no hole, but a blank between cells."""
MARGIN = 0.3
"""In heights: so much blank is left beside a hole."""

ReadAt = Callable[[Sequence[Quad]], list[Line]]
"""Reads the text at places; one line a place, which may be empty."""


def filled(found: Sequence[Reading], read_at: ReadAt) -> list[Reading]:
    """The readings, with values, names and units that stand where none was detected. A row that has neither value nor
    range, or no name, is left out. Whether a name is one is not asked here."""
    places: list[tuple[int, Column, Quad]] = []
    for number, reading in enumerate(found):
        for column, where in (
            (Column.NAME, _name_place(number, found) if not reading.name else None),
            (Column.RESULT, _value_place(number, found) if reading.name and reading.value is None else None),
            (Column.UNIT, _unit_place(number, found) if reading.name and not reading.unit else None),
        ):
            if where is not None and not any(_covers(cell, where) for other in found for cell in other.cells):
                places.append((number, column, where))
    lines = read_at([where for _, _, where in places]) if places else []
    full = list(found)
    for (number, column, _), line in zip(places, lines, strict=True):
        text = line.text.strip()
        if column is Column.NAME:
            if text:
                full[number] = replace(full[number], name=text, name_cells=(_cell(line),), named_late=True)
        elif line.score < LEAST_SCORE:
            continue
        elif column is Column.UNIT:
            if parse_unit(text) is not None:
                full[number] = replace(full[number], unit=text, unit_cell=_cell(line))
        elif looks_like_value(text):
            full[number] = replace(full[number], value=_cell(line))
    return [one for one in full if one.name and (one.value is not None or one.range)]


def _covers(cell: Cell, place: Quad) -> bool:
    """Whether a cell stands in the place already: another row's, if not this one's."""
    (left, top), (right, bottom) = place.min(axis=0), place.max(axis=0)
    (begin, above), (end, below) = cell.line.quad.min(axis=0), cell.line.quad.max(axis=0)
    across, down = min(right, end) - max(left, begin), min(bottom, below) - max(top, above)
    return bool(across > 0 and down > COVERED * min(bottom - top, below - above))


def _name_place(number: int, found: Sequence[Reading]) -> Quad | None:
    """Where the name of a row should stand: as far left as its neighbours' names, level with the row's value."""
    here = found[number]
    beside = [
        (abs(other - number), reading.name_cells[0].line)
        for other, reading in enumerate(found)
        if reading.group == here.group and reading.name_cells and reading.value is not None
    ]
    names = [name for _, name in sorted(beside, key=lambda pair: pair[0])[:NEIGHBOURS]]
    if len(names) < FEWEST or here.value is None:
        return None
    value = here.value.line
    left = min(float(name.quad[[0, 3], 0].min()) for name in names)
    value_x, value_y = _middle(value.quad, 0, 3)
    right = min(max(float(name.quad[[1, 2], 0].max()) for name in names), value_x - MARGIN * value.height)
    if right < left + value.height:
        return None
    slopes = [_slope(name) for name in names]
    slope = sum(slopes) / len(slopes)
    return box_at(
        left - 0.2 * value.height, right, lambda x: value_y + slope * (x - value_x), TALLER * value.height / 2
    )


def _slope(line: Line) -> float:
    (from_x, from_y), (to_x, to_y) = _middle(line.quad, 0, 3), _middle(line.quad, 1, 2)
    return (to_y - from_y) / max(1.0, to_x - from_x)


def box_at(left: float, right: float, level: Callable[[float], float], half: float) -> Quad:
    """A place from ``left`` to ``right``, ``half`` above and below the ``level`` there."""
    ends = level(left), level(right)
    return np.array(
        [(left, ends[0] - half), (right, ends[1] - half), (right, ends[1] + half), (left, ends[0] + half)],
        dtype=np.float32,
    )


def _value_place(number: int, found: Sequence[Reading]) -> Quad | None:
    """Where the value of a row should stand."""
    return _place(number, found, lambda one: one.value)


def _unit_place(number: int, found: Sequence[Reading]) -> Quad | None:
    """Where the unit of a row should stand, if its neighbours have theirs in cells of their own."""
    return _place(number, found, lambda one: one.unit_cell)


def _place(number: int, found: Sequence[Reading], part: Callable[[Reading], Cell | None]) -> Quad | None:
    """Where a part of a row should stand: between the edges of its neighbours' parts, level with its own cells, and
    beside them: what a cell holds already is no hole."""
    here = found[number]
    beside = [
        (abs(other - number), cell)
        for other, reading in enumerate(found)
        if reading.group == here.group and other != number and (cell := part(reading)) is not None
    ]
    cells = [cell for _, cell in sorted(beside, key=lambda pair: pair[0])[:NEIGHBOURS]]
    if len(cells) < FEWEST or not here.name_cells:
        return None
    left = min(float(cell.line.quad[[0, 3], 0].min()) for cell in cells)
    right = max(float(cell.line.quad[[1, 2], 0].max()) for cell in cells)
    name = here.name_cells[-1].line
    from_x, from_y = _middle(name.quad, 1, 2)
    others = sorted(
        (cell.line for cell in here.cells if all(cell is not one for one in here.name_cells)),
        key=lambda line: float(line.quad[:, 0].mean()),
    )
    after = [line for line in others if float(line.quad[:, 0].mean()) > (left + right) / 2]
    before = [line for line in others if float(line.quad[:, 0].mean()) <= (left + right) / 2]
    if after:
        to_x, to_y = _middle(after[0].quad, 0, 3)
    elif before:
        to_x, to_y = _middle(before[-1].quad, 1, 2)
    else:
        begin_x, begin_y = _middle(name.quad, 0, 3)
        to_x, to_y = from_x + (from_x - begin_x), from_y + (from_y - begin_y)
    margin = MARGIN * name.height
    # Cells of the row bound the hole: a place that cuts through one of them would show a piece of a number.
    left = max([left - margin, from_x, *(_middle(line.quad, 1, 2)[0] for line in before)])
    right = min([right + margin, *(_middle(line.quad, 0, 3)[0] for line in after)])
    if right - left < NARROWEST * name.height:
        return None
    slope = (to_y - from_y) / (to_x - from_x if abs(to_x - from_x) > 1 else 1.0)
    return box_at(left, right, lambda x: from_y + slope * (x - from_x), TALLER * name.height / 2)


def _middle(quad: Quad, one: int, other: int) -> tuple[float, float]:
    x, y = (quad[one] + quad[other]) / 2
    return float(x), float(y)


def _cell(line: Line) -> Cell:
    left, top = line.quad.min(axis=0)
    right, bottom = line.quad.max(axis=0)
    return Cell(line, Spot(float(left), float(right), float(top + bottom) / 2, float(bottom - top)))
