"""From samples to weights: logistic regression over n-grams, weighted to the prior of a general hospital."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from care.triage.features import counts
from training.triage.corpus import Sample

# Trust in a source beside the weight of its samples. The questions that came with a department are left out: nearly all
# are internal medicine, and their long, chatty style would then speak for internal medicine.
TRUST = {
    "complaints": 1.0,
    "grammar": 1.0,
    "consultations": 1.5,
    "facts": 0.5,
    "matched": 1.0,
    "asked": 0.0,
    "labelled": 2.0,
}
LENGTH_POWER, LENGTH_UNIT = 0.5, 20.0
MOST_GRAMS, LEAST_TEXTS = 60_000, 3
STRENGTH, TURNS = 8.0, 40


@dataclass(frozen=True)
class Space:
    """The columns: n-gram -> column, and the inverse document frequency of each column."""

    vocabulary: dict[str, int]
    idf: np.ndarray


def prior() -> dict[str, float]:
    """Share of each department among patients; sums to 1."""
    rows = yaml.safe_load((Path(__file__).parent / "prior.yaml").read_text(encoding="utf-8"))
    total = sum(rows.values())
    return {name: value / total for name, value in rows.items()}


def read(samples: Sequence[Sample]) -> list[Counter]:
    """N-grams of every sample."""
    return [counts(sample.text) for sample in samples]


def space(texts: Sequence[Counter]) -> Space:
    """The most frequent n-grams."""
    seen: Counter[str] = Counter()
    for found in texts:
        seen.update(found.keys())
    known = (gram for gram, n in seen.items() if n >= LEAST_TEXTS)
    kept = sorted(known, key=lambda gram: (-seen[gram], gram))[:MOST_GRAMS]
    idf = np.log((1 + len(texts)) / (1 + np.array([seen[gram] for gram in kept]))) + 1
    return Space({gram: column for column, gram in enumerate(kept)}, idf)


def matrix(texts: Sequence[Counter], columns: Space) -> csr_matrix:
    """Presence times inverse document frequency, over a root of the row's length (as in ``Classifier.scores``)."""
    pointers, indices, values = [0], [], []
    for found in texts:
        row = sorted({columns.vocabulary[gram] for gram in found if gram in columns.vocabulary})
        weights = columns.idf[row]
        length = np.sqrt((weights**2).sum()) or 1.0
        indices.extend(row)
        values.extend(weights * (length / LENGTH_UNIT) ** (1 - LENGTH_POWER) / length)
        pointers.append(len(indices))
    return csr_matrix((values, indices, pointers), shape=(len(texts), len(columns.vocabulary)))


def fit(samples: Sequence[Sample], rows: csr_matrix, names: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients ``(departments, columns)`` and intercepts. A shared label becomes several weighted rows."""
    at = {name: number for number, name in enumerate(names)}
    pairs = [
        (i, at[name], share * s.weight * TRUST[s.source]) for i, s in enumerate(samples) for name, share in s.shares
    ]
    row, label, weight = (np.array(column) for column in zip(*pairs, strict=True))
    weight = weight.astype(float)
    share = prior()
    mass = np.bincount(label, weights=weight, minlength=len(names))
    # Between the mass that the sources happen to have and the prior of a hospital: the prior decides.
    factor = np.array([share[name] * weight.sum() / max(mass[at[name]], 1e-9) for name in names])
    model = LogisticRegression(C=STRENGTH, max_iter=TURNS, tol=1e-3)
    model.fit(rows[row], label, sample_weight=weight * factor[label])
    coefficients = np.zeros((len(names), rows.shape[1]))
    intercepts = np.full(len(names), -12.0)
    coefficients[model.classes_] = model.coef_
    intercepts[model.classes_] = model.intercept_
    return coefficients, intercepts


def probabilities(scores: np.ndarray, temperature: float, doubt: float, base: np.ndarray) -> np.ndarray:
    """As ``Classifier.probabilities``, for many rows."""
    scores = scores / temperature
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return (1 - doubt) * powers / powers.sum(axis=1, keepdims=True) + doubt * base


def calibrate(
    scores: np.ndarray, labels: np.ndarray, weights: np.ndarray, base: np.ndarray, parents: np.ndarray
) -> tuple[float, float]:
    """Temperature and doubt with the least log loss at the first level, on rows that the scores were not fitted to.

    ``labels`` are first-level names; ``weights`` sum to 1. The doubt stands for consultations that end in another
    department than their words say: somebody clicked otherwise, or sent a photo that the words do not tell of.
    """
    best = (np.inf, 1.0, 0.1)
    for temperature in np.arange(1.0, 2.01, 0.1):
        for doubt in np.arange(0.02, 0.31, 0.02):
            found = probabilities(scores, temperature, doubt, base)
            right = (found * (parents[None, :] == labels[:, None])).sum(axis=1)
            loss = float(-(weights * np.log(right)).sum())
            best = min(best, (loss, float(temperature), float(doubt)))
    return best[1], best[2]
