"""Cells of a table: lines of text on the flat page, cut apart where the detector took several for one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from vision.report.catalogue import Column, header_role, recognise
from vision.report.geometry import Spot, flattened
from vision.report.lines import Line
from vision.report.tokens import Form, tokens

WIDE_GAP = 1.3
"""In heights: blank inside a line that is as wide as this, and much wider than its usual spacing, parts two cells."""
LONGEST_HEADING = 40
MISREAD_HEADING = 3
SURE_NAME = 0.96
_FOREIGN = re.compile(r"\s*(?:refer|resul|test|item|unit)[a-z.]*\s*", re.IGNORECASE)
"""What is left of a heading's English that the next heading is printed over: ``参考区间 Refer单位 Unit``."""
_PLAIN = re.compile(r"[/（(].*$|(?<=[\u4e00-\u9fff])\s*[A-Za-z.]+$")
"""What follows a heading: ``参考区间/值``, ``结果 Result``."""
_NAME_THEN = re.compile(r"(?:.*[\u4e00-\u9fffA-Za-z)）%#]|[A-Za-z][A-Za-z0-9-]*\d)\s+(?=[<>≤≥＜＞(（\[]?\s*\d|[阴阳])")


_NAME_BEHIND = re.compile(
    r"(?<=[^\s\u4e00-\u9fff(（])\s*(?:(?<!\d)\d{1,2}|(?<=[Ll/1|.])\d{2})?\s*([\u4e00-\u9fff]{2,})"
)
_RESULT_BEHIND = re.compile(r"(?<=[\u4e00-\u9fff)）])\s*\d.*$")


@dataclass(frozen=True, slots=True)
class Cell:
    """A line, or a part of one, with its place on the flat page."""

    line: Line
    spot: Spot

    @property
    def text(self) -> str:
        return self.line.text.strip()

    def part(self, start: int, end: int) -> "Cell":
        """The characters from ``start`` to before ``end`` of the line's text."""
        long = self.spot.right - self.spot.left
        left, right = self.spot.left + self.line.edge(start) * long, self.spot.left + self.line.edge(end) * long
        return Cell(self.line.part(start, end), Spot(left, right, self.spot.middle, self.spot.height))

    def split(self, *places: int) -> "list[Cell]":
        """Cut before each place; empty parts are left out."""
        ends = [0, *sorted(places), len(self.line.text)]
        return [self.part(a, b) for a, b in pairwise(ends) if self.line.text[a:b].strip()]

    def at(self, place: int) -> float:
        """``u`` where the character ``place`` begins."""
        return self.spot.left + self.line.edge(place) * (self.spot.right - self.spot.left)


def cells_of(lines: Sequence[Line]) -> list[Cell]:
    """All cells of a page, from above."""
    lines = [one for line in lines for one in line.stacked()]
    found = [
        part
        for line, spot in zip(lines, flattened(lines), strict=True)
        for piece in _at_gaps(Cell(line, spot))
        for half in _before_name(piece)
        for part in _after_name(half)
    ]
    return sorted(found, key=lambda cell: (cell.spot.middle, cell.spot.left))


def _at_gaps(cell: Cell) -> list[Cell]:
    shown = [place for place, char in enumerate(cell.line.text) if not char.isspace()]
    if len(shown) < 2:  # noqa: PLR2004
        return [cell]
    long = cell.spot.right - cell.spot.left
    steps = [(cell.line.places[b] - cell.line.places[a]) * long for a, b in pairwise(shown)]
    usual = median(steps)
    wide = [
        b
        for (_, b), step in zip(pairwise(shown), steps, strict=True)
        if step > usual + WIDE_GAP * cell.spot.height and step > 2 * usual
    ]
    return cell.split(*wide) if wide else [cell]


def _before_name(cell: Cell) -> list[Cell]:
    """Where the next group's name, perhaps with its number, was run into a range or a unit (``10~9/L14红细胞压积``),
    they are two cells."""
    text = cell.line.text
    for found in _NAME_BEHIND.finditer(text):
        before = {piece.form for piece in tokens(text[: found.start()])}
        if before & {Form.RANGE, Form.UNIT} and recognise(_RESULT_BEHIND.sub("", text[found.start(1) :])) is not None:
            return cell.split(found.start())
    return [cell]


def _after_name(cell: Cell) -> list[Cell]:
    """A name or an abbreviation, a blank, and a value or a range behind it are two cells; ``CA 125`` is one."""
    found = _NAME_THEN.match(cell.line.text)
    if not found or ((whole := recognise(cell.line.text)) is not None and whole.confidence > SURE_NAME):
        return [cell]
    rest = tokens(cell.line.text[found.end() :])
    if not rest or rest[0].form not in {Form.VALUE, Form.RANGE} or any(piece.form is Form.WORDS for piece in rest):
        return [cell]
    return cell.split(found.end())


@dataclass(frozen=True, slots=True)
class Heading:
    """A cell that names a column."""

    role: Column
    spot: Spot


def headings(cell: Cell) -> list[Heading]:
    """The column or columns that a cell names; none for a cell that is no heading."""
    role = header_role(cell.text) or (
        header_role(_PLAIN.sub("", cell.text)) if len(cell.text) <= LONGEST_HEADING else None
    )
    if role is not None:
        return [Heading(role, cell.spot)]
    text = cell.line.text
    if not 3 < len(text.strip()) <= LONGEST_HEADING:  # noqa: PLR2004
        return []
    cuts = _segments(text)
    if len(cuts) < 3:  # noqa: PLR2004  (two headings have three edges)
        return _last_heading(cell)
    named = [(start, end, role) for start, end in pairwise(cuts) if (role := header_role(text[start:end])) is not None]
    found: list[Heading] = []
    for role, same in groupby(named, key=lambda one: one[2]):
        pieces = list(same)  # in Chinese and in English: one column
        found.append(Heading(role, cell.part(pieces[0][0], pieces[-1][1]).spot))
    return found


def _last_heading(cell: Cell) -> list[Heading]:
    """The heading that a cell ends with, behind another that is a short one and was badly read."""
    text = cell.line.text
    for start in range(2, min(MISREAD_HEADING, len(text) - 2) + 1):
        role = header_role(text[start:])
        if role is Column.NAME and len(text[start:].strip()) > 2:  # noqa: PLR2004
            return [Heading(role, cell.part(start, len(text)).spot)]
    return []


def _segments(text: str) -> list[int]:
    """Where to cut a text so that every part is a heading, the fewest cuts; empty when there is no such way."""
    best: list[list[int] | None] = [[0], *([None] * len(text))]
    for end in range(1, len(text) + 1):
        for start in range(end):
            before = best[start]
            if before is None:
                continue
            part = text[start:end]
            if not part.strip(" /|") or _FOREIGN.fullmatch(part) or header_role(part) is not None:
                current = best[end]
                if current is None or len(before) + 1 < len(current):
                    best[end] = [*before, end]
    return best[len(text)] or []
