"""The network for dermoscopy, from HAM10000 (Tschandl 2018, CC BY-NC 4.0)."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from training.skin.architecture import SkinNet
from training.skin.fit import Plan, fit
from training.skin.photos import load, part
from training.skin.reading import read
from vision.skin.frame import Frame
from vision.skin.network import Kind

FRAME = Frame(height=192, width=256, detail=200)


def balanced_accuracy(scores: Any, truth: Any) -> float:
    """Mean over the classes of the share that is found."""
    said = scores.argmax(axis=1)
    return float(np.mean([(said[truth == label] == label).mean() for label in np.unique(truth)]))


def train(folder: Path, minutes: float) -> None:
    """Weights into ``folder``; the test part is not looked at."""
    photos = load(Kind.DERMOSCOPY)
    held = part(photos, "validation")
    print(json.dumps({name: len(part(photos, name)) for name in ("train", "validation", "test")}), flush=True)

    def check(network: SkinNet) -> dict[str, float]:
        said = read(network, held, FRAME)
        return {
            "balanced_accuracy": round(balanced_accuracy(said.logits, held.truth), 4),
            "accuracy": round(float((said.logits.argmax(axis=1) == held.truth).mean()), 4),
            "dice": round(float(said.dice.mean()), 4),
        }

    plan = Plan(minutes=minutes, sizes=((160, 224), (FRAME.height, FRAME.width)))
    fit(part(photos, "train"), plan, folder, check=check)
