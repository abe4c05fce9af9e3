"""Whether a photo shows writing: many small dark marks of one size in rows, whichever way the sheet is turned."""

import cv2
import numpy as np

from vision.skin.colour import smaller
from vision.skin.network import Photo

SIDES = (1000, 500)
"""At the second, strokes of large characters have grown together to characters."""
WINDOW = 31
LEAST_STEP = 5.0
"""Grey levels that ink is darker than the paper around it, at least."""
LEAST_SHARE = 0.05
FEWEST, MOST = 12, 900
NEIGHBOURS = 2
REACH = 5.0
"""Neighbours in a row are nearer than so many heights of a mark."""
BINS, SPREAD = 60, 5
"""Directions in bins of 3 degrees; a row's neighbours lie within five of them."""
CLOSE_SHARE = 0.7
"""Of random marks (pores, hair) about this share has its neighbours near; of printed ones all have."""


def lettering(photo: Photo) -> float:
    """How much writing there is: about the number of characters that lie in rows. A printed sheet has 35 to 400; hair,
    pores and scales up to 20, enlarged ones up to 30."""
    found = 0.0
    for side in SIDES:
        copy = smaller(photo, side)
        found = max(found, _in_rows(_marks(copy)))
        if max(copy.shape[:2]) < side:
            break
    return found


def _marks(photo: Photo) -> np.ndarray:
    """(n, 3): x, y and size of each small dark mark, in pixels."""
    grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
    paper = cv2.blur(grey, (WINDOW, WINDOW))
    step = paper.astype(np.int16) - grey
    noise = 3.0 * float(np.median(np.abs(step)))
    ink = (step > np.maximum(max(LEAST_STEP, noise), paper * LEAST_SHARE)).astype(np.uint8)
    _, _, boxes, centres = cv2.connectedComponentsWithStats(ink, connectivity=8)
    wide, high, area = (boxes[1:, field] for field in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    long, short = np.maximum(wide, high), np.minimum(wide, high)
    fits = (long >= 5) & (short >= 2) & (long <= 0.06 * max(grey.shape)) & (long <= 6 * short)  # noqa: PLR2004
    fits &= (area >= 6) & (area >= 0.15 * wide * high)  # noqa: PLR2004
    return np.column_stack([centres[1:][fits], long[fits]])


def _in_rows(marks: np.ndarray) -> float:
    count = len(marks)
    if count < FEWEST:
        return 0.0
    some = marks if count <= MOST else marks[np.random.default_rng(0).choice(count, MOST, replace=False)]
    away = ((some[:, None, :2] - marks[None, :, :2]) ** 2).sum(axis=2)
    away[away == 0] = np.inf
    nearest = np.argpartition(away, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
    across, down = np.moveaxis(marks[nearest, :2] - some[:, None, :2], 2, 0)
    near = np.hypot(across, down) < REACH * np.maximum(some[:, 2:], 6)
    if near.sum() < FEWEST:
        return 0.0
    directions = np.degrees(np.arctan2(down, across))[near] % 180
    counts = np.histogram(directions, bins=BINS, range=(0, 180))[0]
    around = sum(np.roll(counts, shift) for shift in range(-(SPREAD // 2), SPREAD // 2 + 1))
    beyond_chance = max(0.0, float(np.max(around)) / len(directions) - SPREAD / BINS)
    close = max(0.0, (float(near.mean()) - CLOSE_SHARE) / (1 - CLOSE_SHARE))
    return count * close * beyond_chance
