"""A line of text in a picture, with where each of its characters stands and how sure each is."""

from dataclasses import dataclass
from typing import Any

import numpy as np

Picture = np.ndarray[Any, np.dtype[np.uint8]]
"""BGR, (height, width, 3)."""
Quad = np.ndarray[Any, np.dtype[np.float32]]
"""(4, 2): corners from the top left clockwise, in pixels."""

TALL = 1.5
"""Times higher than long: a line of several characters that runs downwards."""


@dataclass(frozen=True, slots=True)
class Line:
    """``score`` is the mean of ``sure`` (0 to 1, a character each); ``places`` are the characters' middles as shares of
    the line's length."""

    text: str
    quad: Quad
    score: float
    places: tuple[float, ...]
    sure: tuple[float, ...]

    @property
    def middle(self) -> tuple[float, float]:
        x, y = self.quad.mean(axis=0)
        return float(x), float(y)

    @property
    def height(self) -> float:
        left, right = self.quad[3] - self.quad[0], self.quad[2] - self.quad[1]
        return float(np.hypot(*left) + np.hypot(*right)) / 2

    @property
    def length(self) -> float:
        above, below = self.quad[1] - self.quad[0], self.quad[2] - self.quad[3]
        return float(np.hypot(*above) + np.hypot(*below)) / 2

    def part(self, start: int, end: int) -> "Line":
        """The characters from ``start`` to before ``end``, with their part of the place."""
        if (start, end) == (0, len(self.text)):
            return self
        at = self.edge(start), self.edge(end)
        above, below = self.quad[1] - self.quad[0], self.quad[2] - self.quad[3]
        quad = np.array(
            [
                self.quad[0] + above * at[0],
                self.quad[0] + above * at[1],
                self.quad[3] + below * at[1],
                self.quad[3] + below * at[0],
            ],
            dtype=np.float32,
        )
        length = max(1e-6, at[1] - at[0])
        places = tuple((place - at[0]) / length for place in self.places[start:end])
        sure = self.sure[start:end]
        return Line(self.text[start:end], quad, sum(sure) / max(1, len(sure)), places, sure)

    def stacked(self) -> "list[Line]":
        """A line for each character of one that runs downwards: names of a single character, one below the other, which
        the detector took for one line; else the line alone."""
        count = len(self.text)
        if count < 2 or len(self.sure) != count or self.height < TALL * self.length:  # noqa: PLR2004
            return [self]
        left, right = self.quad[3] - self.quad[0], self.quad[2] - self.quad[1]
        return [
            Line(
                char,
                np.array(
                    [
                        self.quad[0] + left * number / count,
                        self.quad[1] + right * number / count,
                        self.quad[1] + right * (number + 1) / count,
                        self.quad[0] + left * (number + 1) / count,
                    ],
                    dtype=np.float32,
                ),
                sure,
                (0.5,),
                (sure,),
            )
            for number, (char, sure) in enumerate(zip(self.text, self.sure, strict=True))
        ]

    def edge(self, place: int) -> float:
        """Where the character ``place`` begins, as a share of the length."""
        if place <= 0:
            return 0.0
        if place >= len(self.text):
            return 1.0
        return (self.places[place - 1] + self.places[place]) / 2
