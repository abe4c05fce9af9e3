"""Pages as a perfect reader would find them: lines of text at known places, bent as photos bend them."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from vision.report.items import Report
from vision.report.lines import Line, Picture
from vision.report.reading import Reader
from vision.report.spotting.posteriors import Posteriors

Bend = Callable[[float, float], tuple[float, float]]
HEIGHT = 24


class NoEngine:
    """Stands in for the nets: it finds nothing more, and confirms nothing."""

    def read_each(self, _: Picture, quads: Sequence[np.ndarray]) -> list[Line]:
        return [empty(quad) for quad in quads]

    read_again = read_enlarged = read_each

    def posteriors(self, _: Picture, quads: Sequence[np.ndarray], characters: str) -> list[Posteriors]:
        nothing = np.zeros((0, 1 + len(characters)), dtype=np.float32)
        return [Posteriors(nothing, characters, ()) for _ in quads]


def empty(quad: np.ndarray) -> Line:
    return Line("", quad, 0.0, (), ())


def line(
    text: str, left: float, top: float, *, sure: float = 1.0, height: float = HEIGHT, bend: Bend | None = None
) -> Line:
    """A line of print: Chinese characters as wide as high, others half as wide."""
    widths = np.array([1.0 if ord(char) > 255 else 0.5 for char in text]) * height
    ends = np.concatenate([[0.0], np.cumsum(widths)])
    corners = [(left, top), (left + ends[-1], top), (left + ends[-1], top + height), (left, top + height)]
    quad = np.array([bend(x, y) if bend else (x, y) for x, y in corners], dtype=np.float32)
    places = tuple(float((a + b) / 2 / ends[-1]) for a, b in pairwise(ends))
    return Line(text, quad, sure, places, (sure,) * len(text))


def table(
    rows: Sequence[Sequence[str]],
    columns: Sequence[float],
    *,
    top: float = 100,
    pitch: float = 40,
    bend: Bend | None = None,
) -> list[Line]:
    """Rows of cells; empty ones are not printed."""
    return [
        line(text, left, top + number * pitch, bend=bend)
        for number, row in enumerate(rows)
        for text, left in zip(row, columns, strict=False)
        if text
    ]


def read(
    lines: Sequence[Line],
    *,
    name: str | None = None,
    size: tuple[int, int] = (1400, 1400),
    picture: Picture | None = None,
) -> Report:
    """What is made of the lines, without any net."""
    reader = Reader()
    reader.__dict__["engine"] = NoEngine()
    seen = np.full((*size, 3), 255, dtype=np.uint8) if picture is None else picture
    return reader.page_of_lines(seen, lines, name=name)


def told(report: Report) -> list[tuple[str, str, str | None, str | None]]:
    """Name, value, unit and range of each item."""
    return [(item.name, item.value_text, item.unit, item.range_text) for item in report.items]
