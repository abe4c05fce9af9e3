"""``python -m training.triage``: trains the department classifier from the data folder and writes its weights."""

import hashlib
import os
import random
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

from care.triage.features import counts
from language.departments import all_departments
from settings import ROOT, get_settings
from training.triage.corpus import Sample, gather, held_out
from training.triage.fit import LENGTH_POWER, LENGTH_UNIT, TRUST, calibrate, fit, matrix, prior, read, space

FOLDS = 3
FACTS_KEPT = 0.4
TARGET = ROOT / "models" / "triage" / "departments.npz"


def samples_of(data: Path, seed: int = 11) -> list[Sample]:
    """What is trained on: trusted sources, and part of the facts."""
    rng = random.Random(seed)
    kept = [sample for sample in gather(data, seed) if TRUST[sample.source] > 0]
    return [sample for sample in kept if sample.source != "facts" or rng.random() < FACTS_KEPT]


def told_apart(samples: list[Sample], rows: csr_matrix, names: list[str], parents: np.ndarray) -> None:
    """Print how well a third of the questions that we labelled is told, from a fit without them."""
    own = [i for i, sample in enumerate(samples) if sample.source == "labelled"]
    random.Random(7).shuffle(own)
    at = sorted(own[::FOLDS])
    held = set(at)
    rest = [i for i in range(len(samples)) if i not in held]
    weights, intercepts = fit([samples[i] for i in rest], rows[rest], names)
    truth = np.array([names.index(samples[i].shares[0][0]) for i in at])
    best = (rows[at] @ weights.T + intercepts).argmax(axis=1)
    print(
        f"{len(at)} held-out questions: department {np.mean(best == truth):.3f}, "
        f"first level {np.mean(parents[best] == parents[truth]):.3f}"
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

    told_apart(samples, rows, names, parents)
    weights, intercepts = fit(samples, rows, names)
    held = held_out(data)
    scores = matrix([counts(text) for text, _ in held], columns) @ weights.T + intercepts
    truth = np.array([name for _, name in held])
    often = Counter(truth.tolist())
    mass = np.array([base[parents == name].sum() / often[name] for name in truth])
    temperature, doubt = calibrate(scores, truth, mass / mass.sum(), base, parents)
    print(f"{len(held)} held-out consultations: temperature {temperature:.2f}, doubt {doubt:.2f}")

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
