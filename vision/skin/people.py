"""Faces and people: a photo of somebody is no photo of a lesion. MediaPipe's two detectors (0.10.21, as in rehab)."""

from dataclasses import dataclass
from typing import Any

import mediapipe
import numpy as np

from vision.skin.colour import smaller
from vision.skin.network import Photo

SIDE = 512
SURE = 0.5
FULL_RANGE = 1


@dataclass(frozen=True, slots=True)
class Seen:
    """``faces``: how many; ``face``: how sure the surest is, 0 to 1; ``body``: median visibility of a body's joints,
    0 to 1, 0.0 where there is none or none was looked for."""

    faces: int = 0
    face: float = 0.0
    body: float = 0.0


class PeopleFinder:
    """Holds both models (30 MB), loaded by the first photo or by :meth:`load`. Not for several threads."""

    def __init__(self) -> None:
        self._faces: Any = None
        self._bodies: Any = None

    def load(self) -> None:
        """Load both models."""
        if self._faces is None:
            self._faces = mediapipe.solutions.face_detection.FaceDetection(
                model_selection=FULL_RANGE, min_detection_confidence=SURE
            )
            self._bodies = mediapipe.solutions.pose.Pose(static_image_mode=True, model_complexity=1)

    def look(self, photo: Photo, *, bodies: bool) -> Seen:
        """Faces, and bodies where they are worth the time."""
        self.load()
        copy = np.ascontiguousarray(smaller(photo, SIDE))
        found = self._faces.process(copy).detections or []
        scores = [float(one.score[0]) for one in found]
        body = self._body(copy) if bodies else 0.0
        return Seen(len(scores), round(max(scores, default=0.0), 3), body)

    def _body(self, photo: Photo) -> float:
        joints = self._bodies.process(photo).pose_landmarks
        return round(float(np.median([one.visibility for one in joints.landmark])), 3) if joints else 0.0
