"""Training photos made different: turned, nearer and farther, lit otherwise, blurred, at times without a lesion."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from vision.skin.frame import PADDING

ON_SKIN_ALONE = 0.04
"""Share of photos that show only the skin beside the lesion, so that an empty mask is learnt too."""
LUMA = np.array([0.299, 0.587, 0.114])


@dataclass(frozen=True)
class Strength:
    """How much is changed. ``zoom``: farthest and nearest; ``shift``: of the frame; ``light``: gain of a channel and of
    all; ``shear``: of a side, also how much one side is stretched."""

    zoom: tuple[float, float] = (0.8, 1.5)
    shift: float = 0.1
    light: float = 0.15
    shear: float = 0.1


def _towards(shape: tuple[int, int], size: tuple[int, int], strength: Strength, rng: np.random.Generator) -> Any:
    """2 x 3, from the photo's pixels to the frame's."""
    height, width = shape
    rows, columns = size
    turned = (height - width) * (rows - columns) < 0
    fit = min(rows / (width if turned else height), columns / (height if turned else width))
    scale = fit * np.exp(rng.uniform(*np.log(strength.zoom)))
    angle = np.pi * (0.5 * turned + rng.integers(2)) + rng.uniform(-1, 1) * (np.pi if rng.random() < 0.4 else 0.4)
    stretch = np.exp(rng.uniform(-strength.shear, strength.shear))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shear = np.array([[stretch, rng.uniform(-strength.shear, strength.shear)], [0.0, 1 / stretch]])
    matrix = scale * turn @ shear @ np.diag([rng.choice([-1.0, 1.0]), 1.0])
    middle = np.array([columns, rows]) * (0.5 + rng.uniform(-strength.shift, strength.shift, 2))
    return np.column_stack([matrix, middle - matrix @ np.array([width, height]) / 2])


def _beside(image: Any, mask: Any, rng: np.random.Generator) -> Any:
    """A part of the photo without lesion, or None."""
    height, width = mask.shape
    for _ in range(6):
        rows, columns = int(height * rng.uniform(0.25, 0.5)), int(width * rng.uniform(0.25, 0.5))
        top, left = int(rng.integers(height - rows)), int(rng.integers(width - columns))
        if not mask[top : top + rows, left : left + columns].any():
            return image[top : top + rows, left : left + columns]
    return None


def relit(image: Any, light: float, rng: np.random.Generator) -> Any:
    """Another lamp: gains of the channels, brightness, contrast, saturation and gamma."""
    gains = 1 + rng.uniform(-light, light) + rng.uniform(-light, light, 3) * 0.5
    saturation = 1 + rng.uniform(-2 * light, 2 * light)
    matrix = (np.eye(3) * saturation + (1 - saturation) * LUMA) * gains[:, None]
    offset = (1 - np.exp(rng.uniform(-light, light))) * 127 + rng.uniform(-light, light) * 60
    changed = cv2.transform(image, np.column_stack([matrix, np.full(3, offset)]))
    if rng.random() < 0.4:
        gamma = np.exp(rng.uniform(-0.35, 0.35))
        changed = cv2.LUT(changed, (255 * (np.arange(256) / 255) ** gamma).astype(np.uint8))
    return changed


def worsened(image: Any, rng: np.random.Generator) -> Any:
    """As cameras do: out of focus, coarse, grainy, compressed; a piece covered."""
    height, width = image.shape[:2]
    if rng.random() < 0.2:
        share = rng.uniform(0.35, 0.9)
        coarse = cv2.resize(image, (int(width * share), int(height * share)), interpolation=cv2.INTER_AREA)
        image = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    if rng.random() < 0.12:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.5, 1.8))
    if rng.random() < 0.1:
        image = np.clip(image + rng.normal(0, rng.uniform(2, 8), image.shape), 0, 255).astype(np.uint8)
    if rng.random() < 0.1:
        _, packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 90))])
        image = cv2.imdecode(packed, cv2.IMREAD_COLOR)
    if rng.random() < 0.2:
        rows, columns = int(height * rng.uniform(0.08, 0.25)), int(width * rng.uniform(0.08, 0.25))
        top, left = int(rng.integers(height - rows)), int(rng.integers(width - columns))
        image[top : top + rows, left : left + columns] = rng.integers(0, 256, 3)
    return image


def varied(
    image: Any, mask: Any, size: tuple[int, int], strength: Strength, rng: np.random.Generator
) -> tuple[Any, Any, bool]:
    """Photo and mask (uint8) in a frame of ``size``, and whether the lesion is on it."""
    shown = True
    if rng.random() < ON_SKIN_ALONE:
        skin = _beside(image, mask, rng)
        if skin is not None:
            image, mask, shown = skin, np.zeros(skin.shape[:2], np.uint8), False
    matrix = _towards(image.shape[:2], size, strength, rng)
    border = cv2.BORDER_CONSTANT if rng.random() < 0.4 else cv2.BORDER_REFLECT_101
    grey = (PADDING, PADDING, PADDING)
    image = cv2.warpAffine(image, matrix, size[::-1], flags=cv2.INTER_LINEAR, borderMode=border, borderValue=grey)
    mask = cv2.warpAffine(mask, matrix, size[::-1], flags=cv2.INTER_LINEAR, borderMode=border, borderValue=0)
    if rng.random() < 0.9:
        image = relit(image, strength.light, rng)
    return worsened(image, rng), mask, shown
