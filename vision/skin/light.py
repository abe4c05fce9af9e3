"""Light and sharpness of a photo, as numbers that do not depend on its size or on how dark the skin is."""

from dataclasses import dataclass

import cv2
import numpy as np

from vision.skin.colour import smaller
from vision.skin.network import Photo

SIDE = 256
"""Sharpness is judged at about the size that the networks see: finer blur takes nothing from them."""
CENTRE = 0.15
"""Left out on each side: dermatoscopes leave a black rim."""
WASHED = 250
LEAST_SLOPE = 1e-3
GOOD_LIGHT = 200.0
_DIAGONAL = np.eye(3, dtype=np.float32)
DIRECTIONS = (
    np.array([[0, 0, 0], [1, 1, 1], [0, 0, 0]], np.float32),
    np.array([[0, 1, 0], [0, 1, 0], [0, 1, 0]], np.float32),
    _DIAGONAL,
    np.fliplr(_DIAGONAL),
)
"""A photo that was shaken is blurred in one direction only."""
_CURVATURE = np.array([1, -2, 1], np.float32)
_SLOPE = np.array([-0.5, 0, 0.5], np.float32)


@dataclass(frozen=True, slots=True)
class Light:
    """``brightest``: 90th percentile of the strongest channel in the middle of the photo, 0 to 255: of dark skin in
    good light, too, it is above 100. ``washed_out``: share of the middle where two channels are at their end.
    ``sharpness``: curvature against slope at the strongest edges, which falls with blur whatever the contrast;
    ``detail``: standard deviation of the curvature, in grey levels of a photo in good light. Both in the direction in
    which they are least."""

    brightest: float
    washed_out: float
    sharpness: float
    detail: float


def light(photo: Photo) -> Light:
    """Measured on a copy of 256 pixels."""
    small = smaller(photo, SIDE)
    height, width = small.shape[:2]
    middle = small[
        int(CENTRE * height) : max(1, int((1 - CENTRE) * height)),
        int(CENTRE * width) : max(1, int((1 - CENTRE) * width)),
    ]
    soft = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32), (0, 0), 1.0)
    brightest = float(np.percentile(middle.max(axis=2), 90))
    edges = [_along(soft, direction) for direction in DIRECTIONS]
    return Light(
        brightest=brightest,
        washed_out=float((np.median(middle, axis=2) >= WASHED).mean()),
        sharpness=min(sharpness for sharpness, _ in edges),
        detail=min(detail for _, detail in edges) * GOOD_LIGHT / max(brightest, 1.0),
    )


def _along(grey: np.ndarray, direction: np.ndarray) -> tuple[float, float]:
    curvature, slope = (cv2.filter2D(grey, -1, _laid(values, direction)) for values in (_CURVATURE, _SLOPE))
    strongest = max(float(np.percentile(np.abs(slope), 99)), LEAST_SLOPE)
    return float(np.percentile(np.abs(curvature), 99)) / strongest, float(curvature.std())


def _laid(values: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Three values along the direction's line through a 3 by 3 kernel."""
    kernel = direction.copy()
    kernel[direction > 0] = values
    return kernel
