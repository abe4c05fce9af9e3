"""The network for dermoscopy, from HAM10000 (Tschandl 2018, CC BY-NC 4.0)."""

import json
from pathlib import Path

import numpy as np

from training.skin.architecture import SkinNet
from training.skin.calibrate import calibrate, thresholds
from training.skin.distance import measure
from training.skin.export import Shipped, export
from training.skin.figures import balanced_accuracy, calibration_error, macro_auc
from training.skin.fit import Plan, fit
from training.skin.photos import LABELS, load, part
from training.skin.reading import Said, read
from vision.skin.frame import Frame
from vision.skin.network import Kind

FRAME = Frame(height=192, width=256, detail=200)
MALIGNANT = ("akiec", "bcc", "mel")
"""Melanoma and basal cell carcinoma; akiec because it holds Bowen's disease beside actinic keratosis, and the data set
does not say which."""
SIDES = 2
REMEMBERED = 3000
"""Training photos that the distance is measured to."""


def train(folder: Path, minutes: float) -> None:
    """Train, calibrate on the validation part, write to ``models/skin/``; the test part is not looked at."""
    photos = load(Kind.DERMOSCOPY)
    known, held = part(photos, "train"), part(photos, "validation")
    print(json.dumps({"train": len(known), "validation": len(held), "test": len(part(photos, "test"))}), flush=True)

    def check(network: SkinNet) -> dict[str, float]:
        said = read(network, held, FRAME)
        return {
            "balanced_accuracy": round(balanced_accuracy(said.logits, held.truth), 4),
            "accuracy": round(float((said.logits.argmax(axis=1) == held.truth).mean()), 4),
            "dice": round(float(said.dice.mean()), 4),
        }

    plan = Plan(minutes=minutes, sizes=((160, 224), (FRAME.height, FRAME.width)))
    network = fit(known, plan, folder, check)
    sides = [read(network, held, FRAME, number) for number in (1, 2, 4)]
    for number, said in zip((1, 2, 4), sides, strict=True):
        right = round(balanced_accuracy(said.logits, held.truth), 4)
        print(f"{number} sides: balanced accuracy {right}, Dice {said.dice.mean():.4f}", flush=True)
    some = known.only(np.random.default_rng(0).permutation(len(known))[:REMEMBERED])
    finish(network, read(network, some, FRAME, SIDES), some.truth, read(network, held, FRAME, SIDES), held.truth)


def finish(network: SkinNet, seen: Said, seen_truth: np.ndarray, held: Said, truth: np.ndarray) -> None:
    """Calibrate on what was held out, and write."""
    labels = LABELS[Kind.DERMOSCOPY]
    chosen = calibrate(held.logits, truth)
    probabilities = chosen.probabilities(held.logits)
    malignant = np.array([label in MALIGNANT for label in labels])
    limits = thresholds(probabilities, truth, malignant, np.zeros(len(labels), bool))
    right, area = balanced_accuracy(probabilities, truth), macro_auc(probabilities, truth)
    error = calibration_error(probabilities, truth)
    print(f"validation: balanced accuracy {right:.4f}, AUC {area:.4f}, ECE {error:.4f}, {chosen}, {limits}", flush=True)
    settings = {
        "labels": list(labels),
        "malignant": list(MALIGNANT),
        "precancerous": [],
        "temperature": chosen.temperature,
        "bias": list(chosen.bias),
        "thresholds": limits,
        "non_commercial": True,
        "licence": "CC BY-NC 4.0 (HAM10000)",
    }
    distance = measure(seen.features, seen_truth, held.features)
    print(export(Kind.DERMOSCOPY, Shipped(network, distance, sides=SIDES), FRAME, settings))
