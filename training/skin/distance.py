"""How unlike a photo is to those that a network was trained on, from the features that it classifies by."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

AXES = 48
FAR = 0.99
"""Share of held-out photos of the same making that lie within 1."""


@dataclass(frozen=True)
class Distance:
    """``mean`` (channels,); ``axes`` (channels, k), orthogonal, whitening; ``centres`` (classes, k); ``near`` and
    ``beside``: distances along the axes, to the nearest class (Lee 2018), and off them (Wang 2022) that count as 1."""

    mean: Any
    axes: Any
    centres: Any
    near: float
    beside: float

    def along(self, features: Any) -> Any:
        """(n,), to the nearest class, in spreads of the training photos; not yet divided by ``near``."""
        apart = (features - self.mean) @ self.axes
        return np.sqrt(((apart[:, None] - self.centres[None]) ** 2).sum(axis=2).min(axis=1))

    def off(self, features: Any) -> Any:
        """(n,), what no axis explains; not yet divided by ``beside``."""
        apart = features - self.mean
        plain = self.axes / np.linalg.norm(self.axes, axis=0, keepdims=True)
        return np.sqrt(((apart - apart @ plain @ plain.T) ** 2).sum(axis=1))


def _raw(features: Any, truth: Any) -> Distance:
    mean = features.mean(axis=0)
    _, lengths, turned = np.linalg.svd(features - mean, full_matrices=False)
    axes = turned[:AXES].T / (lengths[:AXES] / np.sqrt(len(features)))
    apart = (features - mean) @ axes
    centres = np.stack([apart[truth == label].mean(axis=0) for label in np.unique(truth)])
    return Distance(mean, axes, centres, 1.0, 1.0)


def measure(features: Any, truth: Any, held_out: Any) -> Distance:
    """From features (n, channels) of training photos with their classes; scaled by those of held-out ones, so that 99 %
    of these are within 1 by both distances together."""
    raw = _raw(features, truth)
    along, off = raw.along(held_out), raw.off(held_out)
    near, beside = np.quantile(along, FAR), np.quantile(off, FAR)
    more = float(np.quantile(np.maximum(along / near, off / beside), FAR))
    return replace(raw, near=float(near) * more, beside=float(beside) * more)


def _tail(raw: Distance, features: Any) -> tuple[float, float]:
    return float(np.quantile(raw.along(features), FAR)), float(np.quantile(raw.off(features), FAR))


def farther(features: Any, truth: Any, held_out: Any) -> tuple[float, float]:
    """How much farther than the 99th percentile of its own training photos a network's 1 lies, along the axes and off
    them."""
    scaled = measure(features, truth, held_out)
    along, off = _tail(scaled, features)
    return scaled.near / along, scaled.beside / off


def carried(features: Any, truth: Any, ratios: list[tuple[float, float]]) -> Distance:
    """For a network without a photo that it did not see: scaled as :func:`farther` says of others made the same way."""
    raw = _raw(features, truth)
    along, off = _tail(raw, features)
    near, beside = np.mean(ratios, axis=0)
    return replace(raw, near=float(near * along), beside=float(beside * off))


def above_one(distance: Distance, features: Any) -> float:
    """Share of photos that are unlike."""
    apart = np.maximum(distance.along(features) / distance.near, distance.off(features) / distance.beside)
    return float((apart > 1).mean())
