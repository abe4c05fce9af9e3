"""Multinomial logistic regression with soft labels, some of whose rows only choose among a part of the classes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix


@dataclass(frozen=True)
class Group:
    """Rows ``(n, columns)`` with their wanted mass ``(n, classes)``; they only tell ``classes`` (a mask) apart."""

    rows: csr_matrix
    wanted: np.ndarray
    classes: np.ndarray


def regress(groups: Sequence[Group], base: np.ndarray, *, strength: float, turns: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights ``(columns, classes)`` and intercepts with the least cross entropy and squared length.

    ``base`` are the shares of the classes that the intercepts start from; ``strength`` is the inverse of the penalty
    (scikit-learn's ``C``); at most ``turns`` iterations of L-BFGS.
    """
    columns, count = groups[0].rows.shape[1], len(base)
    parts = []
    for group in groups:
        rows = group.rows.astype(np.float32)
        parts.append((rows, rows.T.tocsr(), group.wanted[:, group.classes].astype(np.float32), group.classes))

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat[: columns * count].reshape(columns, count).astype(np.float32)
        intercepts = flat[columns * count :].astype(np.float32)
        total = float((flat[: columns * count] ** 2).sum()) / (2 * strength)
        slope, shift = weights / strength, np.zeros(count, dtype=np.float32)
        for rows, turned, wanted, classes in parts:
            scores = rows @ weights[:, classes] + intercepts[classes]
            scores -= scores.max(axis=1, keepdims=True)
            powers = np.exp(scores)
            sums = powers.sum(axis=1, keepdims=True)
            total -= float((wanted * (scores - np.log(sums))).sum(dtype=np.float64))
            wrong = powers / sums * wanted.sum(axis=1, keepdims=True) - wanted
            slope[:, classes] += turned @ wrong
            shift[classes] += wrong.sum(axis=0)
        return total, np.concatenate([slope.ravel(), shift]).astype(np.float64)

    start = np.concatenate([np.zeros(columns * count), np.log(base)])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": turns, "maxcor": 6}).x
    return found[: columns * count].reshape(columns, count), found[columns * count :]
