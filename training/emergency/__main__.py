"""``python -m training.emergency``: trains the model that doubts and writes its weights; deterministic.

Emergencies are our own written sentences. Ordinary messages are our own near misses, our own consultations, what the
assistant learns from, and open patient questions (licensed for training) of which those that raise a red flag are left
out. ``--without first_sight_3`` leaves a written set out, to measure on it.
"""

import argparse
import gzip
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from bench.emergency import sets, written
from care.emergency.doubt import MODEL, ngrams
from care.emergency.screen import matched
from care.emergency.wording import plain
from settings import ROOT, get_settings

NEAR_MISSES_ASKED = 0.10
"""The threshold: so many of our near misses would be asked, seen from fits without them."""
FOLDS = 5
OWN, OPEN, HEARD = 3.0, 0.5, 1.0  # how much one sentence of each source weighs


def strings(node: Any) -> Iterator[str]:
    """Every string in a YAML document."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from strings(value)


def open_questions(data: Path) -> Iterator[str]:
    """Patient questions that may be trained on."""
    with gzip.open(data / "triage" / "department_questions_train.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def heard() -> Iterator[str]:
    """What people say to the assistant about other things."""
    for file in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip().startswith("- ") and "intent:" not in line:
                yield re.sub(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})", r"\1", line.strip()[2:])
    for name in ("consultations", "complaints"):
        yield from strings(yaml.safe_load((ROOT / "training" / "triage" / f"{name}.yaml").read_text(encoding="utf-8")))


def main() -> None:
    """Train, set the threshold on what was held out, write."""
    options = argparse.ArgumentParser()
    options.add_argument("--without", nargs="*", default=[])
    options.add_argument("--into", type=Path, default=MODEL)
    chosen = options.parse_args()
    data = get_settings().data
    if not data.is_dir():
        sys.exit(f"no data folder at {data}: set XINGLIN_DATA")
    own = {name: wanted for name, wanted in sets() if not any(left in name for left in chosen.without)}
    texts, labels, weights = [], [], []
    for name, wanted in own.items():
        for _, text in written(name):
            texts.append(text)
            labels.append(int(wanted))
            weights.append(OWN)
    near = np.array([not label for label in labels])
    for source, weight in ((open_questions(data), OPEN), (heard(), HEARD)):
        for text in source:
            if not matched(text):
                texts.append(text)
                labels.append(0)
                weights.append(weight)
    space = TfidfVectorizer(analyzer=lambda text: ngrams(plain(text)), sublinear_tf=True, min_df=3)
    rows = space.fit_transform(texts)
    model = LogisticRegression(C=10, max_iter=1000)
    truth, importance = np.array(labels), np.array(weights)
    beyond = cross_val_predict(
        model, rows, truth, cv=FOLDS, method="decision_function", params={"sample_weight": importance}
    )
    threshold = float(np.quantile(beyond[: len(near)][near], 1 - NEAR_MISSES_ASKED))
    model.fit(rows, truth, sample_weight=importance)
    found = beyond[: len(near)][~near] > threshold
    print(f"{len(texts)} texts, {truth.sum()} emergencies; threshold {threshold:.3f}; beyond it in fits without them:")
    ordinary = np.mean(beyond[len(near) :] > threshold)
    print(f"  emergencies {found.mean():.3f}, near misses {NEAR_MISSES_ASKED}, ordinary {ordinary:.4f}")
    grams = space.get_feature_names_out()
    chosen.into.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        chosen.into,
        vocabulary=np.frombuffer("\n".join(grams).encode("utf-8"), dtype=np.uint8),
        weights=model.coef_[0].astype(np.float16),
        idf=space.idf_.astype(np.float16),
        intercept=np.float32(model.intercept_[0]),
        threshold=np.float32(threshold),
    )
    print(f"{chosen.into}: {len(grams)} n-grams, {chosen.into.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
