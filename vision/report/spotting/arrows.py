"""Arrows that the detector missed, looked for where the sheet prints them: a value that ends in what may be an arrow is
not asked about where its arrow stands beside it."""

from collections.abc import Sequence
from dataclasses import replace

from vision.report.cells import Cell
from vision.report.doubts import ARROW_LIKE
from vision.report.holes import TALLER, box_at
from vision.report.lines import Quad
from vision.report.spotting.posteriors import Look, Posteriors, Texts, surest
from vision.report.table import Reading

UP, DOWN = "↑", "↓"
MARGIN = 0.5
"""In heights of an arrow: so much blank beside it is looked at, too."""
LIKELY = 0.7


def spotted_arrows(found: Sequence[Reading], look: Look) -> list[Reading]:
    """The readings, with arrows that stand level with a value where another of the table's stands."""
    full = list(found)
    columns = {reading.group: reading.flag_cell for reading in found if _is_arrow(reading)}
    places = {
        number: where
        for number, reading in enumerate(found)
        if (column := columns.get(reading.group)) is not None and (where := _place(reading, column)) is not None
    }
    for number, seen in zip(places, look(list(places.values()), UP + DOWN) if places else (), strict=True):
        if (told := _told(seen)) is not None:
            full[number] = replace(full[number], flag=told)
    return full


def _is_arrow(reading: Reading) -> bool:
    return reading.flag_cell is not None and reading.flag_cell.text in {UP, DOWN}


def _place(reading: Reading, column: Cell) -> Quad | None:
    """Where the arrow of a row would stand, if its value may have been taken for having one."""
    value = reading.value
    if value is None or reading.flag or value.text[-1:] not in ARROW_LIKE or not reading.range_cells:
        return None
    (from_x, from_y), (to_x, to_y) = value.line.middle, reading.range_cells[0].line.middle
    slope = (to_y - from_y) / (to_x - from_x if abs(to_x - from_x) > 1 else 1.0)
    left, right = float(column.line.quad[:, 0].min()), float(column.line.quad[:, 0].max())
    margin = MARGIN * column.line.height
    half = TALLER * value.line.height / 2
    return box_at(left - margin, right + margin, lambda x: from_y + slope * (x - from_x), half)


def _told(seen: Posteriors) -> str | None:
    """The arrow that stands there; None for a blank and for what may be either."""
    if not seen.text.strip():
        return None
    fits = {one.text: one.fit for one in seen.spot(Texts.of((UP, DOWN), seen.characters))}
    if not fits:
        return None
    told, share = surest(fits)
    return told if share >= LIKELY else None
