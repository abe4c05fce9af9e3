"""One photo of a lesion laid over another: turned, moved, nearer or farther; or an honest "cannot be"."""

from dataclasses import dataclass

import cv2
import numpy as np

from vision.skin.colour import Mask
from vision.skin.network import Photo

FEATURES = 1500
RATIO = 0.8
WITHIN_PX = 4.0
FEWEST = 12
"""Points that agree; of random ones 5 do."""
LEAST_SHARE = 0.15
SCALES = (0.4, 2.5)
"""More than so much nearer or farther is no photo of the same view."""
ALIKE = 0.2
"""Correlation of the two photos' detail, the lesion's included, after laying over; of other skin it is about 0."""
DETAIL = 0.02
"""Of the longer side: light changes over more than that, skin over less."""
EDGE_PX = 8


@dataclass(frozen=True)
class Laid:
    """``to_first``: (2, 3), from pixels of the second photo to those of the first. ``scale``: how much larger the first
    shows things, known to ``scale_uncertainty`` (a share). ``quality``: correlation of detail, up to 1. ``points``: how
    many agree."""

    to_first: np.ndarray
    scale: float
    scale_uncertainty: float
    quality: float
    points: int


def lay(first: Photo, second: Photo) -> Laid | None:
    """None where too little in the two photos agrees."""
    finder = cv2.ORB_create(nfeatures=FEATURES, fastThreshold=5)
    found = [finder.detectAndCompute(_even(photo), None) for photo in (first, second)]
    (points_1, marks_1), (points_2, marks_2) = found
    if marks_1 is None or marks_2 is None or min(len(points_1), len(points_2)) < FEWEST:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(marks_2, marks_1, k=2)
    good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < RATIO * pair[1].distance]  # noqa: PLR2004
    if len(good) < FEWEST:
        return None
    there = np.array([points_2[one.queryIdx].pt for one in good], np.float32)
    here = np.array([points_1[one.trainIdx].pt for one in good], np.float32)
    moved, agree = cv2.estimateAffinePartial2D(
        there, here, method=cv2.RANSAC, ransacReprojThreshold=WITHIN_PX, maxIters=4000, confidence=0.999
    )
    if moved is None:
        return None
    inside = agree.ravel() > 0
    scale = float(np.hypot(moved[0, 0], moved[1, 0]))
    if inside.sum() < FEWEST or inside.mean() < LEAST_SHARE or not SCALES[0] <= scale <= SCALES[1]:
        return None
    quality = _alike(first, second, moved)
    if quality < ALIKE:
        return None
    return Laid(moved, scale, _scale_uncertainty(there[inside], here[inside], moved), quality, int(inside.sum()))


def over(values: np.ndarray, laid: Laid, shape: tuple[int, int]) -> np.ndarray:
    """A photo or a map of the second, as the first would show it; what it does not show is 0."""
    return cv2.warpAffine(values, laid.to_first, (shape[1], shape[0]), flags=cv2.INTER_LINEAR)


def seen_by_both(second: Photo, laid: Laid, shape: tuple[int, int]) -> Mask:
    """Where in the first photo the second one shows something, too."""
    return over(np.full(second.shape[:2], 255, np.uint8), laid, shape) > 250  # noqa: PLR2004


def _even(photo: Photo) -> np.ndarray:
    grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
    return cv2.createCLAHE(3.0, (8, 8)).apply(cv2.GaussianBlur(grey, (0, 0), 1.0))


def _alike(first: Photo, second: Photo, moved: np.ndarray) -> float:
    height, width = first.shape[:2]
    greys = [cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY).astype(np.float32) for photo in (first, second)]
    laid = cv2.warpAffine(greys[1], moved, (width, height), flags=cv2.INTER_LINEAR)
    both = cv2.warpAffine(np.ones(greys[1].shape, np.uint8), moved, (width, height), flags=cv2.INTER_NEAREST)
    both = cv2.erode(both, np.ones((2 * EDGE_PX + 1, 2 * EDGE_PX + 1), np.uint8)) > 0
    if both.mean() < 0.1:  # noqa: PLR2004
        return 0.0
    one, other = (_detail(grey)[both] for grey in (greys[0], laid))
    return float(np.corrcoef(one, other)[0, 1]) if one.std() > 0 and other.std() > 0 else 0.0


def _detail(grey: np.ndarray) -> np.ndarray:
    """Fine variation in shares of how much there is nearby: the border of a lesion, which is what may have changed,
    counts no more than the skin."""
    wide = DETAIL * max(grey.shape)
    fine = cv2.GaussianBlur(grey, (0, 0), wide / 6) - cv2.GaussianBlur(grey, (0, 0), wide)
    return fine / np.sqrt(cv2.GaussianBlur(fine**2, (0, 0), 2 * wide) + 1.0)


def _scale_uncertainty(there: np.ndarray, here: np.ndarray, moved: np.ndarray) -> float:
    """Standard error of the scale, as a share: residuals against how far apart the points lie."""
    left = here - (there @ moved[:, :2].T + moved[:, 2])
    noise = float(np.sqrt((left**2).sum(axis=1).mean() / 2))
    extent = float(np.sqrt(((here - here.mean(axis=0)) ** 2).sum()))
    return noise / max(extent, 1.0)
