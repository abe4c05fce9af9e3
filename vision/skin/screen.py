"""Whether a picture was drawn by a machine: areas of exactly one colour, which no camera makes."""

from dataclasses import dataclass

import cv2
import numpy as np

from vision.skin.network import Photo

BLOCK = 20
"""Pixels: more than two of JPEG's blocks, which are of one colour each where a photo was pressed hard."""
EVEN = 2
"""Grey levels within a block of one colour; JPEG adds so much. In the dark a camera's noise is no more than that."""
DARK = 70
TALL = 1.6
"""A phone's screen is at least so much higher than wide; a sheet of paper is not (A4: 1.41)."""
COLOURS = 6
"""An app is painted in few colours; the light on a white wall makes many that are nearly the same."""
COLOUR_SHARE = 0.03


@dataclass(frozen=True, slots=True)
class Drawn:
    """``even``: share of the picture in blocks of one of its six most frequent colours; dark ones count only where they
    fill a row from edge to edge (the rim of a dermatoscope is round). ``colours``: how many colours each fill 3 % of
    it. ``tall``: shaped like a phone's screen."""

    even: float
    colours: int
    tall: bool


def drawn(photo: Photo) -> Drawn:
    """Measured in blocks of 20 by 20 pixels."""
    height, width = (side // BLOCK * BLOCK for side in photo.shape[:2])
    if not height or not width:
        return Drawn(0.0, 0, tall=False)
    whole, window = np.ascontiguousarray(photo[:height, :width]), np.ones((BLOCK, BLOCK), np.uint8)
    low, high = (extreme(whole, window, anchor=(0, 0))[::BLOCK, ::BLOCK] for extreme in (cv2.erode, cv2.dilate))
    even = (high.astype(np.int16) - low).max(axis=2) <= EVEN
    even &= (high.max(axis=2) > DARK) | even.all(axis=1, keepdims=True)
    colours = (high[even] // EVEN).astype(np.int32) @ np.array([1 << 14, 1 << 7, 1])
    shares = np.sort(np.unique(colours, return_counts=True)[1])[::-1][:COLOURS] / even.size
    return Drawn(
        even=float(shares.sum()),
        colours=int((shares >= COLOUR_SHARE).sum()),
        tall=photo.shape[0] >= TALL * photo.shape[1],
    )
