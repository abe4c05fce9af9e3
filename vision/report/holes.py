"""Results that the detector missed: a lone dash or a faint figure is read where its row and its column cross."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from vision.report.cells import Cell
from vision.report.geometry import Spot
from vision.report.lines import Line, Quad
from vision.report.table import Reading, known
from vision.report.tokens import looks_like_value

NEIGHBOURS = 4
FEWEST = 2
TALLER = 1.25
"""A place is guessed this much taller than the row's name."""
LEAST_SCORE = 0.6
NAME_CHARS = 2.4
"""In heights: names that detectors miss are one or two characters long."""

ReadAt = Callable[[Sequence[Quad]], list[Line]]
"""Reads the text at places; one line a place, which may be empty."""


def filled(found: Sequence[Reading], read_at: ReadAt) -> list[Reading]:
    """The readings, with values and names that stand where none was detected. A row that has neither value nor range,
    or no name, is left out."""
    places: dict[int, Quad] = {}
    for number, reading in enumerate(found):
        place = _name_place(number, found) if not reading.name else None
        if reading.name and reading.value is None:
            place = _place(number, found)
        if place is not None:
            places[number] = place
    lines = dict(zip(places, read_at(list(places.values())), strict=True)) if places else {}
    full = []
    for number, reading in enumerate(found):
        line = lines.get(number)
        if line is not None and not reading.name:
            if known(line.text.strip()) is not None:
                full.append(replace(reading, name=line.text.strip(), name_cells=(_cell(line),)))
        elif line is not None and line.score >= LEAST_SCORE and looks_like_value(line.text):
            full.append(replace(reading, value=_cell(line)))
        elif reading.name and (reading.value is not None or reading.range):
            full.append(reading)
    return full


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
    right = left + NAME_CHARS * value.height
    value_x, value_y = _middle(value.quad, 0, 3)
    if right >= value_x:
        return None
    slopes = [_slope(name) for name in names]
    slope = sum(slopes) / len(slopes)
    return _box(left - 0.2 * value.height, right, lambda x: value_y + slope * (x - value_x), TALLER * value.height / 2)


def _slope(line: Line) -> float:
    (from_x, from_y), (to_x, to_y) = _middle(line.quad, 0, 3), _middle(line.quad, 1, 2)
    return (to_y - from_y) / max(1.0, to_x - from_x)


def _box(left: float, right: float, level: Callable[[float], float], half: float) -> Quad:
    ends = level(left), level(right)
    return np.array(
        [(left, ends[0] - half), (right, ends[1] - half), (right, ends[1] + half), (left, ends[0] + half)],
        dtype=np.float32,
    )


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
    return _box(max(left - margin, from_x), right + margin, lambda x: from_y + slope * (x - from_x), half)


def _middle(quad: Quad, one: int, other: int) -> tuple[float, float]:
    x, y = (quad[one] + quad[other]) / 2
    return float(x), float(y)


def _cell(line: Line) -> Cell:
    left, top = line.quad.min(axis=0)
    right, bottom = line.quad.max(axis=0)
    return Cell(line, Spot(float(left), float(right), float(top + bottom) / 2, float(bottom - top)))
