"""Print that hardly stands out from its paper: found by its contrast, and brought to white paper and dark print."""

from collections.abc import Sequence

import cv2
import numpy as np

from vision.report.lines import Picture, Quad

FAINT = 0.3
"""Share of the paper's brightness by which print is darker; printed sheets have 0.5 and more, even in shadow."""
SAMPLE = 60
"""Lines that are looked at."""
INK, PAPER = 5, 90
"""Percentiles of a line's pixels."""
WHITE = 0.97
"""Of the paper's own brightness and above: white."""
SHRUNK = 4
SPREAD, SMOOTH = 7, 12
"""Of the paper's brightness, in pixels of the shrunk picture: wider than a stroke, narrower than a shadow."""
DARKEST = 30.0
"""Darker paper is no paper."""


def is_faint(picture: Picture, quads: Sequence[Quad]) -> bool:
    """Whether the print in these places hardly stands out."""
    found = []
    for quad in quads[:: max(1, len(quads) // SAMPLE)]:
        (left, top), (right, bottom) = np.maximum(quad.min(axis=0), 0).astype(int), quad.max(axis=0).astype(int) + 1
        cut = picture[top:bottom, left:right, 1]
        if cut.size:
            ink, paper = np.percentile(cut, (INK, PAPER))
            found.append(1 - ink / max(1.0, paper))
    return bool(found) and float(np.median(found)) < FAINT


def evened(picture: Picture) -> Picture:
    """Every place as dark as it is against the paper around it, and the darkest print black."""
    small = cv2.resize(picture, None, fx=1 / SHRUNK, fy=1 / SHRUNK, interpolation=cv2.INTER_AREA)
    paper = cv2.GaussianBlur(cv2.dilate(small, np.ones((SPREAD, SPREAD))), (0, 0), SMOOTH)
    paper = cv2.resize(paper, (picture.shape[1], picture.shape[0])).astype(np.float32)
    share = np.clip(picture / np.maximum(paper, DARKEST), 0, 1)
    black = min(WHITE - 0.1, float(np.percentile(share, 1)))
    even: Picture = np.clip((share - black) / (WHITE - black) * 255, 0, 255).astype(np.uint8)
    return even
