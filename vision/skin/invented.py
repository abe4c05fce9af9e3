"""Pictures that nobody took: a lesion, and what is none. For checks that need no data."""

from typing import Any

import cv2
import numpy as np


def spot(height: int = 300, width: int = 400, *, size: float = 0.18, seed: int = 3) -> Any:
    """uint8 (height, width, 3): a mottled brown spot of radius ``size`` (of the height) on skin; 0 for skin alone."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:height, :width]
    far = np.hypot((rows - height / 2) / height, (columns - width / 2) / height)
    dark = 1 / (1 + np.exp(np.clip((far - size) * 80, -50, 50))) if size else np.zeros((height, width))
    mottled = cv2.GaussianBlur(rng.normal(0, 1, (height, width)), (0, 0), height / 60 + 0.5)
    mottled = 0.25 * mottled / (mottled.std() + 1e-6)
    skin = np.array([212, 168, 150]) + 5 * rng.normal(0, 1, (height, width, 1)) + 12 * mottled[..., None]
    lesion = np.array([105, 95, 88]) * (1 + mottled[..., None])
    return np.clip(skin - dark[..., None] * lesion, 0, 255).astype(np.uint8)


def page() -> Any:
    """A printed sheet."""
    sheet = np.full((600, 450, 3), 250, np.uint8)
    for row in range(30, 580, 22):
        cv2.putText(sheet, "WBC 6.1 10^9/L 3.5-9.5", (15, row), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (30, 30, 30), 1)
    return sheet


def hills() -> Any:
    """Green under blue."""
    rows, columns = np.mgrid[:450, :600]
    land = rows > 250 + 40 * np.sin(columns / 70) + 25 * np.sin(columns / 23)
    return np.where(land[..., None], [70, 120, 50], [120, 170, 230]).astype(np.uint8)


def noise() -> Any:
    """Every pixel by chance."""
    return np.random.default_rng(2).integers(0, 256, (450, 600, 3)).astype(np.uint8)


def chequers() -> Any:
    """Black and white squares, by chance."""
    squares = np.random.default_rng(2).integers(0, 2, (15, 20))
    return (np.kron(squares, np.ones((30, 30)))[..., None] * np.array([255, 255, 255])).astype(np.uint8)


NO_LESION = (page, hills, noise, chequers)
