"""The network for phone photos, from PAD-UFES-20 (Pacheco 2020, CC BY 4.0).

One network for each fold, which says what is said of that fold's photos in every figure; and one on all photos, which
is shipped. Each starts from the dermoscopy network: with that the phone network inherits its non-commercial licence.
"""

from pathlib import Path
from typing import Any

import numpy as np

from training.skin.architecture import SkinNet
from training.skin.augment import Strength
from training.skin.calibrate import Calibration, calibrate, thresholds
from training.skin.distance import above_one, carried, farther
from training.skin.export import Shipped, export
from training.skin.figures import auc, balanced_accuracy, calibration_error
from training.skin.fit import Plan, fit
from training.skin.history import Head, fit_head, histories, partly
from training.skin.photos import LABELS, Photos, key, load
from training.skin.reading import read
from vision.skin.frame import Frame
from vision.skin.network import MODELS, Kind

FRAME = Frame(height=224, width=224, detail=300)
MALIGNANT, PRECANCEROUS = ("BCC", "MEL", "SCC"), ("ACK",)
SIDES = 2
KNOWN = {"photo": 0.0, "history": 1.0, "half": 0.5}
"""Share of the history that is known."""
LABEL = np.array(LABELS[Kind.PHONE])
IS_MALIGNANT, IS_PRECANCEROUS = np.isin(LABEL, MALIGNANT), np.isin(LABEL, PRECANCEROUS)
FOLDS_FILE = MODELS / "phone.folds.npz"


def folds_of(photos: Photos) -> Any:
    """(n,), the data set's own division, by patient; four of its five folds are in our selection."""
    return np.array([int(row["fold"]) for row in photos.rows])


def train_part(name: str, folder: Path, minutes: float, start: Path) -> SkinNet:
    """The network that never saw fold ``name``, or with ``all`` the one that saw everything."""
    photos = load(Kind.PHONE)
    fold = folds_of(photos)
    held = photos.only(np.flatnonzero(fold == int(name))) if name != "all" else None

    def check(network: SkinNet) -> dict[str, float]:
        if held is None:
            return {}
        said = read(network, held, FRAME)
        return {
            "balanced_accuracy": round(balanced_accuracy(said.logits, held.truth), 4),
            "dice": round(float(said.dice.mean()), 4),
        }

    plan = Plan(
        minutes=minutes,
        sizes=((FRAME.height, FRAME.width),) * 2,
        batch=24,
        rate=4e-4,
        balance=0.3,
        dropout=0.4,
        strength=Strength(zoom=(0.75, 1.6)),
        start=start,
    )
    known = photos if held is None else photos.only(np.flatnonzero(fold != int(name)))
    return fit(known, plan, folder / name, check)


def _fitted(logits: Any, history: Any, truth: Any) -> tuple[Head, Calibration, dict[str, float]]:
    """Head, calibration and thresholds from photos that the networks behind ``logits`` did not see.

    Calibrated for lesions with and without a history alike, because one temperature serves both.
    """
    head = fit_head(logits, history, truth)
    both = np.concatenate([head.logits(logits, history), head.logits(logits, np.zeros_like(history))])
    twice = np.tile(truth, 2)
    chosen = calibrate(both, twice)
    return head, chosen, thresholds(chosen.probabilities(both), twice, IS_MALIGNANT, IS_PRECANCEROUS)


def _out_of_fold(photos: Photos, folder: Path, minutes: float, start: Path) -> tuple[Any, Any, list[Any]]:
    """Logits (n, classes) and Dice (n,) of each photo by the network that did not see its patient, and how far apart
    seen and unseen photos are to each of them."""
    fold = folds_of(photos)
    logits, dices, kept = np.zeros((len(photos), len(LABEL))), np.zeros(len(photos)), []
    for number in np.unique(fold):
        here, rest = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        network = train_part(str(number), folder, minutes, start)
        said, seen = read(network, photos.only(here), FRAME, SIDES), read(network, photos.only(rest), FRAME, SIDES)
        logits[here], dices[here] = said.logits, said.dice
        kept.append((seen.features, photos.truth[rest], said.features))
    ratios = [farther(*one) for one in kept]
    for number, (features, truth, unseen) in enumerate(kept):
        distance = carried(features, truth, ratios[:number] + ratios[number + 1 :])
        print(f"unlike, scaled by the other folds: {above_one(distance, unseen):.3f} of unseen photos", flush=True)
    return logits, dices, ratios


def _judged(photos: Photos, logits: Any, history: Any) -> dict[str, Any]:
    """Probabilities and urgency of each photo with nothing, everything and half of the history known, by a head,
    a calibration and thresholds that come from the other folds."""
    fold, truth = folds_of(photos), photos.truth
    kept: dict[str, Any] = {f"probabilities_{name}": np.zeros(logits.shape, np.float32) for name in KNOWN}
    kept |= {f"urgent_{name}": np.zeros(len(photos), bool) for name in KNOWN}
    for number in np.unique(fold):
        here, rest = fold == number, fold != number
        head, chosen, limits = _fitted(logits[rest], history[rest], truth[rest])
        for name, known in KNOWN.items():
            said = chosen.probabilities(head.logits(logits[here], partly(history[here], known, 9)))
            kept[f"probabilities_{name}"][here] = said
            kept[f"urgent_{name}"][here] = said[:, IS_MALIGNANT].sum(axis=1) >= limits["urgent"]
    return kept


def finish(folder: Path, minutes: float, start: Path) -> None:
    """Train what is not trained yet, put the folds together, write to ``models/skin/``."""
    photos = load(Kind.PHONE)
    history, truth = histories(photos), photos.truth
    logits, dices, ratios = _out_of_fold(photos, folder, minutes, start)
    kept = _judged(photos, logits, history)
    for name in KNOWN:
        said = kept[f"probabilities_{name}"]
        area = auc(said[:, IS_MALIGNANT].sum(axis=1), IS_MALIGNANT[truth])
        right, error = balanced_accuracy(said, truth), calibration_error(said, truth)
        print(f"{name}: balanced accuracy {right:.4f}, malignant AUC {area:.4f}, ECE {error:.4f}", flush=True)
    print(f"Dice {dices.mean():.4f}", flush=True)
    FOLDS_FILE.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        FOLDS_FILE, key=np.array([key(row) for row in photos.rows]), dice=dices.astype(np.float32), **kept
    )
    network = train_part("all", folder, minutes, start)
    _ship(network, photos, ratios, _fitted(logits, history, truth))


def _ship(
    network: SkinNet, photos: Photos, ratios: list[Any], fitted: tuple[Head, Calibration, dict[str, float]]
) -> None:
    """The network on all photos with the head, the calibration and the thresholds that the folds gave."""
    head, chosen, limits = fitted
    settings = {
        "labels": LABEL.tolist(),
        "malignant": list(MALIGNANT),
        "precancerous": list(PRECANCEROUS),
        # The head's scale goes into the temperature, so that the network adds the history to what it says itself.
        "temperature": chosen.temperature / head.scale,
        "bias": (np.array(chosen.bias) + head.offset / chosen.temperature).tolist(),
        "thresholds": limits,
        "non_commercial": True,
        "licence": "CC BY 4.0 (PAD-UFES-20) from a start under CC BY-NC 4.0 (HAM10000)",
    }
    said = read(network, photos, FRAME, SIDES)
    distance = carried(said.features, photos.truth, ratios)
    print(export(Kind.PHONE, Shipped(network, distance, head.weights / head.scale, SIDES), FRAME, settings))
