"""A measure over time made fit for reading: short gaps closed, jitter gone, fast repetitions left whole."""

from itertools import pairwise

import numpy as np

from vision.rehab.landmarks import Values

LONGEST_GAP_S = 0.5
WINDOW_S = 0.28
"""A local parabola over this time follows the turning point of a repetition of 0.7 s within two degrees."""


def filled(times: Values, values: Values) -> Values:
    """``values`` with gaps of up to ``LONGEST_GAP_S`` bridged by straight lines; longer ones stay NaN."""
    known = ~np.isnan(values)
    if known.sum() < 2:  # noqa: PLR2004
        return values.copy()
    whole = np.interp(times, times[known], values[known], left=np.nan, right=np.nan)
    marks = np.flatnonzero(known)
    for before, after in pairwise(marks):
        if times[after] - times[before] > LONGEST_GAP_S:
            whole[before + 1 : after] = np.nan
    return whole


def smoothed(times: Values, values: Values) -> Values:
    """A running median of three against single wild frames, then a local parabola (Savitzky and Golay 1964), by time
    rather than by frame, so that variable frame rates do no harm. NaN stays where nothing is known."""
    values = filled(times, values)
    middle = _median_of_three(values)
    result = np.full_like(middle, np.nan)
    for index in np.flatnonzero(~np.isnan(middle)):
        near = np.flatnonzero((np.abs(times - times[index]) <= WINDOW_S / 2 + 1e-9) & ~np.isnan(middle))
        if len(near) < 4:  # noqa: PLR2004  (a parabola through three points smooths nothing)
            result[index] = middle[index]
            continue
        offsets = times[near] - times[index]
        fit, *_ = np.linalg.lstsq(
            np.stack([np.ones_like(offsets), offsets, offsets**2], axis=1), middle[near], rcond=None
        )
        result[index] = fit[0]
    return result


def _median_of_three(values: Values) -> Values:
    if len(values) < 3:  # noqa: PLR2004
        return values
    result = values.copy()
    inner = np.stack([values[:-2], values[1:-1], values[2:]])
    whole = ~np.isnan(inner).any(axis=0)
    result[1:-1][whole] = np.median(inner[:, whole], axis=0)
    return result
