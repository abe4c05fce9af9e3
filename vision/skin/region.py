"""The lesion and the skin around it, cut out of a photo by the network's mask."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from vision.skin.colour import Mask, lab, skin_like, smaller
from vision.skin.network import Map, Photo

INSIDE = 0.5
SURER, LESS_SURE = 0.65, 0.35
"""The border drawn where the network is surer, and where it is less sure: how far a measurement moves between the two
is how well it is known."""
LEAST_SHARE = 0.0005
"""Of the photo: less is a speck, no lesion."""
MAIN = 0.1
"""Parts smaller than this share of the largest one are specks, too."""
GAP, RING = 0.15, 0.6
"""The skin around begins so many radii off the border, where it is no longer reddened by the lesion, and is so wide."""
LEAST_RING_PX = 100
RING_SIDE = 400


@dataclass(frozen=True)
class Region:
    """``lesion``: bool, of the photo's size, holes filled. ``around``: bool, the skin beside it. ``cut``: the lesion
    goes on beyond the photo's edge, so that its shape and size are not known."""

    lesion: Mask
    around: Mask
    cut: bool

    @property
    def area(self) -> int:
        """Pixels of lesion."""
        return int(self.lesion.sum())


def region(photo: Photo, mask: Map, inside: float = INSIDE) -> Region | None:
    """What is lesion at a border of ``inside``; None where there is none."""
    lesion = _whole(np.asarray(mask) >= inside)
    if lesion is None:
        return None
    return Region(lesion, _around(photo, mask, lesion), _cut(lesion))


def _around(photo: Photo, mask: Map, lesion: Mask) -> Mask:
    """Drawn on a smaller copy: nobody measures its border."""
    small = smaller(photo, RING_SIDE)
    size = small.shape[1], small.shape[0]
    within = cv2.resize(lesion.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    perhaps = cv2.resize(np.asarray(mask, np.float32), size, interpolation=cv2.INTER_AREA) >= LESS_SURE
    radius = float(np.sqrt(max(1, within.sum()) / np.pi))
    away = cv2.distanceTransform((~within).astype(np.uint8), cv2.DIST_L2, 3)
    ring = (away > max(1.0, GAP * radius)) & (away <= max(1.0, (RING + GAP) * radius))
    around = ring & ~perhaps & skin_like(lab(small))
    if around.sum() < LEAST_RING_PX:
        around = ring
    whole = lesion.shape[1], lesion.shape[0]
    return cv2.resize(around.astype(np.uint8), whole, interpolation=cv2.INTER_NEAREST) > 0


def borders(mask: Map) -> Iterator[Mask]:
    """The lesion as it could also be drawn: a border the network is surer of, and one that it is less sure of, each a
    pixel's width further."""
    surer = _whole(cv2.erode((np.asarray(mask) >= SURER).astype(np.uint8), _disc(1)) > 0)
    less = _whole(cv2.dilate((np.asarray(mask) >= LESS_SURE).astype(np.uint8), _disc(1)) > 0)
    for border in (surer, less):
        if border is not None:
            yield border


def contour_of(lesion: Mask) -> np.ndarray:
    """(n, 2): the outline of the largest part, x and y."""
    found, _ = cv2.findContours(lesion.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return max(found, key=len)[:, 0, :]


def _whole(lesion: Mask) -> Mask | None:
    """Without specks, and with what a hair or a glint has cut out of its inside."""
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(lesion.astype(np.uint8))
    if count < 2:  # noqa: PLR2004
        return None
    areas = boxes[1:, cv2.CC_STAT_AREA]
    if areas.max() < LEAST_SHARE * lesion.size:
        return None
    kept = np.isin(labels, 1 + np.flatnonzero(areas >= MAIN * areas.max())).astype(np.uint8)
    outlines, _ = cv2.findContours(kept, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return cv2.drawContours(np.zeros_like(kept), outlines, -1, 1, cv2.FILLED) > 0


def _cut(lesion: Mask) -> bool:
    edge = np.concatenate([lesion[0], lesion[-1], lesion[:, 0], lesion[:, -1]])
    return bool(edge.any())


def _disc(radius: int) -> np.ndarray:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
