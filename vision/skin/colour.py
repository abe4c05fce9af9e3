"""Colours of skin: CIE Lab, and how much of a photo is of the colour that skin can be."""

from typing import Any

import cv2
import numpy as np

from vision.skin.network import Photo

Lab = Any
"""numpy, float32, (height, width, 3): L 0 to 100, a, b (CIE 1976, D65)."""
Mask = Any
"""numpy, bool, (height, width)."""

SKIN_CHROMA = (3.0, 75.0)
CHROMA_PER_L = 0.05
"""In less light there is less chroma, too."""
SKIN_HUE_DEG = (-80.0, 95.0)
"""From the purple of dermoscopy under gel, over pink, to yellow: wide, since phones' white balance is anything. The
hue of skin is much the same from fair to dark, its lightness is not: so lightness only rules out black."""
BLACK_L = 10.0


def lab(photo: Photo) -> Lab:
    """sRGB to CIE Lab."""
    return cv2.cvtColor(photo.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)


def smaller(photo: Photo, side: int) -> Photo:
    """The photo with at most ``side`` pixels on its longer side, averaged."""
    height, width = photo.shape[:2]
    share = side / max(height, width)
    if share >= 1:
        return photo
    size = max(1, round(width * share)), max(1, round(height * share))
    return cv2.resize(photo, size, interpolation=cv2.INTER_AREA)


def skin_like(colours: Lab) -> Mask:
    """Where a pixel has a colour that skin can have."""
    light, a, b = np.moveaxis(colours, 2, 0)
    chroma, hue = np.hypot(a, b), np.degrees(np.arctan2(b, a))
    return (
        (light > BLACK_L)
        & (chroma >= np.minimum(SKIN_CHROMA[0], CHROMA_PER_L * light))
        & (chroma < SKIN_CHROMA[1])
        & (hue > SKIN_HUE_DEG[0])
        & (hue < SKIN_HUE_DEG[1])
    )
