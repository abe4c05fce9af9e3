"""Angles in the picture, and how far they can be trusted."""

import numpy as np

from vision.rehab.landmarks import PoseTrack, Values

POSE_NOISE_DEG = 6.0
"""Standard error of a joint angle from a single camera's pose, seen exactly from the side: 5 to 7 degrees."""
VIEW_BIAS_DEG = 14.0
"""How far a knee angle is off when the camera stands 45 degrees off."""
BLIND_DEG = 90.0
"""The uncertainty of an angle that this view does not show at all."""
SHOULDERS_OF_TRUNK = 0.75
"""Distance between the shoulder joints over the trunk's length, seen from the front."""


def angle(a: Values, b: Values, c: Values) -> Values:
    """(F,) the angle at ``b`` between ``a`` and ``c``, 0 to 180 degrees."""
    u, v = a - b, c - b
    cross = u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0]
    return np.degrees(np.arctan2(np.abs(cross), (u * v).sum(axis=-1)))


def length(vector: Values) -> Values:
    """(F,) in pixels."""
    return np.hypot(vector[..., 0], vector[..., 1])


def from_vertical(vector: Values) -> Values:
    """(F,) degrees between a vector and straight up; positive when it leans to the right of the picture."""
    return np.degrees(np.arctan2(vector[..., 0], -vector[..., 1]))


def trunk_length(track: PoseTrack) -> float:
    """Pixels from mid-hip to mid-shoulder when the trunk is least foreshortened; NaN when never seen."""
    lengths = length(track.middle("shoulder") - track.middle("hip"))
    lengths = lengths[~np.isnan(lengths)]
    return float(np.percentile(lengths, 80)) if len(lengths) else float("nan")


def turned_from_camera(track: PoseTrack) -> float:
    """Degrees by which the body is turned out of the frontal view: 0 front or back, 90 side. NaN when never seen.

    From the width of the shoulders over the trunk's length, which turning in the picture's own plane (lying down) and
    distance do not change.
    """
    trunk = length(track.middle("shoulder") - track.middle("hip"))
    width = length(track.at("left", "shoulder") - track.at("right", "shoulder"))
    known = ~np.isnan(trunk) & ~np.isnan(width)
    if not known.any() or not np.median(trunk[known]):
        return float("nan")
    ratio = float(np.median(width[known]) / np.median(trunk[known])) / SHOULDERS_OF_TRUNK
    return float(np.degrees(np.arccos(np.clip(ratio, 0.0, 1.0))))


def uncertainty(off_deg: float) -> float:
    """Degrees of doubt about an angle in a plane that the camera sees ``off_deg`` from square on."""
    if np.isnan(off_deg) or off_deg >= 80.0:  # noqa: PLR2004
        return BLIND_DEG
    foreshortening = VIEW_BIAS_DEG * (1.0 - np.cos(np.radians(off_deg))) / (1.0 - np.cos(np.radians(45.0)))
    return float(np.hypot(POSE_NOISE_DEG, foreshortening))
