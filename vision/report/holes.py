"""Results that the detector missed: a lone dash or a faint figure is read where its row and its column cross."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

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

ReadAt = Callable[[Sequence[Quad]], list[Line]]
"""Reads the text at places; one line a place, which may be empty."""


def filled(found: Sequence[Reading], read_at: ReadAt) -> list[Reading]:
    """The readings, with values that stand where none was detected. A row that has neither value nor range is left
    out."""
    places = {
        number: place
        for number, reading in enumerate(found)
        if reading.value is None and (place := _place(number, found)) is not None
    }
    lines = dict(zip(places, read_at(list(places.values())), strict=True)) if places else {}
    full = []
    for number, reading in enumerate(found):
        line = lines.get(number)
        if line is not None and line.score >= LEAST_SCORE and looks_like_value(line.text):
            full.append(replace(reading, value=_cell(line)))
        elif reading.value is not None or reading.range:
            full.append(reading)
    return full


def _place(number: int, found: Sequence[Reading]) -> Quad | None:
    """Where the value of a row should stand: between the edges of its neighbours' values, level with its own cells."""
    here = found[number]
    beside = [
        (abs(other - number), reading.value)
        for other, reading in enumerate(found)
        if reading.group == here.group and reading.value is not None
    ]
    values = [value for _, value in sorted(beside, key=lambda pair: pair[0])[:NEIGHBOURS]]
    if len(values) < FEWEST or not here.name_cells:
        return None
    left = min(float(value.line.quad[[0, 3], 0].min()) for value in values)
    right = max(float(value.line.quad[[1, 2], 0].max()) for value in values)
    name = here.name_cells[-1].line
    from_x, from_y = _middle(name.quad, 1, 2)
    others = [cell.line for cell in (*here.range_cells, *filter(None, (here.unit_cell,)))]
    after = [line for line in others if float(line.quad[:, 0].mean()) > left]
    if after:
        to_x, to_y = _middle(after[0].quad, 0, 3)
    else:
        begin_x, begin_y = _middle(name.quad, 0, 3)
        to_x, to_y = from_x + (from_x - begin_x), from_y + (from_y - begin_y)
    if right <= max(left + 1, from_x - 0.5 * name.height):
        return None
    slope = (to_y - from_y) / max(1.0, to_x - from_x)
    half = TALLER * name.height / 2
    margin = 0.3 * name.height
    left, right = max(left - margin, from_x), right + margin
    ends = [(x, from_y + slope * (x - from_x)) for x in (left, right)]
    return np.array(
        [
            (left, ends[0][1] - half),
            (right, ends[1][1] - half),
            (right, ends[1][1] + half),
            (left, ends[0][1] + half),
        ],
        dtype=np.float32,
    )


def _middle(quad: Quad, one: int, other: int) -> tuple[float, float]:
    x, y = (quad[one] + quad[other]) / 2
    return float(x), float(y)


def _cell(line: Line) -> Cell:
    left, top = line.quad.min(axis=0)
    right, bottom = line.quad.max(axis=0)
    return Cell(line, Spot(float(left), float(right), float(top + bottom) / 2, float(bottom - top)))
