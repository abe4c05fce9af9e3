"""What a photo suggests for a PASI form: redness, scale and area in the frame, measured against the skin around.

Suggestions beside a clinician's form, never a score: there were no graded photos to set the steps by. Thickness is
felt, not seen: it is not suggested. The arithmetic is the house's (``care/skin/pasi.py``).
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from vision.skin.colour import Mask, lab, skin_like, smaller
from vision.skin.network import Photo

SIDE = 400
ENDS = (6.0, 252.0)
"""Beyond them a channel is cut off and says nothing of colour."""
ERYTHEMA_STEPS = (0.03, 0.07, 0.12, 0.18)
"""Decades of erythema index from which redness is 1, 2, 3, 4."""
SCALE_STEPS = (1.4, 2.0, 2.8, 4.0)
"""Roughness against that of the skin around from which scaling is 1, 2, 3, 4."""
AREA_STEPS = (10.0, 30.0, 50.0, 70.0, 90.0)
"""Percent from which area is 2 to 6; any is 1 (Fredriksson and Pettersson 1978)."""
LEAST_SKIN = 0.2
SMOOTH, FINE = 0.012, 0.004
"""Of the longer side: plaques are wider, scales finer."""
PARTED = 0.6
"""Share of the variance of redness that two levels must explain: else skin is of one redness."""
LEAST_SHARE = 0.01
BOTH_SURE = 0.02
"""Decades of erythema index: nearer to a limit than this, the grade may be the next one."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """``value`` as measured, the ``grade`` that it suggests, and the ``lowest`` and ``highest`` that it may as well
    be."""

    value: float
    grade: int
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Suggestions:
    """``erythema``: 0 to 4, by the difference of log10(red / green) in linear light; ``desquamation``: 0 to 4, by
    roughness; ``area``: 0 to 6, by the affected percentage of the skin in the frame, which is no region of the body.
    None for all where no redness stands out."""

    erythema: Suggested | None
    desquamation: Suggested | None
    area: Suggested

    def as_json(self) -> dict[str, Any]:
        """Plain data; ``induration`` is None, since no photo shows it."""
        return {
            "erythema": _plain(self.erythema),
            "induration": None,
            "desquamation": _plain(self.desquamation),
            "area_in_frame": _plain(self.area),
        }


def suggest(photo: Photo) -> Suggestions | None:
    """None where there is too little skin."""
    small = smaller(photo, SIDE)
    skin = skin_like(lab(small))
    if skin.mean() < LEAST_SKIN:
        return None
    redness = erythema_index(small)
    affected = _affected(redness, skin)
    percent = 100 * float(affected.sum() / skin.sum())
    area = _area(percent)
    beside = skin & ~affected
    if not affected.any() or not beside.any():
        return Suggestions(None, None, area)
    return Suggestions(
        erythema=suggested_erythema(redness, affected, beside),
        desquamation=suggested_scale(small, affected, beside),
        area=area,
    )


def erythema_index(photo: Photo) -> np.ndarray:
    """log10(red / green) of linear light at each pixel. More or other light adds the same to all of a photo, so that
    differences within it stay: haemoglobin takes green light away and leaves red."""
    values = np.clip(photo[..., :2].astype(np.float32), *ENDS) / 255
    light = ((values + 0.055) / 1.055) ** 2.4
    return np.log10(light[..., 0] / light[..., 1])


def suggested_erythema(redness: np.ndarray, affected: Mask, beside: Mask) -> Suggested:
    """Redness of the affected skin above that beside it."""
    value = float(np.median(redness[affected]) - np.median(redness[beside]))
    return _graded(value, ERYTHEMA_STEPS, BOTH_SURE)


def suggested_scale(photo: Photo, affected: Mask, beside: Mask) -> Suggested:
    """Roughness: fine variation of lightness, in shares of the lightness there, against that of the skin beside."""
    light = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY).astype(np.float32) + 1.0
    wide = FINE * max(light.shape)
    slow = cv2.GaussianBlur(light, (0, 0), 3 * wide)
    fine = (light - slow) / slow
    inner = cv2.erode(affected.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    inside = fine[inner if inner.any() else affected]
    value = float(inside.std() / max(float(fine[beside].std()), 1e-3))
    return _graded(value, SCALE_STEPS, 0.15 * value)


def _affected(redness: np.ndarray, skin: Mask) -> Mask:
    """The redder of two levels of redness; nothing where there are not two."""
    wide = SMOOTH * max(redness.shape)
    smooth = cv2.GaussianBlur(redness, (0, 0), wide)
    values = smooth[skin]
    low, high = float(values.min()), float(values.max())
    if high - low < ERYTHEMA_STEPS[0]:
        return np.zeros_like(skin)
    levels = np.clip(255 * (values - low) / (high - low), 0, 255).astype(np.uint8)
    limit, _ = cv2.threshold(levels, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    red = levels > limit
    share = float(red.mean())
    if not LEAST_SHARE < share < 1:
        return np.zeros_like(skin)
    apart = float(values[red].mean() - values[~red].mean())
    between = share * (1 - share) * apart**2
    if apart < ERYTHEMA_STEPS[0] or between < PARTED * float(values.var()):
        return np.zeros_like(skin)
    affected = np.zeros_like(skin)
    affected[skin] = red
    return affected


def _area(percent: float) -> Suggested:
    # A border drawn a little further in or out is a fifth of the area.
    among = (percent, 0.8 * percent, min(100.0, 1.2 * percent))
    return Suggested(round(percent, 1), *(int(one > 0) + _steps(one, AREA_STEPS) for one in among))


def _graded(value: float, steps: tuple[float, ...], give_or_take: float) -> Suggested:
    among = (value, value - give_or_take, value + give_or_take)
    return Suggested(round(value, 3), *(_steps(one, steps) for one in among))


def _steps(value: float, steps: tuple[float, ...]) -> int:
    return sum(value >= step for step in steps)


def _plain(one: Suggested | None) -> dict[str, float] | None:
    if one is None:
        return None
    return {"value": one.value, "grade": one.grade, "lowest": one.lowest, "highest": one.highest}
