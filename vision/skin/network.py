"""The networks of :mod:`training.skin`, run by ONNX Runtime: one photo of one lesion in, classes and mask out.

What comes out is for a clinician; see ``models/skin/card.md`` for what it was trained on and how well it does.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from vision.skin.frame import Frame, place
from vision.skin.history import encode

Photo = Any
"""numpy, uint8, (height, width, 3), RGB, upright."""
Map = Any
"""numpy, float32, (height, width) of the photo, 0 to 1."""

MODELS = Path(__file__).resolve().parents[2] / "models" / "skin"
ERRORS_ONLY = 3


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


@dataclass(frozen=True)
class Settings:
    """What ``models/skin/<kind>.json`` says beside the weights; written by :mod:`training.skin.export`.

    ``malignant``, ``precancerous``: labels. ``temperature`` divides the logits and ``bias`` is added then: what makes
    them probabilities. ``urgent``: from where on, of the malignant classes together; ``dermatologist``: of malignant
    and precancerous ones together.
    """

    version: str
    labels: tuple[str, ...]
    malignant: frozenset[str]
    precancerous: frozenset[str]
    frame: Frame
    temperature: float
    bias: tuple[float, ...]
    urgent: float
    dermatologist: float
    non_commercial: bool

    @classmethod
    def of(cls, kind: Kind) -> "Settings":
        """As shipped for ``kind``."""
        told = json.loads((MODELS / f"{kind}.json").read_text(encoding="utf-8"))
        return cls(
            version=told["version"],
            labels=tuple(told["labels"]),
            malignant=frozenset(told["malignant"]),
            precancerous=frozenset(told["precancerous"]),
            frame=Frame(**told["frame"]),
            temperature=told["temperature"],
            bias=tuple(told["bias"]),
            urgent=told["thresholds"]["urgent"],
            dermatologist=told["thresholds"]["dermatologist"],
            non_commercial=told["non_commercial"],
        )

    def probabilities(self, logits: Any) -> Any:
        """(..., classes), from the network's logits of the same shape."""
        scaled = logits / self.temperature + np.array(self.bias)
        powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
        return powers / powers.sum(axis=-1, keepdims=True)

    def risk(self, probabilities: dict[str, float], unlike: float) -> Risk:
        """The tier that follows from the thresholds."""
        malignant = sum(probabilities[label] for label in self.malignant)
        if not unlike <= 1:
            return Risk.UNCLEAR
        if malignant >= self.urgent:
            return Risk.URGENT
        if malignant + sum(probabilities[label] for label in self.precancerous) >= self.dermatologist:
            return Risk.DERMATOLOGIST
        return Risk.WATCH


class Network:
    """The network of one kind; its weights are loaded by the first photo, or by :meth:`load`.

    ``non_commercial``: whether weights that may only be used non-commercially are allowed (HAM10000 is CC BY-NC 4.0).
    """

    def __init__(self, kind: Kind, *, non_commercial: bool = True, threads: int = 1) -> None:
        """Raises WeightsOff."""
        self.kind = kind
        self.settings = Settings.of(kind)
        self._threads = threads
        if self.settings.non_commercial and not non_commercial:
            raise WeightsOff

    @cached_property
    def session(self) -> onnxruntime.InferenceSession:
        """The loaded weights: ``photo`` (1, height, width, 3) uint8 and for phones ``history`` (1, 23) in; ``logits``
        (1, classes), ``mask`` (1, height / 4, width / 4), ``heat`` (1, classes, height / 32, width / 32), ``unlike``
        (1,) out."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.log_severity_level = ERRORS_ONLY
        path = MODELS / f"{self.kind}.onnx"
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def load(self) -> None:
        """Load the weights now: before a worker gives up the right to open files, say."""
        _ = self.session

    def inputs(self, pixels: Any, history: History | None) -> dict[str, Any]:
        """What the session takes for one photo in its frame."""
        asked = {"photo": pixels[None]}
        if self.kind is Kind.PHONE:
            asked["history"] = encode(history)[None]
        return asked

    def read(self, photo: Photo, history: History | None = None) -> Reading:
        """Read one photo of any size and aspect, the lesion being what it is taken of."""
        placed = place(photo, self.settings.frame)
        logits, mask, heat, unlike = self.session.run(
            ("logits", "mask", "heat", "unlike"), self.inputs(placed.pixels, history)
        )
        values = self.settings.probabilities(logits[0].astype(np.float64))
        probabilities = {label: float(value) for label, value in zip(self.settings.labels, values, strict=True)}
        evidence = np.maximum(heat[0, int(values.argmax())], 0.0)
        strongest = float(evidence.max())
        return Reading(
            probabilities=probabilities,
            malignant=sum(probabilities[label] for label in self.settings.malignant),
            risk=self.settings.risk(probabilities, float(unlike[0])),
            mask=np.clip(placed.back(mask[0]), 0.0, 1.0),
            heat=np.clip(placed.back(evidence / strongest if strongest > 0 else evidence), 0.0, 1.0),
            unlike=float(unlike[0]),
            version=self.settings.version,
        )
