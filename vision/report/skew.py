"""A page that was photographed from far aside, laid square by its own text: where its rows meet and where its columns
meet are two vanishing points, and one homography sends both to infinity.

What a hand does to a page that it holds over it is left to the geometry of the rows; here is what they can't follow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from vision.report.lines import Picture, Quad

Floats = np.ndarray[Any, np.dtype[np.float64]]

FEWEST_LINES = 10
LONG = 2.0
"""A line this many times longer than high has a direction."""
ROWS_SPREAD_DEG = 11.0
"""Rows at opposite edges of the text that differ more than this in direction make a page skewed,"""
COLUMNS_OFF_DEG = 14.0
"""and so do columns that lean this much."""
LEANING_DEG = 55.0
"""Columns are looked for up to this far from square."""
NEAR_DEG = 7.0
NEAREST, FURTHEST = 0.6, 3.5
"""In heights: the lines below a line that may stand in its column."""
ROUNDS = 8
FOCAL = 0.8
"""Focal length over the picture's longer side: a phone's main camera."""
MOST_LEANING = 0.6
"""Cosine between rows and columns in space, from which on they are of no page."""
LEAST_NEARNESS = 0.25
"""Of the middle's: text so near the horizon isn't brought back."""
MARGIN = 3.0
"""In heights, around the text."""
MOST_SIDE = 3200


@dataclass(frozen=True, slots=True)
class _Segments:
    """Pieces of straight lines: a place on each and its direction (n, 2), and how much each counts."""

    places: Floats
    directions: Floats
    weights: Floats


def squared(picture: Picture, quads: Sequence[Quad]) -> Picture | None:
    """The part of a nearly level page that has text, as from straight above; None for a page that isn't skewed, or
    that can't be squared."""
    matrix = homography(quads, picture.shape[1], picture.shape[0])
    if matrix is None:
        return None
    placed = cv2.perspectiveTransform(np.array(quads, dtype=np.float64).reshape(1, -1, 2), matrix)[0]
    margin = MARGIN * float(np.median(_heights(placed.reshape(-1, 4, 2))))
    low, high = placed.min(axis=0) - margin, placed.max(axis=0) + margin
    shrink = min(1.0, MOST_SIDE / float((high - low).max()))
    moved = np.array([[shrink, 0, -low[0] * shrink], [0, shrink, -low[1] * shrink], [0, 0, 1]])
    size = tuple(int(one) + 1 for one in (high - low) * shrink)
    return cv2.warpPerspective(picture, moved @ matrix, size, flags=cv2.INTER_CUBIC, borderValue=(255,) * 3)


def homography(quads: Sequence[Quad], width: int, height: int) -> Floats | None:
    """What takes the places of a skewed page's lines to where rows are level and columns upright, (3, 3), all in pixels
    of a picture of that size; None as of :func:`squared`."""
    if len(quads) < FEWEST_LINES:
        return None
    corners = np.array(quads, dtype=np.float64)
    centre, scale = corners.mean(axis=(0, 1)), float(np.ptp(corners, axis=(0, 1)).max()) / 2 or 1.0
    flat = (corners - centre) / scale
    rows, columns = _rows(flat), _columns(flat)
    if rows is None or columns is None:
        return None
    across = _meeting(rows, np.array([1.0, 0.0, 0.0]))
    down = _meeting(columns, np.array([*_main_direction(columns), 0.0]))
    middles = flat.mean(axis=1)
    if not _is_skewed(across, down, middles):
        return None
    camera = np.diag([FOCAL * max(width, height) / scale] * 2 + [1.0])
    camera[:2, 2] = (np.array([width, height]) / 2 - centre) / scale
    matrix = _to_square(across, down, camera, middles)
    if matrix is None:
        return None
    to_flat = np.array([[1 / scale, 0, -centre[0] / scale], [0, 1 / scale, -centre[1] / scale], [0, 0, 1]])
    found: Floats = np.diag([scale, scale, 1.0]) @ matrix @ to_flat
    return found


def _rows(flat: Floats) -> _Segments | None:
    left, right = (flat[:, 0] + flat[:, 3]) / 2, (flat[:, 1] + flat[:, 2]) / 2
    way = right - left
    length = np.hypot(*way.T)
    long = (length > LONG * _heights(flat)) & (np.abs(way[:, 0]) > np.abs(way[:, 1]))
    if long.sum() < FEWEST_LINES:
        return None
    return _Segments((left + right)[long] / 2, way[long] / length[long, None], length[long])


