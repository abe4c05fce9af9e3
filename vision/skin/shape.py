"""Shape of a lesion from its mask alone: asymmetry, border, diameter (A, B and D of the ABCD rule, Stolz 1994)."""

import cv2
import numpy as np

from vision.skin.colour import Mask
from vision.skin.region import contour_of

ROUND = 1.3
"""Spread along the long axis against that along the short one, below which which is which is chance."""
SMOOTH = 0.004
"""Of the outline's length: the steps between pixels are no irregularity."""


def asymmetry(lesion: Mask) -> tuple[float, float]:
    """Share of the lesion that is not matched when it is folded along its long and along its short principal axis: 0
    for a circle or an ellipse, towards 1. A round lesion has no long axis: it is folded where it matches best."""
    rows, columns = np.nonzero(lesion)
    centre = np.array([columns.mean(), rows.mean()])
    spread = np.cov(np.stack([columns, rows])) + np.eye(2) / 12  # a pixel is no point
    lengths, axes = np.linalg.eigh(spread)
    degrees = float(np.degrees(np.arctan2(axes[1, 1], axes[0, 1])))
    reach = int(np.ceil(np.hypot(columns - centre[0], rows - centre[1]).max())) + 2
    tries = (0.0,) if lengths[1] > ROUND * lengths[0] else np.arange(0, 90, 10)
    return min((_folded(lesion, centre, degrees + more, reach) for more in tries), key=sum)


def _folded(lesion: Mask, centre: np.ndarray, degrees: float, reach: int) -> tuple[float, float]:
    turn = cv2.getRotationMatrix2D((float(centre[0]), float(centre[1])), degrees, 1.0)
    turn[:, 2] += reach - centre
    size = 2 * reach + 1
    upright = cv2.warpAffine(lesion.astype(np.float32), turn, (size, size), flags=cv2.INTER_LINEAR)
    total = 2 * float(upright.sum())
    along, across = (float(np.abs(upright - np.flip(upright, axis)).sum()) / total for axis in (0, 1))
    return along, across


def irregularity(lesion: Mask) -> float:
    """Length of the border against that of a circle of the same area, squared: 1 for a circle, 1.2 for an ellipse of
    two to one, more where the border is jagged or has bays."""
    outline = contour_of(lesion).astype(np.float64)
    width = max(1.0, SMOOTH * len(outline))
    reach = int(3 * width)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    padded = np.concatenate([outline[-reach:], outline, outline[:reach]]) if reach < len(outline) else outline
    smooth = np.stack([np.convolve(padded[:, axis], weights / weights.sum(), "valid") for axis in (0, 1)], axis=1)
    length = float(np.hypot(*(np.roll(smooth, -1, axis=0) - smooth).T).sum())
    area = cv2.contourArea(smooth.astype(np.float32))
    return length**2 / (4 * np.pi * area) if area > 0 else 1.0


def diameter(lesion: Mask) -> float:
    """The largest distance between two of its points, in pixels."""
    points = np.argwhere(lesion)
    hull = cv2.convexHull(points.astype(np.int32))[:, 0, :].astype(np.float64)
    return float(np.sqrt(((hull[:, None] - hull[None]) ** 2).sum(axis=2)).max()) + 1.0
