"""What no red flag matches and still sounds like an emergency: a linear model over character n-grams, numpy only.

It never raises an alarm by itself. Where it doubts, the patient is asked, with what would make it an emergency and one
button to say so; how it was made and how good it is: ``models/emergency/card.md``.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from settings import ROOT

MODEL = ROOT / "models" / "emergency" / "doubt.npz"
LONGEST = 3
"""Longest n-gram, in characters."""
READ_HEAD, READ_TAIL = 300, 100
"""Characters read of a long text: a danger of now is told first or last, and a discharge letter is full of old ones."""
SHORTEST = 4
"""Characters; a shorter text says too little for n-grams."""

_DIGITS = re.compile(r"\d+(?:[.:/]\d+)*")
_NO_CHINESE = re.compile(r"[^\u4e00-\u9fff]")


def ngrams(text: str) -> Iterator[str]:
    """Every n-gram of a text in its plain form, numbers as ``#``."""
    if len(text) > READ_HEAD + READ_TAIL:
        text = text[:READ_HEAD] + text[-READ_TAIL:]
    text = _DIGITS.sub("#", text).replace("\n", "。")
    for size in range(1, LONGEST + 1):
        for start in range(len(text) - size + 1):
            yield text[start : start + size]


@dataclass(frozen=True)
class Doubt:
    """Weights in memory; ``threshold`` is where asking begins."""

    vocabulary: dict[str, int]
    weights: NDArray[np.float32]
    idf: NDArray[np.float32]
    intercept: float
    threshold: float

    def score(self, text: str) -> float:
        """Log odds that ``text`` (in its plain form) tells of an emergency."""
        counted = Counter(column for gram in ngrams(text) if (column := self.vocabulary.get(gram)) is not None)
        if not counted:
            return self.intercept
        columns = np.fromiter(counted, dtype=np.int64)
        values = (1 + np.log(np.fromiter(counted.values(), dtype=np.float64))) * self.idf[columns]
        return float(values @ self.weights[columns] / np.sqrt(values @ values) + self.intercept)

    def doubts(self, text: str) -> bool:
        """Whether to ask."""
        return len(_NO_CHINESE.sub("", text)) >= SHORTEST and self.score(text) > self.threshold


def load(path: Path) -> Doubt:
    """The model at ``path``; raises ``FileNotFoundError`` when it is not there."""
    with np.load(path, allow_pickle=False) as kept:
        grams = bytes(kept["vocabulary"]).decode("utf-8").split("\n")
        return Doubt(
            vocabulary={gram: column for column, gram in enumerate(grams)},
            weights=kept["weights"].astype(np.float32),
            idf=kept["idf"].astype(np.float32),
            intercept=float(kept["intercept"]),
            threshold=float(kept["threshold"]),
        )


@lru_cache(maxsize=1)
def get_doubt() -> Doubt:
    """The shipped model, read once."""
    return load(MODEL)
