"""Figures of a classifier, in numpy alone: the benchmark computes them again where no torch is."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

BINS = 10
DRAWS = 400


def balanced_accuracy(scores: Any, truth: Any) -> float:
    """Mean over the classes of the share that is found; ``scores`` (n, classes), ``truth`` (n,)."""
    said = scores.argmax(axis=1)
    return float(np.mean([(said[truth == label] == label).mean() for label in np.unique(truth)]))


def found(scores: Any, truth: Any) -> dict[int, float]:
    """Of each class that occurs, the share that is found."""
    said = scores.argmax(axis=1)
    return {int(label): float((said[truth == label] == label).mean()) for label in np.unique(truth)}


def auc(score: Any, positive: Any) -> float:
    """Area under the receiver operating curve: how often a positive scores higher than a negative, ties by half."""
    order = np.argsort(score, kind="stable")
    ranks = np.empty(len(score))
    ranks[order] = np.arange(1, len(score) + 1)
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.bincount(inverse, ranks) / counts)[inverse]
    yes = int(positive.sum())
    no = len(positive) - yes
    return float((ranks[positive].sum() - yes * (yes + 1) / 2) / (yes * no)) if yes and no else float("nan")


def macro_auc(probabilities: Any, truth: Any) -> float:
    """Mean over the classes that occur of one against the rest."""
    return float(np.mean([auc(probabilities[:, label], truth == label) for label in np.unique(truth)]))


def calibration_error(probabilities: Any, truth: Any) -> float:
    """Expected calibration error of the most probable class, ten bins of equal width (Guo 2017)."""
    sure = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [abs((right[bins == one].mean() - sure[bins == one].mean()) * (bins == one).mean()) for one in set(bins)]
    return float(np.sum(gaps))


def error_by_chance(probabilities: Any, seed: int = 0) -> float:
    """What so few photos would show on average were every probability exactly right."""
    rng = np.random.default_rng(seed)
    ways = probabilities.cumsum(axis=1)
    ways /= ways[:, -1:]
    drawn = [(rng.random((len(ways), 1)) > ways).sum(axis=1) for _ in range(100)]
    return float(np.mean([calibration_error(probabilities, truth) for truth in drawn]))


def overlap(mask: Any, truth: Any) -> float:
    """Dice of two boolean masks, 0 to 1; two empty ones agree."""
    total = mask.sum() + truth.sum()
    return float(2 * (mask & truth).sum() / total) if total else 1.0


def threshold_for(score: Any, positive: Any, sensitivity: float) -> float:
    """The highest threshold from which on at least that share of the positives lies (``score >= threshold``)."""
    ranked = np.sort(score[positive])
    return float(ranked[int(np.floor((1 - sensitivity) * len(ranked) + 1e-9))])


def interval(figure: Callable[[Any], float], groups: Sequence[str], seed: int = 0) -> tuple[float, float]:
    """95 % bootstrap interval of ``figure(places)``, whole groups (lesions, patients) drawn together."""
    rng = np.random.default_rng(seed)
    _, of = np.unique(np.array(groups), return_inverse=True)
    members = [np.flatnonzero(of == group) for group in range(of.max() + 1)]
    drawn = []
    for _ in range(DRAWS):
        value = figure(np.concatenate([members[i] for i in rng.integers(len(members), size=len(members))]))
        if not np.isnan(value):
            drawn.append(value)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)
