"""A coin beside the lesion: a circle of grey metal, whose diameter is known when somebody says which coin it is."""

from dataclasses import dataclass

import cv2
import numpy as np

from vision.skin.colour import Mask, lab, smaller
from vision.skin.network import Photo

YUAN_MM = (22.25, 25.0)
"""One yuan of the issues of 2019 and 1999 (People's Bank of China): two sizes, told apart by nothing that a photo of
unknown distance shows."""
SIDE = 400
RADII = (0.06, 0.3)
"""Of the shorter side: smaller ones are moles and buttons, larger ones leave no room for a lesion."""
MOST = 6
RAYS = 90
MATCHED = 0.75
"""Share of the rays on which the rim is where it should be."""
FROM_SKIN = 4.0
"""Grey levels of one delta E."""
LEAST_STEP = 24.0
"""Six delta E at the rim."""
RIM = 0.06
METAL_CHROMA = 12.0
OTHER_THAN_SKIN = 10.0
"""Delta E between metal and skin."""
ON_LESION = 0.1


@dataclass(frozen=True, slots=True)
class Coin:
    """``diameter``: in pixels of the photo, known to ``uncertainty``."""

    x: float
    y: float
    diameter: float
    uncertainty: float


def find_coin(photo: Photo, lesion: Mask, around: Mask) -> Coin | None:
    """The roundest piece of grey metal beside the lesion; None where there is none."""
    copy = smaller(photo, SIDE)
    scale = photo.shape[1] / copy.shape[1]
    colours = lab(copy)
    skin = np.median(lab(photo[around][None])[0], axis=0) if around.any() else np.median(colours, axis=(0, 1))
    # Metal may be as light as skin, but is never of its colour: the rim is looked for in the distance from skin.
    other = np.clip(FROM_SKIN * np.linalg.norm(colours - skin, axis=2), 0, 255).astype(np.uint8)
    other = cv2.GaussianBlur(other, (0, 0), 1.2)
    short = min(other.shape)
    low, high = (round(share * short) for share in RADII)
    found = cv2.HoughCircles(
        other, cv2.HOUGH_GRADIENT, 1.5, short / 4, param1=80, param2=30, minRadius=low, maxRadius=high
    )
    if found is None:
        return None
    size = (copy.shape[1], copy.shape[0])
    small_lesion = cv2.resize(lesion.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    best: tuple[float, Coin] | None = None
    for x, y, radius in found[0][:MOST]:
        rim = _rim(other, float(x), float(y), float(radius))
        if rim is None or not _is_metal(colours, small_lesion, (float(x), float(y), rim[0]), skin):
            continue
        exact, spread, matched = rim
        if best is None or matched > best[0]:
            coin = Coin(float(x) * scale, float(y) * scale, 2 * exact * scale, max(1.0, 2 * spread) * scale)
            best = (matched, coin)
    return best[1] if best else None


def _rim(other: np.ndarray, x: float, y: float, radius: float) -> tuple[float, float, float] | None:
    """Radius, its uncertainty and the share of rays with a rim: along each ray, where the step is largest."""
    angles = np.linspace(0, 2 * np.pi, RAYS, endpoint=False)
    reach = np.arange(0.85 * radius, 1.15 * radius, 0.5)
    columns = (x + np.outer(np.cos(angles), reach)).astype(np.float32)
    rows = (y + np.outer(np.sin(angles), reach)).astype(np.float32)
    inside = (columns >= 1) & (columns < other.shape[1] - 1) & (rows >= 1) & (rows < other.shape[0] - 1)
    if inside.all(axis=1).mean() < MATCHED:
        return None
    rays = cv2.remap(other, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    steps = np.abs(rays[:, 4:] - rays[:, :-4])
    at, strength = steps.argmax(axis=1), steps.max(axis=1)
    places = reach[at + 2]
    middle = float(np.median(places))
    good = (strength >= LEAST_STEP) & (np.abs(places - middle) <= RIM * radius)
    if good.mean() < MATCHED:
        return None
    return float(places[good].mean()), float(places[good].std() / np.sqrt(max(1, good.sum() / 4))), float(good.mean())


def _is_metal(colours: np.ndarray, lesion: Mask, circle: tuple[float, float, float], skin: np.ndarray) -> bool:
    x, y, radius = circle
    rows, columns = np.ogrid[: colours.shape[0], : colours.shape[1]]
    disc = (columns - x) ** 2 + (rows - y) ** 2 <= (0.85 * radius) ** 2
    if not disc.any() or lesion[disc].mean() > ON_LESION:
        return False
    metal = np.median(colours[disc], axis=0)
    chroma = float(np.hypot(metal[1], metal[2]))
    return chroma < METAL_CHROMA and float(np.linalg.norm(metal - skin)) >= OTHER_THAN_SKIN
