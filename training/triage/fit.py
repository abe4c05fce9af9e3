"""From samples to weights: logistic regression over n-grams, weighted to the prior of a general hospital."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from scipy.sparse import csr_matrix

from care.triage.features import counts
from language.departments import all_departments
from training.triage.corpus import Sample
from training.triage.regression import Group, regress

# Trust in a source beside the weight of its samples.
TRUST = {
    "complaints": 1.0,
    "grammar": 1.0,
    "consultations": 1.5,
    "messages": 3.0,
    "facts": 0.5,
    "drugs": 0.5,
    "matched": 1.0,
    "asked": 0.1,
    "labelled": 2.0,
}
WITHIN_MEDICINE = "asked"
MEDICINE = {one.name for one in all_departments() if one.parent == "内科"} | {"感染科", "肝病科"}
LENGTH_POWER, LENGTH_UNIT = 0.25, 20.0
MOST_GRAMS, LEAST_TEXTS = 60_000, 3
STRENGTH, TURNS = 8.0, 60


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
    """Coefficients ``(departments, columns)`` and intercepts: logistic regression on shared labels.

    Samples of :data:`WITHIN_MEDICINE` only tell the departments of internal medicine from each other: their long,
    chatty style is that of internal medicine throughout, and would otherwise speak for it.
    """
    at = {name: number for number, name in enumerate(names)}
    wanted = np.zeros((len(samples), len(names)), dtype=np.float32)
    for row, sample in enumerate(samples):
        for name, share in sample.shares:
            wanted[row, at[name]] += share * sample.weight * TRUST[sample.source]
    within = np.array([sample.source == WITHIN_MEDICINE for sample in samples])
    # Between the mass that the sources happen to have and the prior of a hospital: the prior decides.
    base = np.array([prior()[name] for name in names])
    mass = wanted[~within].sum(axis=0)
    wanted[~within] *= base * mass.sum() / np.maximum(mass, 1e-9)
    medicine = np.array([name in MEDICINE for name in names])
    everywhere = np.ones(len(names), dtype=bool)
    groups = [
        Group(rows[~within], wanted[~within], everywhere),
        Group(rows[within], wanted[within] * medicine, medicine),
    ]
    weights, intercepts = regress(groups, base, strength=STRENGTH, turns=TURNS)
    return weights.T, intercepts


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
