"""Two photos of one lesion: how its area and its colour changed, each with how well that is known."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from vision.skin.answering import VERSION, Read
from vision.skin.colour import Mask, lab
from vision.skin.drawing import side_by_side_png
from vision.skin.network import Map, Photo
from vision.skin.region import Region, borders, region
from vision.skin.registration import Laid, lay, over, seen_by_both
from vision.skin.shades import encoded, linear

SURE = 1.96
"""Two standard errors: what is said to have changed has, in 19 of 20 cases."""
LEAST_DELTA_E = 2.3
"""A difference that an eye just sees (Mahy 1994)."""


@dataclass(frozen=True, slots=True)
class Change:
    """``area_percent``: larger (positive) or smaller, give or take ``area_uncertainty``; None where the lesion goes on
    beyond a photo. ``colour``: change of L, a, b of the lesion after the skin around was made alike; ``delta_e`` its
    length, give or take ``colour_uncertainty``. ``grown``, ``recoloured``: whether it is more than the uncertainty."""

    area_percent: float | None
    area_uncertainty: float | None
    colour: tuple[float, float, float]
    delta_e: float
    colour_uncertainty: float
    grown: bool | None
    recoloured: bool


def compared(first: Read, second: Read) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Findings and pictures. ``registered`` is false, with ``why``, where one photo cannot be laid over the other:
    then nothing is said of a change."""
    told: dict[str, Any] = {
        "version": VERSION,
        "first": first.quality.as_json(),
        "second": second.quality.as_json(),
        "registered": False,
        "why": None,
        "registration": None,
        "change": None,
    }
    if first.reading is None or second.reading is None or first.found is None or second.found is None:
        return told | {"why": "not_read"}, {}
    laid = lay(first.photo, second.photo)
    if laid is None:
        return told | {"why": "nothing_in_common"}, {}
    shape = first.photo.shape[:2]
    later = over(second.photo, laid, shape)
    mask = over(np.asarray(second.reading.mask, np.float32), laid, shape)
    moved = region(later, mask)
    seen = seen_by_both(second.photo, laid, shape)
    if moved is None or not (moved.lesion & first.found.lesion & seen).any():
        return told | {"why": "nothing_in_common"}, {}
    cut = first.found.cut or second.found.cut or not seen[first.found.lesion | moved.lesion].all()
    area = None if cut else _area(first.reading.mask, mask, (first.found, moved), laid)
    change = _change(area, *_colour(first.photo, later, (first.found, moved), seen))
    drawn = side_by_side_png((first.photo, first.found.lesion), (later, moved.lesion), f"{VERSION}/compare")
    registration = {"quality": round(laid.quality, 3), "points": laid.points, "scale": round(laid.scale, 3)}
    told |= {"registered": True, "registration": registration, "change": _plain(change)}
    return told, {"side_by_side": drawn}


def _area(first: Map, later: Map, found: tuple[Region, Region], laid: Laid) -> tuple[float, float]:
    """Percent of change, and give or take how much."""
    share = found[1].area / found[0].area
    noise = SURE * 2 * laid.scale_uncertainty  # area goes with the square of the scale
    parts = [_spread(mask, one) for mask, one in zip((first, later), found, strict=True)]
    return 100 * (share - 1), 100 * share * float(np.sqrt(parts[0] ** 2 + parts[1] ** 2 + noise**2))


def _spread(mask: Map, found: Region) -> float:
    """Half the range of the areas that the lesion may as well have, as a share."""
    areas = [found.area, *(int(border.sum()) for border in borders(mask))]
    return (max(areas) - min(areas)) / 2 / found.area


def _colour(
    first: Photo, later: Photo, found: tuple[Region, Region], seen: Mask
) -> tuple[tuple[float, float, float], float]:
    """Change in L, a, b, and give or take how much delta E."""
    around = found[0].around & found[1].around & seen
    if not around.any():
        around = seen & ~found[0].lesion & ~found[1].lesion
    light = linear(first), linear(later)
    gains = np.median(light[0][around], axis=0) / np.maximum(np.median(light[1][around], axis=0), 1e-3)
    before, after = lab(first), lab(encoded(light[1] * gains.astype(np.float32)))
    inside = found[0].lesion & found[1].lesion & seen  # skin that it has grown over has changed by its growing
    change = (after[inside] - before[inside]).mean(axis=0)
    # What the skin around still differs by, quarter by quarter, the lesion may differ by for no reason of its own.
    rows, columns = np.nonzero(around)
    quarter = 2 * (rows > np.median(rows)) + (columns > np.median(columns))
    left = after[rows, columns] - before[rows, columns]
    rest = [float(np.linalg.norm(left[quarter == one].mean(axis=0))) for one in range(4) if (quarter == one).any()]
    return (float(change[0]), float(change[1]), float(change[2])), SURE * float(np.sqrt(np.mean(np.square(rest))))


def _change(area: tuple[float, float] | None, colour: tuple[float, float, float], uncertainty: float) -> Change:
    length = float(np.linalg.norm(colour))
    return Change(
        area_percent=None if area is None else area[0],
        area_uncertainty=None if area is None else area[1],
        colour=colour,
        delta_e=length,
        colour_uncertainty=uncertainty,
        grown=None if area is None else bool(area[0] > area[1]),
        recoloured=bool(length > max(LEAST_DELTA_E, uncertainty)),
    )


def _plain(change: Change) -> dict[str, Any]:
    """Rounded to what is known; numpy's numbers and truths as JSON's."""
    return {
        name: value if value is None or isinstance(value, bool) else np.round(value, 1).tolist()
        for name, value in asdict(change).items()
    }
