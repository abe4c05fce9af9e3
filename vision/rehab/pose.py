"""MediaPipe's pose model (0.10.21; 1.x reports usage to its maker) over the frames of a clip."""

from collections.abc import Iterable
from typing import Any, Self

import mediapipe
import numpy as np

from vision.rehab.clip import Picture
from vision.rehab.landmarks import POINTS, PoseTrack

FULL = 1
"""The model that the wheel carries; lite (0) and heavy (2) are not in it."""
FIELDS = 4
"""Of a point: x, y, z, visibility."""


class Region:
    """Part of the picture as shares of it: left, top, right, bottom."""

    __slots__ = ("box",)

    def __init__(self, left: float, top: float, right: float, bottom: float) -> None:
        self.box = (max(0.0, left), max(0.0, top), min(1.0, right), min(1.0, bottom))

    def cut(self, picture: Picture) -> tuple[Picture, tuple[int, int, int, int]]:
        height, width = picture.shape[:2]
        left, top, right, bottom = self.box
        x, y = int(left * width), int(top * height)
        to_x, to_y = max(x + 2, int(right * width)), max(y + 2, int(bottom * height))
        return np.ascontiguousarray(picture[y:to_y, x:to_x]), (x, y, to_x - x, to_y - y)


class PoseReader:
    """One reader a clip: it follows the person from frame to frame."""

    def __init__(self, *, still: bool = False) -> None:
        self._model = mediapipe.solutions.pose.Pose(static_image_mode=still, model_complexity=FULL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._model.close()

    def rows(self, picture: Picture, region: Region | None = None) -> Any:
        """(33, 4): x, y over the whole picture's width and height, z over its width, visibility; NaN for nobody."""
        height, width = picture.shape[:2]
        part, (x, y, part_width, part_height) = region.cut(picture) if region else (picture, (0, 0, width, height))
        found = self._model.process(part).pose_landmarks
        if found is None:
            return np.full((POINTS, FIELDS), np.nan)
        rows = np.array([(one.x, one.y, one.z, one.visibility) for one in found.landmark])
        rows[:, 0] = (x + rows[:, 0] * part_width) / width
        rows[:, 1] = (y + rows[:, 1] * part_height) / height
        rows[:, 2] *= part_width / width
        return rows


def follow(frames: Iterable[tuple[float, Picture]], region: Region | None = None) -> PoseTrack:
    """The track of the one person that the model sees (within ``region``)."""
    times, rows, size = [], [], (1, 1)
    with PoseReader() as reader:
        for time, picture in frames:
            times.append(time)
            rows.append(reader.rows(picture, region))
            size = (picture.shape[1], picture.shape[0])
    return PoseTrack.from_normalised(times, np.array(rows).reshape(-1, POINTS, FIELDS), size)
