"""What the history of a lesion adds to what the photo says: a linear head beside the network.

It is fitted on what networks said of photos that they were *not* trained on. Trained together with the network on so
few photos it would find the photos explained already.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from training.skin.photos import Photos, history_of
from vision.skin.history import LENGTH, encode

SHRINK = 0.004
KNOWN = (1.0, 0.0, 0.7, 0.4)
"""Of each lesion four copies: everything known, nothing known, each field known with probability 0.7 and 0.4."""
FIELDS = [0, 0, 0, *[1] * (LENGTH - 9), *range(2, 8)]
"""Which numbers of the encoding come from the same question: age, site, and the six that are yes or no."""


@dataclass(frozen=True)
class Head:
    """logits = ``scale`` * photo + ``weights`` (classes, LENGTH) @ history + ``offset`` (classes,)."""

    scale: float
    weights: Any
    offset: Any

    def logits(self, photo: Any, history: Any) -> Any:
        """(n, classes)."""
        return self.scale * photo + history @ self.weights.T + self.offset


def histories(photos: Photos) -> Any:
    """(n, LENGTH)."""
    return np.stack([encode(history_of(row)) for row in photos.rows])


def partly(history: Any, known: float, seed: int) -> Any:
    """The same with each question answered with probability ``known``."""
    rng = np.random.default_rng(seed)
    kept = rng.random((len(history), max(FIELDS) + 1)) < known
    return (history * kept[:, FIELDS]).astype(np.float32)


def fit_head(photo: Any, history: Any, truth: Any, seed: int = 5) -> Head:
    """By logistic regression in which every class weighs the same; ``photo``: (n, classes) logits of unseen photos."""
    classes = photo.shape[1]
    said = torch.tensor(np.tile(photo, (len(KNOWN), 1)), dtype=torch.float64)
    told = np.concatenate([partly(history, known, seed + number) for number, known in enumerate(KNOWN)])
    asked = torch.tensor(told, dtype=torch.float64)
    wanted = torch.tensor(np.tile(truth, len(KNOWN)))
    weigh = torch.tensor((len(truth) / classes / np.bincount(truth, minlength=classes))[truth]).repeat(len(KNOWN))
    scale = torch.ones((), dtype=torch.float64, requires_grad=True)
    weights = torch.zeros((classes, LENGTH), dtype=torch.float64, requires_grad=True)
    offset = torch.zeros(classes, dtype=torch.float64, requires_grad=True)
    search = torch.optim.LBFGS([scale, weights, offset], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> Any:
        search.zero_grad()
        each = functional.cross_entropy(scale * said + asked @ weights.T + offset, wanted, reduction="none")
        value = (each * weigh).mean() + SHRINK * (weights.square().sum() + offset.square().sum())
        value.backward()
        return value

    search.step(loss)
    return Head(float(scale.detach()), weights.detach().numpy(), offset.detach().numpy())
