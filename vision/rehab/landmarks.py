"""The body as MediaPipe's pose model gives it: 33 points a frame, over time."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
POINTS = 33


class Point(IntEnum):
    """BlazePose's numbering (Bazarevsky et al. 2020), the points that the rules use."""

    NOSE = 0
    LEFT_EAR = 7
    RIGHT_EAR = 8
    LEFT_SHOULDER = 11
    RIGHT_SHOULDER = 12
    LEFT_ELBOW = 13
    RIGHT_ELBOW = 14
    LEFT_WRIST = 15
    RIGHT_WRIST = 16
    LEFT_HIP = 23
    RIGHT_HIP = 24
    LEFT_KNEE = 25
    RIGHT_KNEE = 26
    LEFT_ANKLE = 27
    RIGHT_ANKLE = 28
    LEFT_HEEL = 29
    RIGHT_HEEL = 30
    LEFT_TOE = 31
    RIGHT_TOE = 32


SIDES = ("left", "right")


def opposite(side: str) -> str:
    """The other side."""
    return "right" if side == "left" else "left"


def point(side: str, name: str) -> Point:
    """The point of one side, by its name without the side."""
    return Point[f"{side}_{name}".upper()]


@dataclass(frozen=True, slots=True)
class PoseTrack:
    """One person over ``F`` frames.

    ``times`` (F,) seconds; ``points`` (F, 33, 2) pixels, x to the right and y downwards, so that both axes have one
    scale; ``depth`` (F, 33) in the same pixels, away from the camera; ``visibility`` (F, 33) 0 to 1. A frame in which
    nobody was found holds NaN. ``size`` is (width, height) in pixels.
    """

    times: Values
    points: Values
    depth: Values
    visibility: Values
    size: tuple[int, int]

    @classmethod
    def from_normalised(cls, times: Any, rows: Any, size: tuple[int, int]) -> "PoseTrack":
        """From MediaPipe's own rows (F, 33, 4): x over width, y over height, z over width, visibility."""
        rows = np.asarray(rows, dtype=np.float64)
        width, height = size
        return cls(
            times=np.asarray(times, dtype=np.float64),
            points=rows[:, :, :2] * np.array([width, height], dtype=np.float64),
            depth=rows[:, :, 2] * width,
            visibility=np.where(np.isnan(rows[:, :, 0]), 0.0, rows[:, :, 3]),
            size=size,
        )

    def __len__(self) -> int:
        return len(self.times)

    @property
    def seen(self) -> NDArray[np.bool_]:
        """(F,) whether anybody was found."""
        return ~np.isnan(self.points[:, Point.NOSE, 0])

    def at(self, side: str, name: str) -> Values:
        """(F, 2) one point's way."""
        return self.points[:, point(side, name)]

    def visible(self, side: str, name: str) -> Values:
        """(F,) how surely it was in sight."""
        return self.visibility[:, point(side, name)]

    def middle(self, name: str) -> Values:
        """(F, 2) half way between left and right."""
        return (self.at("left", name) + self.at("right", name)) / 2
