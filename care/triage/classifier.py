"""From a text to probabilities over departments: a linear model over character n-grams, numpy only.

How it was made and how good it is: ``models/triage/card.md``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from care.triage.features import known, ngrams, normalise
from settings import ROOT

MODEL = ROOT / "models" / "triage" / "departments.npz"

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Read:
    """A text as the model has read it: summed rows and squared length, so that more text costs only its own n-grams."""

    columns: frozenset[int]
    total: Vector
    squared: float


@dataclass(frozen=True)
class Classifier:
    """Weights in memory. ``names`` are second-level departments; every probability vector follows their order."""

    names: tuple[str, ...]
    vocabulary: dict[str, int]
    idf: Vector
    weights: NDArray[np.float32]
    intercepts: Vector
    prior: Vector
    length_power: float
    length_unit: float
    temperature: float
    doubt: float

    def read(self, text: str, before: Read | None = None) -> Read:
        """``text``, joined to what was read ``before``."""
        seen = before.columns if before else frozenset()
        fresh = [column for column in known(ngrams(normalise(text)), self.vocabulary) if column not in seen]
        total = before.total if before else np.zeros(len(self.names))
        squared = before.squared if before else 0.0
        if not fresh:
            return Read(seen, total, squared)
        idf = self.idf[fresh]
        return Read(seen | set(fresh), total + idf @ self.weights[fresh], squared + float(idf @ idf))

    def scores(self, read: Read) -> Vector:
        """Log odds, before calibration."""
        length = max(read.squared, 1e-9) ** 0.5
        # Not the whole length is divided out: a long text holds more evidence than a short one.
        scale = (length / self.length_unit) ** (1 - self.length_power) / length
        result: Vector = read.total * scale + self.intercepts
        return result

    def probabilities(self, read: Read) -> Vector:
        """Calibrated probabilities, summing to 1; the prior when nothing of the text is known."""
        if not read.columns:
            return self.prior
        scores = self.scores(read) / self.temperature
        powers = np.exp(scores - scores.max())
        certain: Vector = powers / powers.sum()
        result: Vector = (1 - self.doubt) * certain + self.doubt * self.prior
        return result

    def weighed(self, text: str) -> dict[str, Vector]:
        """Each known n-gram of ``text`` -> what it adds to the log odds of every department over the average one."""
        whole = self.read(text)
        length = max(whole.squared, 1e-9) ** 0.5
        scale = (length / self.length_unit) ** (1 - self.length_power) / length / self.temperature
        found: dict[str, Vector] = {}
        for gram in ngrams(normalise(text)):
            if gram in self.vocabulary and gram not in found:
                column = self.vocabulary[gram]
                row = self.idf[column] * self.weights[column].astype(np.float64) * scale
                found[gram] = row - row.mean()
        return found

    def contributions(self, text: str, name: str, *, among: Iterable[str]) -> list[float]:
        """What each of the words ``among`` adds to the log odds of ``name`` over the average department."""
        row = self.names.index(name)
        whole = self.read(text)
        length = max(whole.squared, 1e-9) ** 0.5
        scale = (length / self.length_unit) ** (1 - self.length_power) / length
        values = []
        for word in among:
            part = self.read(word)
            values.append(float((part.total[row] - part.total.mean()) * scale))
        return values


def load(path: Path) -> Classifier:
    """The model at ``path``; raises ``FileNotFoundError`` when it is not there."""
    with np.load(path, allow_pickle=False) as kept:
        grams = bytes(kept["vocabulary"]).decode("utf-8").split("\n")
        names = tuple(bytes(kept["names"]).decode("utf-8").split("\n"))
        scales = kept["scales"].astype(np.float32)
        return Classifier(
            names=names,
            vocabulary={gram: column for column, gram in enumerate(grams)},
            idf=kept["idf"].astype(np.float64),
            weights=kept["weights"].astype(np.float32) * scales,
            intercepts=kept["intercepts"].astype(np.float64),
            prior=kept["prior"].astype(np.float64),
            length_power=float(kept["length_power"]),
            length_unit=float(kept["length_unit"]),
            temperature=float(kept["temperature"]),
            doubt=float(kept["doubt"]),
        )


@lru_cache(maxsize=1)
def get_classifier() -> Classifier:
    """The shipped model, read once (about 0.1 s)."""
    return load(MODEL)
