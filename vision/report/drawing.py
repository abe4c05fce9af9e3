"""Pictures for people: a page with what was read framed on it, and the piece of it that is asked about."""

from collections.abc import Sequence

import cv2
import numpy as np

from vision.report.items import Box, Item
from vision.report.kinds import Flag
from vision.report.lines import Picture

PAGE_SIDE = 2000
"""Pixels of the longer side of a drawn page, which is kept and shown."""
CUT_SIDE = 1200
MARGIN = 0.6
"""Of its height: what is shown around a cell that is asked about."""
ASKED, OUTSIDE, READ = (0, 140, 255), (60, 60, 220), (90, 170, 60)
"""BGR: asked back, out of range, read."""


def page_png(picture: Picture, items: Sequence[Item], page: int) -> bytes:
    """The page as PNG with a frame around each item: orange where it is asked back, red where it is out of range,
    green else. At most ``PAGE_SIDE`` a side."""
    drawn = picture.copy()
    width = max(1, round(max(picture.shape[:2]) / 900))
    for item in items:
        if item.box is not None and item.box.page == page:
            _frame(drawn, item.box, _colour(item), width)
        if item.ask_back is not None and item.ask_back.box is not None and item.ask_back.box.page == page:
            _frame(drawn, item.ask_back.box, ASKED, 2 * width)
    return png(_limited(drawn, PAGE_SIDE))


def cut_png(picture: Picture, box: Box) -> bytes:
    """The piece of a page that a question is about, with a margin, as PNG."""
    margin = int(MARGIN * (box.bottom - box.top)) + 4
    height, width = picture.shape[:2]
    left, top = max(0, box.left - 2 * margin), max(0, box.top - margin)
    piece = picture[top : min(height, box.bottom + margin), left : min(width, box.right + 2 * margin)]
    return png(_limited(piece, CUT_SIDE) if piece.size else np.full((8, 8, 3), 255, dtype=np.uint8))


def png(picture: Picture) -> bytes:
    """Encoded, without metadata."""
    written = cv2.imencode(".png", picture)[1]
    return bytes(written.tobytes())


def _frame(picture: Picture, box: Box, colour: tuple[int, int, int], width: int) -> None:
    cv2.rectangle(picture, (box.left, box.top), (box.right - 1, box.bottom - 1), colour, width)


def _colour(item: Item) -> tuple[int, int, int]:
    if item.ask_back is not None:
        return ASKED
    return OUTSIDE if item.flag in {Flag.LOW, Flag.HIGH, Flag.ABNORMAL} else READ


def _limited(picture: Picture, side: int) -> Picture:
    scale = side / max(picture.shape[:2])
    return picture if scale >= 1 else cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
