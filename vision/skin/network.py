"""The networks of :mod:`training.skin`, run by ONNX Runtime: one photo of one lesion in, classes and mask out.

What comes out is for a clinician; see ``models/skin/card.md`` for what it was trained on and how well it does.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Photo = Any
"""numpy, uint8, (height, width, 3), RGB, upright."""
Map = Any
"""numpy, float32, (height, width) of the photo, 0 to 1."""


class Kind(StrEnum):
    """How the photo was taken; each kind has its own network and its own classes."""

    PHONE = "phone"
    """ACK, BCC, MEL, NEV, SCC, SEK."""
    DERMOSCOPY = "dermoscopy"
    """akiec, bcc, bkl, df, mel, nv, vasc."""


class Risk(StrEnum):
    """How soon somebody should look, most pressing first, and UNCLEAR where the network should not be asked."""

    URGENT = "urgent"
    """Within two weeks: the threshold keeps at least 95 % of malignant lesions here (``models/skin/card.md``)."""
    DERMATOLOGIST = "dermatologist"
    """To be seen by a dermatologist, without hurry: precancerous, or not clearly benign."""
    WATCH = "watch"
    """Looks benign."""
    UNCLEAR = "unclear"
    """The photo is unlike what the network was trained on: its probabilities mean nothing."""


@dataclass(frozen=True)
class History:
    """What triage asked about the lesion; None where nobody knows. The dermoscopy network takes no notice of it.

    ``site`` is one of ``vision.skin.history.SITES``; another word counts as unknown.
    """

    age_years: float | None = None
    site: str | None = None
    itch: bool | None = None
    grew: bool | None = None
    hurt: bool | None = None
    changed: bool | None = None
    bleed: bool | None = None
    elevation: bool | None = None


@dataclass(frozen=True)
class Reading:
    """What the network says of one photo.

    ``probabilities``: calibrated, one a class, summing to 1. ``malignant``: the probability of the malignant classes
    together (mel, bcc, akiec; MEL, BCC, SCC). ``mask``: how sure the network is that a pixel is lesion; 0.5 and above
    is lesion. ``heat``: where the evidence for the most probable class lies. ``unlike``: how far the photo is from
    those trained on; 1 is the 99th percentile of such photos that were not trained on, above it ``risk`` is UNCLEAR.
    ``version``: of the weights.
    """

    probabilities: dict[str, float]
    malignant: float
    risk: Risk
    mask: Map
    heat: Map
    unlike: float
    version: str


class WeightsOff(Exception):
    """These weights are for non-commercial use, and that is switched off."""


class Network:
    """The network of one kind; its weights are loaded by the first photo.

    ``non_commercial``: whether weights that may only be used non-commercially are allowed (HAM10000 is CC BY-NC 4.0).
    """

    def __init__(self, kind: Kind, *, non_commercial: bool = True, threads: int = 1) -> None:
        """Raises WeightsOff."""
        self.kind = kind
        self._threads = threads
        self._allowed = non_commercial

    def read(self, photo: Photo, history: History | None = None) -> Reading:
        """Read one photo of any size and aspect, the lesion being what it is taken of."""
        raise NotImplementedError
