"""A ruler beside the lesion: a row of ticks a millimetre apart is one sharp line in the spectrum along its edge."""

from dataclasses import dataclass

import cv2
import numpy as np

from vision.skin.network import Photo

LINES = 12
LEAST_LENGTH = 0.3
"""Of the shorter side."""
OFFSETS = (4, 6, 8, 11, 14, 18, 24)
"""Pixels beside the edge at which ticks are looked for, on one side or the other: short ones are near it."""
PERIODS_PX = (4.0, 60.0)
FEWEST_TICKS = 18
PEAK_SHARE = 0.45
"""Of the power along the edge that a row of ticks has in its one period."""
PADDED = 8
LEAST_STEP = 2.0
"""Grey levels."""
SAME = 0.04
AGREE = 0.03
FEWEST_ROWS = 3
"""Rows beside an edge that must agree on the period."""


@dataclass(frozen=True, slots=True)
class Ruler:
    """``pixels_per_mm`` in the photo, known to ``uncertainty``."""

    pixels_per_mm: float
    uncertainty: float


def find_ruler(photo: Photo) -> Ruler | None:
    """None where no edge in the photo has a row of ticks."""
    grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
    shortest = LEAST_LENGTH * min(grey.shape)
    lines = cv2.HoughLinesP(
        cv2.Canny(grey, 60, 160), 1, np.pi / 360, 80, minLineLength=shortest, maxLineGap=0.1 * shortest
    )
    if lines is None:
        return None
    ends = lines[:, 0, :].astype(np.float64)
    longest = np.argsort(-np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]))[:LINES]
    sides = (_beside(grey, ends[at], side) for at in longest for side in (1, -1))
    found = [ruler for ruler in sides if ruler is not None]
    return min(found, key=lambda ruler: ruler.pixels_per_mm, default=None)


def _beside(grey: np.ndarray, line: np.ndarray, side: int) -> Ruler | None:
    start, end = line[:2], line[2:]
    length = float(np.hypot(*(end - start)))
    along = (end - start) / length
    across = side * np.array([-along[1], along[0]])
    steps = np.arange(int(length))
    periods = []
    for offset in OFFSETS:
        places = start + across * offset + steps[:, None] * along
        profile = cv2.remap(
            grey,
            places[None, :, 0].astype(np.float32),
            places[None, :, 1].astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )[0]
        period = _period(profile.astype(np.float64))
        if period is not None:
            periods.append(period)
    if len(periods) < FEWEST_ROWS:
        return None
    shortest = min(periods)  # far from the edge only every fifth tick is seen
    agreeing = [one for one in periods if abs(one - shortest) <= AGREE * shortest]
    if len(agreeing) < FEWEST_ROWS:
        return None
    ticks = length / shortest
    return Ruler(float(np.median(agreeing)), max(float(np.std(agreeing)), 0.5 * shortest / ticks))


def _period(profile: np.ndarray) -> float | None:
    """Pixels from tick to tick; None where the profile has no one period from end to end."""
    slow = cv2.GaussianBlur(profile[None], (0, 0), PERIODS_PX[1] / 2, borderType=cv2.BORDER_REFLECT)[0]
    wave = profile - slow
    if wave.std() < LEAST_STEP:
        return None
    lowest = max(1 / PERIODS_PX[1], FEWEST_TICKS / len(wave))
    found = _peak(wave, lowest, 1 / PERIODS_PX[0])
    if found is None:
        return None
    half = len(wave) // 2
    for part in (wave[:half], wave[half:]):
        again = _peak(part, lowest, 1 / PERIODS_PX[0])
        if again is None or abs(again - found) > SAME * found:
            return None
    return 1 / found


def _peak(wave: np.ndarray, lowest: float, highest: float) -> float | None:
    """The frequency that has most of the power; None where none has."""
    size = PADDED * len(wave)
    power = np.abs(np.fft.rfft(wave * np.hanning(len(wave)), size)) ** 2
    frequency = np.fft.rfftfreq(size)
    band = np.flatnonzero((frequency >= lowest) & (frequency <= highest))
    if not len(band):
        return None
    at = int(band[np.argmax(power[band])])
    lobe = 2 * PADDED  # of the window
    first = power[max(0, at - lobe) : at + lobe + 1].sum()
    # Ticks are thin: their power is spread over the multiples of their frequency, of which the first two are counted.
    second = power[2 * at - lobe : 2 * at + lobe + 1].sum()
    total = power[frequency >= lowest].sum()
    if first + second < PEAK_SHARE * total or first < PEAK_SHARE / 2 * total:
        return None
    return float(frequency[at])
