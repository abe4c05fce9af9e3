"""A page laid flat by its own lines of text: tilt, perspective and curl are undone for the places, not for the pixels.

The slope of the text is a smooth field over the page. It is measured from long lines and from neighbours, fitted, and
followed sideways from every place; the same is done downwards from edges that stand below each other. What results are
coordinates in which a row has one ``v`` and a column one ``u``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vision.report.lines import Line

Floats = np.ndarray[Any, np.dtype[np.float64]]

STEPS = 12
"""Of following the field from a place to the page's edge."""
LONG = 3.0
"""A line this many times longer than high has a direction."""
SAME_ROW = 0.45
"""Neighbours whose middles differ by less than this share of their height stand in one row."""
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Spot:
    """A line's place on the flat page, in pixels: left, right, middle from above, and its height."""

    left: float
    right: float
    middle: float
    height: float

    @property
    def top(self) -> float:
        return self.middle - self.height / 2

    @property
    def bottom(self) -> float:
        return self.middle + self.height / 2

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2


class Field:
    """A slope that changes smoothly: ``basis`` of two coordinates in [-1, 1] times fitted numbers."""

    def __init__(self, origin: Floats, scale: float) -> None:
        self._origin, self._scale = origin, scale
        self._numbers = np.zeros(6)

    def _basis(self, along: Floats, across: Floats) -> Floats:
        a, b = (along - self._origin[0]) / self._scale, (across - self._origin[1]) / self._scale
        return np.stack([np.ones_like(a), a, b, a * a, a * b, b * b], axis=-1)

    def at(self, along: Floats, across: Floats) -> Floats:
        return self._basis(along, across) @ self._numbers

    def fit(self, along: Floats, across: Floats, slopes: Floats, weights: Floats) -> None:
        """Least squares, then again with what lies far off counting little; curvature only where many agree."""
        if len(slopes) == 0:
            return
        basis = self._basis(along, across)
        shrink = np.diag([1e-6, 0.02, 0.02, 0.2, 0.2, 0.2]) * weights.sum()
        counted = weights
        for _ in range(5):
            self._numbers = np.linalg.solve(basis.T @ (basis * counted[:, None]) + shrink, basis.T @ (slopes * counted))
            off = np.abs(slopes - basis @ self._numbers)
            counted = weights / (1.0 + (off / max(1e-4, 2.0 * float(np.median(off)))) ** 2)

    def followed(self, along: Floats, across: Floats, to: float) -> Floats:
        """Where a line along the field through each place meets ``along == to``."""
        step = (to - along) / STEPS
        x, y = along.copy(), across.copy()
        for _ in range(STEPS):
            half = y + self.at(x, y) * step / 2
            y = y + self.at(x + step / 2, half) * step
            x = x + step
        return y


def flattened(lines: Sequence[Line]) -> list[Spot]:
    """The place of each line on the flat page. Lines should be within about 20 degrees of level."""
    if not lines:
        return []
    quads = np.array([line.quad for line in lines], dtype=np.float64)
    heights = np.array([max(1.0, line.height) for line in lines])
    left, right = (quads[:, 0] + quads[:, 3]) / 2, (quads[:, 1] + quads[:, 2]) / 2
    origin, scale = quads.mean(axis=(0, 1)), float(np.abs(quads - quads.mean(axis=(0, 1))).max()) or 1.0
    rows = _rows(left, right, heights, origin, scale)
    columns = _columns(rows, left, right, heights=heights, origin=origin, scale=scale)
    middle = (left + right) / 2
    down = rows.followed(middle[:, 0], middle[:, 1], float(origin[0]))
    top = float(origin[1])
    from_left = columns.followed(left[:, 1], left[:, 0], top)
    from_right = columns.followed(right[:, 1], right[:, 0], top)
    return [
        Spot(float(a), float(max(b, a + 1)), float(v), float(h))
        for a, b, v, h in zip(from_left, from_right, down, heights, strict=True)
    ]


def _rows(left: Floats, right: Floats, heights: Floats, origin: Floats, scale: float) -> Field:
    field = Field(origin, scale)
    span = right - left
    long = span[:, 0] > LONG * heights
    if not long.any():
        long = span[:, 0] > heights
    middle = (left + right) / 2
    own = span[long, 1] / np.maximum(1.0, span[long, 0])
    weights = (span[long, 0] / scale) ** 2
    field.fit(middle[long, 0], middle[long, 1], own, weights)
    for _ in range(ROUNDS):
        a, b = _neighbours(field, left, right, heights, origin)
        if len(a) == 0:
            break
        # From middle to middle of neighbours: the longer the way, the less a pixel of either counts.
        way = middle[b] - middle[a]
        between = (middle[a] + middle[b]) / 2
        field.fit(
            np.concatenate([middle[long, 0], between[:, 0]]),
            np.concatenate([middle[long, 1], between[:, 1]]),
            np.concatenate([own, way[:, 1] / way[:, 0]]),
            np.concatenate([weights, (way[:, 0] / scale) ** 2]),
        )
    return field


def _neighbours(
    field: Field, left: Floats, right: Floats, heights: Floats, origin: Floats
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Pairs of lines of one row, next to each other: numbers of the left and of the right ones."""
    ends_at = field.followed(right[:, 0], right[:, 1], float(origin[0]))
    begins_at = field.followed(left[:, 0], left[:, 1], float(origin[0]))
    first, second = [], []
    for one in range(len(left)):
        height = np.minimum(heights[one], heights)
        beside = (left[:, 0] > right[one, 0] - height) & (np.abs(begins_at - ends_at[one]) < SAME_ROW * height)
        beside[one] = False
        if beside.any():
            others = np.flatnonzero(beside)
            nearest = others[np.argmin(left[others, 0])]
            if left[nearest, 0] + right[nearest, 0] - left[one, 0] - right[one, 0] > heights[one]:
                first.append(one)
                second.append(int(nearest))
    return np.array(first, dtype=int), np.array(second, dtype=int)


def _columns(rows: Field, left: Floats, right: Floats, *, heights: Floats, origin: Floats, scale: float) -> Field:
    """The field of what stands below each other: ``along`` is downwards here, ``across`` to the right."""
    field = Field(origin[::-1].copy(), scale)
    middle = (left + right) / 2
    # Without anything better, columns stand square on the rows.
    square = -rows.at(middle[:, 0], middle[:, 1])
    field.fit(middle[:, 1], middle[:, 0], square, np.ones(len(middle)))
    for _ in range(ROUNDS):
        along, across, slopes, weights = [middle[:, 1]], [middle[:, 0]], [square], [np.full(len(middle), 0.02)]
        for edge in (left, right, middle):
            at = field.followed(edge[:, 1], edge[:, 0], float(origin[1]))
            for one in range(len(edge)):
                below = edge[:, 1] - edge[one, 1]
                near = (below > 0.6 * heights[one]) & (below < 4 * heights[one])
                near &= np.abs(at - at[one]) < 0.35 * heights[one]
                near &= np.abs(heights - heights[one]) < 0.4 * heights[one]
                others = np.flatnonzero(near)
                if len(others):
                    other = others[np.argmin(below[others])]
                    way = edge[other] - edge[one]
                    between = (edge[other] + edge[one]) / 2
                    along.append(between[1:2])
                    across.append(between[:1])
                    slopes.append(way[:1] / way[1])
                    weights.append((way[1:2] / scale * 10) ** 2)
        field.fit(*(np.concatenate(part) for part in (along, across, slopes, weights)))
    return field
