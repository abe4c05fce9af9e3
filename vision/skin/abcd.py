"""Asymmetry, border, colour, diameter (ABCD rule, Stolz 1994), measured, each with how well it is known."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from vision.skin.coin import YUAN_MM, find_coin
from vision.skin.network import Kind, Map, Photo
from vision.skin.region import Region, borders
from vision.skin.ruler import find_ruler
from vision.skin.shades import Shades, shades
from vision.skin.shape import asymmetry, diameter, irregularity

SIDE = 500
"""Shape and colours are measured on a copy of so many pixels: finer than any network draws a border."""


@dataclass(frozen=True, slots=True)
class Measured:
    """``value`` give or take ``uncertainty``, which is half the range over the borders that could also be drawn."""

    value: float
    uncertainty: float


@dataclass(frozen=True, slots=True)
class Scale:
    """How large a pixel is: ``pixels_per_mm`` from ``low`` to ``high``, which differ much where it is not known which
    coin lies there. ``by``: coin or ruler."""

    by: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Abcd:
    """``asymmetry``: unmatched share when folded along the long axis, and along the short one. ``border``: 1 for a
    circle. ``diameter_px`` in pixels of the photo, ``diameter_mm`` from the least to the most. None where it cannot be
    measured: the lesion goes on beyond the photo, or nothing of known size is in sight."""

    asymmetry: tuple[Measured, Measured] | None
    border: Measured | None
    colours: Shades
    diameter_px: Measured | None
    diameter_mm: tuple[float, float] | None
    scale: Scale | None
    cut: bool

    def as_json(self) -> dict[str, Any]:
        """Plain data, rounded to what is known."""
        return {
            "asymmetry": None if self.asymmetry is None else [_plain(one, 3) for one in self.asymmetry],
            "border": None if self.border is None else _plain(self.border, 3),
            "colour": {
                "count": self.colours.count,
                "count_uncertainty": self.colours.count_uncertainty,
                "shares": self.colours.shares,
                "spread": round(self.colours.spread, 1),
                "against_skin": [round(value, 1) for value in self.colours.difference],
                "contrast": round(self.colours.contrast, 1),
            },
            "diameter_px": None if self.diameter_px is None else _plain(self.diameter_px, 1),
            "diameter_mm": None if self.diameter_mm is None else [round(value, 1) for value in self.diameter_mm],
            "scale": None if self.scale is None else self.scale.by,
            "cut": self.cut,
        }


def measure(photo: Photo, mask: Map, found: Region, kind: Kind, *, coin_mm: float | None = None) -> Abcd:
    """Everything of one lesion. ``coin_mm``: the diameter of the coin beside it, where somebody says which it is."""
    share = min(1.0, SIDE / max(photo.shape[:2]))
    size = max(1, round(photo.shape[1] * share)), max(1, round(photo.shape[0] * share))
    small = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
    small_mask = cv2.resize(np.asarray(mask, np.float32), size, interpolation=cv2.INTER_AREA)
    lesion, around = (
        cv2.resize(part.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
        for part in (found.lesion, found.around)
    )
    fits = lesion.any()
    seen = (small, lesion, around) if fits else (photo, found.lesion, found.around)
    colours = shades(seen[0], seen[1], _some(seen[2]))
    scale = _scale(photo, found, coin_mm) if kind is Kind.PHONE else None
    if found.cut or not fits:
        return Abcd(None, None, colours, None, None, scale, found.cut)
    others = list(borders(small_mask)) or [lesion]
    folds = [asymmetry(one) for one in (lesion, *others)]
    across = _over([diameter(one) / share for one in (lesion, *others)])
    return Abcd(
        asymmetry=(_over([along for along, _ in folds]), _over([short for _, short in folds])),
        border=_over([irregularity(one) for one in (lesion, *others)]),
        colours=colours,
        diameter_px=across,
        diameter_mm=None if scale is None else _in_mm(across, scale),
        scale=scale,
        cut=False,
    )


def _some(around: np.ndarray) -> np.ndarray:
    """A lesion that fills the photo is measured against the photo's own middle colour."""
    return around if around.any() else np.ones_like(around)


def _scale(photo: Photo, found: Region, coin_mm: float | None) -> Scale | None:
    ruler = find_ruler(photo)
    if ruler is not None:
        return Scale("ruler", ruler.pixels_per_mm - ruler.uncertainty, ruler.pixels_per_mm + ruler.uncertainty)
    coin = find_coin(photo, found.lesion, found.around)
    if coin is None:
        return None
    small, large = YUAN_MM if coin_mm is None else (coin_mm, coin_mm)
    return Scale("coin", (coin.diameter - coin.uncertainty) / large, (coin.diameter + coin.uncertainty) / small)


def _in_mm(across: Measured, scale: Scale) -> tuple[float, float]:
    least = max(0.0, across.value - across.uncertainty) / scale.high
    return least, (across.value + across.uncertainty) / scale.low


def _over(values: list[float]) -> Measured:
    """The first value is that of the border at which it is read."""
    return Measured(values[0], (max(values) - min(values)) / 2)


def _plain(one: Measured, digits: int) -> dict[str, float]:
    return {"value": round(one.value, digits), "uncertainty": round(one.uncertainty, digits)}
