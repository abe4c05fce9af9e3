"""The page as it is read: faint print made dark, turned the right way up by the direction of its lines and by which end
of them can be read, and laid square when it was taken from far aside."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from vision.report.light import evened, is_faint
from vision.report.lines import Line, Picture, Quad
from vision.report.ocr import Engine, is_text
from vision.report.skew import squared

LEVEL_DEG = 9.0
"""So much tilt the rows' geometry takes; more is turned back first."""
QUARTER, QUARTER_DEG = 90.0, 4.0
"""A page that lies on its side to so many degrees is turned without resampling."""
TURNS = 2
ELONGATED = 1.8
READABLE = 0.80
"""Mean score of the lines from which on the page is not upside down."""
SAMPLE = 8


def read_upright(engine: Engine, picture: Picture) -> tuple[Picture, list[Line]]:
    """The page turned upright, and its lines in the turned page's pixels. An upright page in good light costs nothing
    extra."""
    page = _page(engine, picture)
    if page.readable < READABLE:
        # Blurred columns of a page on its side look like lines.
        page = max(page, _page(engine, cv2.rotate(page.picture, cv2.ROTATE_90_COUNTERCLOCKWISE)), key=_legible)
    if is_faint(page.picture, page.quads):
        # Makes noise darker, too: only where more can be read.
        page = max(page, _page(engine, evened(page.picture)), key=_legible)
    if (square := squared(page.picture, page.quads)) is not None:
        page = _Page(square, engine.detect(square), page.readable, {})
    rest = [number for number in range(len(page.quads)) if number not in page.lines]
    read = dict(zip(rest, engine.read_each(page.picture, [page.quads[number] for number in rest]), strict=True))
    return page.picture, [line for _, line in sorted((page.lines | read).items()) if is_text(line)]


@dataclass(frozen=True, slots=True)
class _Page:
    """A page with its upper end up. ``readable``: mean score of the ``lines`` read so far, which are told by the
    numbers of their ``quads``."""

    picture: Picture
    quads: Sequence[Quad]
    readable: float
    lines: dict[int, Line]


def _page(engine: Engine, picture: Picture) -> _Page:
    """The page as it lies in a picture, level and its upper end up."""
    return _right_way_up(engine, *_level(engine, picture, engine.detect(picture)))


def _legible(page: _Page) -> float:
    return page.readable * len(page.quads)


def _level(engine: Engine, picture: Picture, quads: list[Quad]) -> tuple[Picture, list[Quad]]:
    """The page with its lines level. What looks like a line at first may be a blurred column, so it is turned again
    where the lines of the turned page say so."""
    for _ in range(TURNS):
        if abs(degrees := tilt(quads)) <= LEVEL_DEG:
            break
        picture = turned(picture, degrees)
        quads = engine.detect(picture)
    return picture, quads


def _right_way_up(engine: Engine, picture: Picture, quads: Sequence[Quad]) -> _Page:
    """A level page, turned over where its lines are better read from the other end."""
    sample = _sample(quads)
    lines = engine.read_each(picture, [quads[number] for number in sample])
    if (score := _score(lines)) >= READABLE:
        return _Page(picture, quads, score, dict(zip(sample, lines, strict=True)))
    over = engine.read_each(picture, [quads[number][[2, 3, 0, 1]] for number in sample])
    if (other := _score(over)) <= score:
        return _Page(picture, quads, score, dict(zip(sample, lines, strict=True)))
    height, width = picture.shape[:2]
    # The far corner becomes the near one.
    quads = [(np.array([width, height], dtype=np.float32) - quad)[[2, 3, 0, 1]] for quad in quads]
    lines = [replace(line, quad=quads[number]) for number, line in zip(sample, over, strict=True)]
    return _Page(np.ascontiguousarray(picture[::-1, ::-1]), quads, other, dict(zip(sample, lines, strict=True)))


def tilt(quads: Sequence[Quad]) -> float:
    """By how many degrees the lines run downhill to the right, in (-90, 90]: the direction that most length has."""
    angles, weights = [], []
    for quad in quads:
        across, down = quad[1] - quad[0], quad[3] - quad[0]
        long, short = (across, down) if np.hypot(*across) >= np.hypot(*down) else (down, across)
        if np.hypot(*long) > ELONGATED * max(1.0, float(np.hypot(*short))):
            angles.append(float(np.degrees(np.arctan2(long[1], long[0]))))
            weights.append(float(np.hypot(*long)))
    if not angles:
        return 0.0
    # Doubled, opposite directions are one; the strongest direction first, then the mean of what is near it.
    doubled = np.radians(np.array(angles) * 2)
    shares = np.array(weights) / sum(weights)
    grid = np.radians(np.arange(0, 360, 4))
    near = (np.cos(grid[:, None] - doubled[None]) > np.cos(np.radians(24))) @ shares
    main = grid[int(near.argmax())]
    kept = np.cos(doubled - main) > np.cos(np.radians(24))
    mean = np.arctan2((np.sin(doubled) * shares * kept).sum(), (np.cos(doubled) * shares * kept).sum())
    return float(np.degrees(mean) / 2)


def turned(picture: Picture, degrees: float) -> Picture:
    """The picture turned back by ``degrees``, all of it kept, white around it."""
    if abs(abs(degrees) - QUARTER) < QUARTER_DEG:
        return cv2.rotate(picture, cv2.ROTATE_90_COUNTERCLOCKWISE if degrees > 0 else cv2.ROTATE_90_CLOCKWISE)
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    to = int(height * sin + width * cos) + 1, int(height * cos + width * sin) + 1
    matrix[:, 2] += to[0] / 2 - width / 2, to[1] / 2 - height / 2
    return cv2.warpAffine(picture, matrix, to, flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255))


def _sample(quads: Sequence[Quad]) -> list[int]:
    """The longest lines' numbers, but for the very longest: they may be rules or borders."""
    long = sorted(range(len(quads)), key=lambda number: -float(np.hypot(*(quads[number][1] - quads[number][0]))))
    return long[len(long) // 10 :][:SAMPLE]


def _score(lines: Sequence[Line]) -> float:
    return sum(line.score for line in lines) / max(1, len(lines))
