"""Colours within a lesion, against the skin around it: C of the ABCD rule (Stolz 1994), which counts six colours."""

from dataclasses import dataclass

import cv2
import numpy as np

from vision.skin.colour import Lab, Mask, lab
from vision.skin.network import Photo

PLAIN_SKIN = np.array([0.50, 0.31, 0.23])
"""Linear sRGB of light skin in daylight: photos are brought to its hue, not to its lightness."""
COUNTED = 0.05
LOOSE, STRICT = 0.03, 0.08
"""Share of the lesion from which a colour counts; and how the count moves with that limit."""
LEAST_LIGHT = 1e-3
NOISE_PX = 1.5


@dataclass(frozen=True, slots=True)
class Shades:
    """``shares`` of the six colours; ``count`` of those above 5 %, and by how much it is uncertain; ``spread``: root
    mean square distance from the lesion's mean colour (CIE Lab, delta E 1976); ``difference``: lesion minus skin in L,
    a, b; ``contrast``: its length."""

    shares: dict[str, float]
    count: int
    count_uncertainty: float
    spread: float
    difference: tuple[float, float, float]
    contrast: float


def linear(photo: Photo) -> np.ndarray:
    """Linear light of sRGB, 0 to 1."""
    values = photo.astype(np.float32) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004


def encoded(light: np.ndarray) -> Photo:
    """The way back; what is too light is white."""
    light = np.clip(light, 0, 1)
    values = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)  # noqa: PLR2004
    return np.clip(np.round(values * 255), 0, 255).astype(np.uint8)


def in_daylight(photo: Photo, around: Mask) -> Photo:
    """The photo with its cast of colour taken out: the skin around gets the hue of skin in daylight and keeps how light
    it is, which is what differs most between people."""
    light = linear(photo)
    skin = np.maximum(np.median(light[around], axis=0), LEAST_LIGHT)
    wanted = PLAIN_SKIN * skin.mean() / PLAIN_SKIN.mean()
    return encoded(light * (wanted / skin).astype(np.float32))


def shades(photo: Photo, lesion: Mask, around: Mask) -> Shades:
    """Measured after :func:`in_daylight`."""
    # In dim light a sensor's noise alone would be a colour.
    colours = lab(cv2.GaussianBlur(in_daylight(photo, around), (0, 0), NOISE_PX))
    inside, beside = colours[lesion], np.median(colours[around], axis=0)
    shares = {name: float(where.mean()) for name, where in _named(inside, beside).items()}
    counts = [sum(share >= limit for share in shares.values()) for limit in (COUNTED, LOOSE, STRICT)]
    middle = inside.mean(axis=0)
    away = [float(value) for value in middle - beside]
    return Shades(
        shares={name: round(share, 3) for name, share in shares.items()},
        count=max(1, counts[0]),
        count_uncertainty=(max(counts) - min(counts)) / 2,
        spread=float(np.sqrt(((inside - middle) ** 2).sum(axis=1).mean())),
        difference=(away[0], away[1], away[2]),
        contrast=float(np.linalg.norm(away)),
    )


def _named(inside: Lab, skin: np.ndarray) -> dict[str, np.ndarray]:
    """Every pixel belongs to one colour. Limits of lightness are shares of the skin's own."""
    light, a, b = inside.T
    share = light / max(float(skin[0]), 1.0)
    chroma, hue, plain = np.hypot(a, b), np.degrees(np.arctan2(b, a)), float(np.hypot(skin[1], skin[2]))
    black = share < 0.25  # noqa: PLR2004
    blue = ~black & (share < 0.85) & ((b < 3) | (chroma < 0.35 * plain))  # noqa: PLR2004
    white = ~black & ~blue & (share > 1.08) & (chroma < plain)  # noqa: PLR2004
    red = ~black & ~blue & ~white & (hue < 38) & (a > skin[1] + 8)  # noqa: PLR2004
    rest = ~(black | blue | white | red)
    dark = rest & (share < 0.55)  # noqa: PLR2004
    return {
        "white": white,
        "red": red,
        "light_brown": rest & ~dark,
        "dark_brown": dark,
        "blue_grey": blue,
        "black": black,
    }
