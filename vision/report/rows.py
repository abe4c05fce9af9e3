"""Rows of one table: its cells by column, aligned on the names."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from vision.report.catalogue import Column
from vision.report.cells import Cell
from vision.report.columns import Group, assigned

NEAR = 0.6
"""In row pitches: a cell further from every name begins a row of its own."""


@dataclass(slots=True)
class Row:
    """Cells of one row by column, from the left; ``middle`` is where it stands."""

    middle: float
    cells: dict[Column, list[Cell]] = field(default_factory=lambda: defaultdict(list))

    def text(self, role: Column) -> str:
        """What the column says, its pieces joined."""
        return " ".join(cell.text for cell in self.cells.get(role, ()))

    def has(self, *roles: Column) -> bool:
        return any(self.cells.get(role) for role in roles)


def rows_of(group: Group) -> list[Row]:
    """The group's rows from above. Columns that stand a little higher or lower than the names are brought level."""
    columns = assigned(group.cells, group.places)
    anchor = _anchor(group, columns)
    if anchor is None:
        return []
    rows = _lines(columns[anchor], group.places[anchor].role)
    pitch = _pitch(rows)
    for number in sorted(columns, key=lambda one: -len(columns[one])):
        if number != anchor:
            _attach(rows, columns[number], group.places[number].role, pitch)
    for row in rows:
        for cells in row.cells.values():
            cells.sort(key=lambda cell: cell.spot.left)
    return sorted(rows, key=lambda row: row.middle)


def _anchor(group: Group, columns: dict[int, list[Cell]]) -> int | None:
    """The column that rows are counted by: names, else abbreviations, else results."""
    for role in (Column.NAME, Column.ABBREVIATION, Column.RESULT):
        of_role = [number for number in columns if group.places[number].role is role]
        if of_role:
            return max(of_role, key=lambda number: len(columns[number]))
    return None


def _lines(cells: Sequence[Cell], role: Column) -> list[Row]:
    """A row for each line of the anchor column; pieces of one line stay together."""
    rows: list[Row] = []
    for cell in sorted(cells, key=lambda one: one.spot.middle):
        if rows and cell.spot.middle - rows[-1].middle < 0.5 * cell.spot.height and _beside(rows[-1].cells[role], cell):
            rows[-1].cells[role].append(cell)
        else:
            row = Row(cell.spot.middle)
            row.cells[role].append(cell)
            rows.append(row)
    return rows


def _beside(cells: Sequence[Cell], other: Cell) -> bool:
    return all(
        cell.spot.right < other.spot.left + 0.5 * cell.spot.height
        or other.spot.right < cell.spot.left + 0.5 * cell.spot.height
        for cell in cells
    )


def _pitch(rows: Sequence[Row]) -> float:
    steps = [b.middle - a.middle for a, b in pairwise(rows)]
    height = median(cell.spot.height for row in rows for cells in row.cells.values() for cell in cells)
    return max(0.8 * height, min(median(steps), 3 * height)) if steps else 1.5 * height


def _attach(rows: list[Row], cells: Sequence[Cell], role: Column, pitch: float) -> None:
    shift = _shift([cell.spot.middle for cell in cells], [row.middle for row in rows], pitch)
    for cell in sorted(cells, key=lambda one: one.spot.middle):
        at = cell.spot.middle - shift
        row = min(rows, key=lambda one: abs(one.middle - at))
        if abs(row.middle - at) > NEAR * pitch:
            row = Row(at)
            rows.append(row)
        row.cells[role].append(cell)


def _shift(cells: Sequence[float], rows: Sequence[float], pitch: float) -> float:
    """How much lower a column stands than the names, at most 0.45 of a row: the smallest that lets cells meet rows."""

    def cost(shift: float) -> float:
        off = [min(abs(row + shift - cell) for row in rows) for cell in cells]
        return sum(off) / len(off) + 0.15 * abs(shift)

    return min((step * pitch / 20 for step in range(-9, 10)), key=cost)
