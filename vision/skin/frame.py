"""Any photo into the fixed frame that a network takes, and maps of the frame back onto the photo.

Used in training and in use alike, so that both see the same pixels.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

PADDING = 127
"""Grey that is 0 to the network."""


@dataclass(frozen=True)
class Frame:
    """What a network takes: ``height`` x ``width`` pixels. ``detail``: the longer side, in pixels, of the photos it was
    trained on; a finer photo is first brought down to that, so that it looks to the network as those did."""

    height: int
    width: int
    detail: int


@dataclass(frozen=True)
class Placed:
    """A photo in its frame. ``pixels``: uint8, (height, width, 3) of the frame. The photo of ``size`` (height, width)
    lies in rows ``top`` to ``bottom`` and columns ``left`` to ``right``, a quarter turn to the left when ``turned``."""

    pixels: Any
    size: tuple[int, int]
    turned: bool
    top: int
    bottom: int
    left: int
    right: int

    def back(self, values: Any) -> Any:
        """float32 (height, width) of the photo from a map over the frame, at whatever size that has."""
        height, width = self.pixels.shape[:2]
        whole = cv2.resize(values, (width, height), interpolation=cv2.INTER_LINEAR)
        part = whole[self.top : self.bottom, self.left : self.right]
        if self.turned:
            part = np.rot90(part, -1)
        rows, columns = self.size
        return cv2.resize(np.ascontiguousarray(part), (columns, rows), interpolation=cv2.INTER_LINEAR)


def _resized(photo: Any, width: int, height: int) -> Any:
    finer = photo.shape[1] > width or photo.shape[0] > height
    return cv2.resize(photo, (width, height), interpolation=cv2.INTER_AREA if finer else cv2.INTER_LINEAR)


def place(photo: Any, frame: Frame) -> Placed:
    """``photo``: uint8, (height, width, 3). Its aspect is kept; lying and upright photos use the frame equally well,
    because a lesion has no up and down."""
    rows, columns = photo.shape[:2]
    turned = (rows - columns) * (frame.height - frame.width) < 0
    upright = np.ascontiguousarray(np.rot90(photo)) if turned else photo
    height, width = upright.shape[:2]
    longer = max(height, width)
    if longer > frame.detail:
        share = frame.detail / longer
        upright = _resized(upright, max(1, round(width * share)), max(1, round(height * share)))
    scale = min(frame.width / width, frame.height / height)
    new_width = min(frame.width, max(1, round(width * scale)))
    new_height = min(frame.height, max(1, round(height * scale)))
    left, top = (frame.width - new_width) // 2, (frame.height - new_height) // 2
    pixels = np.full((frame.height, frame.width, 3), PADDING, np.uint8)
    pixels[top : top + new_height, left : left + new_width] = _resized(upright, new_width, new_height)
    return Placed(pixels, (rows, columns), turned, top, top + new_height, left, left + new_width)
