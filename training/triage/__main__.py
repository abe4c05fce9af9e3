"""``python -m training.triage``: trains the department classifier from the data folder and writes its weights."""

import hashlib
import os
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

from care.triage.features import counts
from language.departments import all_departments
from settings import ROOT, get_settings
from training.triage.corpus import ROUNDS, Sample, gather, held_out
from training.triage.fit import LENGTH_POWER, LENGTH_UNIT, TRUST, calibrate, fit, matrix, prior, read, space

FOLDS = 3
OF_CONSULTATIONS = 0.85
"""Share of real consultations in the calibration; the rest is cleaner than what patients write and what they click."""
OF_A_MESSAGE = 1 + ROUNDS
"""Samples that one message of our own becomes."""
FACTS_KEPT = 0.4
TARGET = ROOT / "models" / "triage" / "departments.npz"


def samples_of(data: Path, seed: int = 11) -> list[Sample]:
    """What is trained on: trusted sources, and part of the facts."""
    rng = random.Random(seed)
    kept = [sample for sample in gather(data, seed) if TRUST[sample.source] > 0]
    return [sample for sample in kept if sample.source != "facts" or rng.random() < FACTS_KEPT]


@dataclass(frozen=True)
class Unseen:
    """Scores of texts that a fit did not see, with the first-level department that is right for each."""

    scores: np.ndarray
    truth: np.ndarray
    weights: np.ndarray


def _weights(truth: np.ndarray, base: np.ndarray, parents: np.ndarray) -> np.ndarray:
    """One weight a row, so that the first levels weigh as the prior has them; they sum to 1."""
    often = Counter(truth.tolist())
    mass = np.array([base[parents == name].sum() / often[name] for name in truth])
    return mass / mass.sum()


def unseen(
    samples: list[Sample], rows: csr_matrix, names: list[str], consultations: csr_matrix, truth: np.ndarray
) -> Unseen:
    """A fit without a third of the questions that we labelled and a fourth of our messages, on these and consultations.

    Prints how well it tells each of them.
    """
    parents = np.array([department.parent for department in all_departments()])
    base = np.array([prior()[name] for name in names])
    own = [i for i, sample in enumerate(samples) if sample.source == "labelled"]
    random.Random(7).shuffle(own)
    labelled = sorted(own[::FOLDS])
    said = [i for i, sample in enumerate(samples) if sample.source == "messages"]
    variants = {i for place, i in enumerate(said) if (place // OF_A_MESSAGE) % 4 == 1}
    written = [i for place, i in enumerate(said) if i in variants and place % OF_A_MESSAGE == 0]
    held = {*labelled, *variants}
    rest = [i for i in range(len(samples)) if i not in held]
    weights, intercepts = fit([samples[i] for i in rest], rows[rest], names)
    parts = [(f"{len(truth)} consultations", consultations @ weights.T + intercepts, truth)]
    for what, at in (("labelled questions", labelled), ("messages of our own", written)):
        right = np.array([names.index(samples[i].shares[0][0]) for i in at])
        scores = rows[at] @ weights.T + intercepts
        print(f"unseen: {len(at)} {what}: department {np.mean(scores.argmax(axis=1) == right):.3f}")
        parts.append((f"{len(at)} {what}", scores, parents[right]))
    for what, scores, levels in parts:
        print(f"unseen: {what}: first level {np.mean(parents[scores.argmax(axis=1)] == levels):.3f}")
    return Unseen(
        np.vstack([scores for _, scores, _ in parts]),
        np.concatenate([levels for _, _, levels in parts]),
        np.concatenate(
            [
                _weights(levels, base, parents) * (OF_CONSULTATIONS if place == 0 else (1 - OF_CONSULTATIONS) / 2)
                for place, (_, _, levels) in enumerate(parts)
            ]
        ),
    )


def main() -> None:
    """Train, calibrate on what was held out, write."""
    data = Path(os.environ.get("XINGLIN_DATA") or get_settings().data)
    if not data.is_dir():
        sys.exit(f"no data folder at {data}: set XINGLIN_DATA")
    began = time.monotonic()
    names = [department.name for department in all_departments()]
    parents = np.array([department.parent for department in all_departments()])
    share = prior()
    base = np.array([share[name] for name in names])
    samples = samples_of(data)
    texts = read(samples)
    columns = space(texts)
    rows = matrix(texts, columns)
    print(f"{len(samples)} samples {dict(Counter(sample.source for sample in samples))}, {rows.shape[1]} n-grams")

    held = held_out(data)
    told = matrix([counts(text) for text, _ in held], columns)
    kept = unseen(samples, rows, names, told, np.array([name for _, name in held]))
    temperature, doubt = calibrate(kept.scores, kept.truth, kept.weights, base, parents)
    print(f"{len(kept.truth)} unseen texts: temperature {temperature:.2f}, doubt {doubt:.2f}")
    weights, intercepts = fit(samples, rows, names)

    TARGET.parent.mkdir(parents=True, exist_ok=True)
    grams = sorted(columns.vocabulary, key=lambda gram: columns.vocabulary[gram])
    np.savez_compressed(
        TARGET,
        vocabulary=np.frombuffer("\n".join(grams).encode(), dtype=np.uint8),
        names=np.frombuffer("\n".join(names).encode(), dtype=np.uint8),
        idf=columns.idf.astype(np.float32),
        weights=weights.T.astype(np.float16),
        scales=np.ones(len(names), dtype=np.float32),
        intercepts=intercepts.astype(np.float32),
        prior=base.astype(np.float32),
        length_power=np.float32(LENGTH_POWER),
        length_unit=np.float32(LENGTH_UNIT),
        temperature=np.float32(temperature),
        doubt=np.float32(doubt),
    )
    size = TARGET.stat().st_size
    digest = hashlib.sha256(np.ascontiguousarray(weights.T.astype(np.float16)).tobytes()).hexdigest()[:16]
    print(f"{TARGET.relative_to(ROOT)}: {size / 1e6:.1f} MB, weights {digest}, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