def _columns(flat: Floats) -> _Segments | None:
    """From the left end of a line to that of one below it, where many such steps have one direction."""
    heights = _heights(flat)
    places, directions = [], []
    for ends in ((flat[:, 0] + flat[:, 3]) / 2, (flat[:, 1] + flat[:, 2]) / 2):
        ways = ends[None] - ends[:, None]
        distance = np.hypot(ways[..., 0], ways[..., 1])
        lean = np.degrees(np.arctan2(np.abs(ways[..., 0]), ways[..., 1]))
        near = (distance > NEAREST * heights[:, None]) & (distance < FURTHEST * heights[:, None]) & (lean < LEANING_DEG)
        first, second = np.nonzero(near)
        places.append((ends[first] + ends[second]) / 2)
        directions.append(ways[first, second] / distance[first, second, None])
    segments = _Segments(np.concatenate(places), np.concatenate(directions), np.ones(sum(map(len, places))))
    if len(segments.places) < FEWEST_LINES:
        return None
    off = _degrees_between(segments.directions, _main_direction(segments))
    kept = off < 3 * NEAR_DEG
    return _Segments(segments.places[kept], segments.directions[kept], segments.weights[kept])


def _main_direction(segments: _Segments) -> Floats:
    """The direction that most of them have; downwards."""
    angles = np.radians(np.arange(-90, 90, 1.0))
    tried = np.stack([np.sin(angles), np.cos(angles)], axis=1)
    near = np.abs(segments.directions @ tried.T) > np.cos(np.radians(NEAR_DEG / 2))
    best: Floats = tried[int((near * segments.weights[:, None]).sum(axis=0).argmax())]
    return best


def _meeting(segments: _Segments, start: Floats) -> Floats:
    """The vanishing point (homogeneous) that the segments' directions lead to: least squares of the angles, far-off
    ones counting little."""
    point = start / np.linalg.norm(start)
    normals = np.stack([-segments.directions[:, 1], segments.directions[:, 0]], axis=1)
    lines = np.column_stack([normals, -(normals * segments.places).sum(axis=1)])
    for _ in range(ROUNDS):
        leading = point[:2] - point[2] * segments.places
        away = np.maximum(1e-6, np.hypot(*leading.T))
        off = np.degrees(np.arcsin(np.clip(np.abs(lines @ point) / away, 0, 1)))
        weights = segments.weights / (1 + (off / (NEAR_DEG / 2)) ** 2) ** 2 / away**2
        # A point far away is as good as a direction: a little is held against coming near without need.
        pull = np.diag([0.0, 0.0, 1e-3 * float(weights.sum())])
        _, vectors = np.linalg.eigh((lines * weights[:, None]).T @ lines + pull)
        point = vectors[:, 0]
    return point


def _is_skewed(across: Floats, down: Floats, middles: Floats) -> bool:
    rows = _direction_at(across, middles)
    rows = rows * np.sign(rows[:, :1])
    rows_deg = np.degrees(np.arctan2(rows[:, 1], rows[:, 0]))
    columns = _direction_at(down, middles)
    columns = columns * np.sign(columns[:, 1:])
    square_deg = np.degrees(np.arctan2(columns[:, 0], columns[:, 1])) + rows_deg
    return bool(np.ptp(rows_deg) > ROWS_SPREAD_DEG or np.abs(square_deg).max() > COLUMNS_OFF_DEG)


def _direction_at(point: Floats, places: Floats) -> Floats:
    leading = point[:2] - point[2] * places
    directions: Floats = leading / np.maximum(1e-9, np.hypot(*leading.T))[:, None]
    return directions


def _to_square(across: Floats, down: Floats, camera: Floats, middles: Floats) -> Floats | None:
    """The homography, in coordinates around the text's middle, that makes rows level and columns upright.

    The two points and the middle span the page in space, as the camera sees it: its plane's own coordinates are the
    square ones. Another focal length than the assumed one makes letters wider or narrower, no more.
    """
    back = np.linalg.inv(camera)
    right, below = back @ across, back @ down
    right, below = right / np.linalg.norm(right), below / np.linalg.norm(below)
    right, below = right * (np.sign(across[0]) or 1), below * (np.sign(down[1]) or 1)
    page = camera @ np.column_stack([right, below, back @ np.array([0.0, 0.0, 1.0])])
    if abs(right @ below) > MOST_LEANING or abs(np.linalg.det(page)) < 1e-6:  # noqa: PLR2004
        return None
    square = np.linalg.inv(page)
    nearness = np.column_stack([middles, np.ones(len(middles))]) @ square[2]
    if nearness.min() < LEAST_NEARNESS:
        return None
    # What was seen largest keeps about its size, what is far away becomes larger.
    size = max(np.hypot(*page[:2, 0]), np.hypot(*page[:2, 1])) * float(nearness.max()) ** 0.5
    found: Floats = np.diag([size, size, 1.0]) @ square
    return found


def _heights(quads: Floats) -> Floats:
    left, right = quads[:, 3] - quads[:, 0], quads[:, 2] - quads[:, 1]
    heights: Floats = (np.hypot(*left.T) + np.hypot(*right.T)) / 2
    return heights


def _degrees_between(directions: Floats, other: Floats) -> Floats:
    found: Floats = np.degrees(np.arccos(np.clip(np.abs(directions @ other), 0, 1)))
    return found
