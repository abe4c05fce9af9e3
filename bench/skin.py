"""``make bench-skin``: the skin networks as shipped. Runs in ``vision/.venv``; the data folder is ``XINGLIN_DATA``.

Recomputed from the shipped weights: everything on dermoscopy (lesions that :func:`training.skin.photos.part_of` keeps
for the test, in our selection or not), speed, memory, and phone photos that are not in our selection. The other figures
on phone photos are computed from what four networks, each trained without the patients of one fold, said of that fold
(``models/skin/phone.folds.npz``): those networks are not shipped, ``python -m training.skin phone`` trains them again.
"""

import argparse
import io
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from bench import skin_gate
from training.skin import figures
from training.skin.photos import Photos, folder, history_of, key, load, part
from vision.skin.answering import read
from vision.skin.frame import place
from vision.skin.invented import NO_LESION, spot
from vision.skin.network import MODELS, History, Kind, Network

ROUNDS = 60
AGES = ((0, 40), (40, 60), (60, 75), (75, 200))
WITH = {"photo": "photo alone", "history": "with the history", "half": "with about half of the history"}
SKIN_TYPES = ("1.0", "2.0", "3.0", "4.0", "5.0", "6.0", "")


@dataclass(frozen=True)
class Told:
    """Of n photos: ``probabilities`` (n, classes), ``urgent`` (n,), ``dice`` (n,), ``unlike`` (n,)."""

    probabilities: Any
    urgent: Any
    dice: Any
    unlike: Any


def ask(network: Network, photos: Photos, histories: Sequence[History | None]) -> Told:
    """What the shipped network says; ``urgent`` by its threshold alone, however unlike the photo is."""
    rows, dices, unlike = [], [], []
    for image, mask, history in zip(photos.images, photos.masks, histories, strict=True):
        said = network.read(image, history)
        rows.append([said.probabilities[label] for label in photos.labels])
        dices.append(figures.overlap(said.mask >= 0.5, mask >= 128))
        unlike.append(said.unlike)
    probabilities = np.array(rows)
    suspect = probabilities[:, malignant(network)].sum(axis=1)
    return Told(probabilities, suspect >= network.settings.urgent, np.array(dices), np.array(unlike))


def malignant(network: Network) -> Any:
    """(classes,) boolean."""
    return np.isin(network.settings.labels, list(network.settings.malignant))


def with_interval(name: str, figure: Callable[[Any], float], groups: Sequence[str]) -> None:
    """One line: the figure and its 95 % bootstrap interval by lesion or patient."""
    low, high = figures.interval(figure, groups)
    print(f"  {name}: {figure(np.arange(len(groups))):.3f} ({low:.3f}-{high:.3f})")


def classes(told: Told, photos: Photos, ill: Any) -> None:
    """The figures of one set of probabilities."""
    said, truth = told.probabilities, photos.truth
    suspect, is_ill = said[:, ill].sum(axis=1), ill[truth]
    groups = photos.groups
    with_interval("balanced accuracy", lambda at: figures.balanced_accuracy(said[at], truth[at]), groups)
    with_interval("macro AUC", lambda at: figures.macro_auc(said[at], truth[at]), groups)
    with_interval("malignant against benign, AUC", lambda at: figures.auc(suspect[at], is_ill[at]), groups)
    with_interval("urgent: sensitivity", lambda at: float(told.urgent[at][is_ill[at]].mean()), groups)
    with_interval("urgent: specificity", lambda at: float(1 - told.urgent[at][~is_ill[at]].mean()), groups)
    error, chance = figures.calibration_error(said, truth), figures.error_by_chance(said)
    print(f"  calibration error: {error:.3f} (by chance alone {chance:.3f})")
    print(f"  accuracy: {(said.argmax(axis=1) == truth).mean():.3f}")
    shares = ", ".join(
        f"{photos.labels[label]} {share:.2f} of {(truth == label).sum()}"
        for label, share in figures.found(said, truth).items()
    )
    print(f"  found: {shares}")


def outlines(dice: Any, groups: Sequence[str]) -> None:
    """The masks."""
    with_interval("mask, mean Dice", lambda at: float(dice[at].mean()), groups)
    print(f"  mask: median Dice {np.median(dice):.3f}, below 0.5 on {(dice < 0.5).mean():.3f}")


def by_part(told: Told, photos: Photos, ill: Any, name: str, parts: list[tuple[str, Any]]) -> None:
    """The same for people of one age, skin type and so on: few photos, so without intervals."""
    for label, here in parts:
        if not here.any():
            continue
        truth, said = photos.truth[here], told.probabilities[here]
        is_ill, urgent = ill[truth], told.urgent[here]
        area = figures.auc(said[:, ill].sum(axis=1), is_ill)
        found = f"{urgent[is_ill].mean():.2f} of {is_ill.sum()}" if is_ill.any() else "none there"
        spared = f"{1 - urgent[~is_ill].mean():.2f} of {(~is_ill).sum()}" if (~is_ill).any() else "none there"
        print(
            f"  {name} {label}: {here.sum()} photos, accuracy {(said.argmax(axis=1) == truth).mean():.2f}, "
            f"malignant AUC {area:.2f}, sensitivity {found}, specificity {spared}, Dice {told.dice[here].mean():.2f}"
        )


def ages(photos: Photos) -> list[tuple[str, Any]]:
    """Age groups with the photos in each."""
    years = np.array([float(row["age"] or "nan") for row in photos.rows])
    return [(f"{low}-{high - 1}" if high < 200 else f"{low}+", (years >= low) & (years < high)) for low, high in AGES]


def dermoscopy() -> None:
    """HAM10000, the test lesions."""
    network = Network(Kind.DERMOSCOPY)
    photos = part(load(Kind.DERMOSCOPY), "test")
    told = ask(network, photos, [None] * len(photos))
    print(f"dermoscopy, {network.settings.version}, {len(photos)} photos of {len(set(photos.groups))} test lesions")
    classes(told, photos, malignant(network))
    outlines(told.dice, photos.groups)
    print(f"  unlike the training photos: {(told.unlike > 1).mean():.3f}")
    by_part(told, photos, malignant(network), "age", ages(photos))
    sexes = [(sex, np.array([row["sex"] == sex for row in photos.rows])) for sex in ("female", "male")]
    by_part(told, photos, malignant(network), "sex", sexes)


def phone() -> None:
    """PAD-UFES-20: by the folds, and what is not in our selection by the shipped weights."""
    network, photos = Network(Kind.PHONE), load(Kind.PHONE)
    kept = np.load(MODELS / "phone.folds.npz")
    place_of = {str(name): at for at, name in enumerate(kept["key"])}
    at = np.array([place_of.get(key(row), -1) for row in photos.rows])
    known = photos.only(np.flatnonzero(at >= 0))
    rows = at[at >= 0]
    ill = malignant(network)
    skin_types = [
        (kind or "unknown", np.array([row["fitspatrick"] == kind for row in known.rows])) for kind in SKIN_TYPES
    ]
    for name in ("photo", "history", "half"):
        dice = kept["dice"][rows]
        told = Told(kept[f"probabilities_{name}"][rows].astype(float), kept[f"urgent_{name}"][rows], dice, dice * 0)
        print(f"phone, out of fold, {WITH[name]}: {len(known)} photos of {len(set(known.groups))} patients")
        classes(told, known, ill)
        if name != "half":
            by_part(told, known, ill, "skin type", skin_types)
            by_part(told, known, ill, "age", ages(known))
    outlines(kept["dice"][rows], known.groups)
    unseen = photos.only(np.flatnonzero(at < 0))
    if len(unseen):
        for name, histories in (("photo", [None] * len(unseen)), ("history", [history_of(row) for row in unseen.rows])):
            told = ask(network, unseen, histories)
            print(f"phone, {network.settings.version}, {WITH[name]}: {len(unseen)} photos that no network saw")
            classes(told, unseen, ill)
            outlines(told.dice, unseen.groups)
            print(f"  unlike the training photos: {(told.unlike > 1).mean():.3f}")


def others() -> None:
    """What is no lesion: each is expected above 1."""
    for kind in Kind:
        network = Network(kind)
        far = ", ".join(f"{made.__name__} {network.read(made()).unlike:.2f}" for made in NO_LESION)
        print(f"{kind}, unlike: {far}")


def speed() -> None:
    """The whole way beside the bare model, in turns: processor time of all threads together, so that what else runs on
    the machine counts little."""
    photo = spot(450, 600)
    packed = io.BytesIO()
    Image.fromarray(photo).save(packed, "JPEG", quality=92)
    for kind in Kind:
        network = Network(kind)
        bare = network.inputs(place(photo, network.settings.frame).pixels, None)
        ways: dict[str, Callable[[], Any]] = {
            "bare model": lambda network=network, bare=bare: network.session.run(None, bare),
            "network.read": lambda network=network: network.read(photo),
            "gate, mask and classes from the file": lambda kind=kind: read(io.BytesIO(packed.getvalue()), kind=kind),
        }
        took: dict[str, list[float]] = {name: [] for name in ways}
        for turn in range(ROUNDS + 3):
            for name, way in ways.items():
                began = time.process_time()
                way()
                if turn >= 3:
                    took[name].append(1000 * (time.process_time() - began))
        base = np.median(took["bare model"])
        told = ", ".join(f"{name} {np.median(ms):.0f} ms ({np.median(ms) / base:.2f})" for name, ms in took.items())
        print(f"{kind}, medians of {ROUNDS}, processor time: {told}")


ALONE = """
import resource, sys
from vision.skin.answering import read
from vision.skin.network import Kind
for kind in Kind:
    with open(sys.argv[1], "rb") as file:
        read(file, kind=kind)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def memory() -> None:
    """Peak of a process that loads the gate and both networks and reads one photo with each."""
    with tempfile.NamedTemporaryFile(suffix=".jpg") as file:
        Image.fromarray(spot(900, 1200)).save(file, "JPEG")
        file.flush()
        done = subprocess.run([sys.executable, "-c", ALONE, file.name], capture_output=True, text=True, check=True)
    size = sum(path.stat().st_size for path in MODELS.glob("*.onnx")) / 1e6
    print(f"memory of a process with gate and both networks: {done.stdout.strip()} MB; weights {size:.1f} MB")


PARTS: dict[str, Callable[[], list[str] | None]] = {
    "dermoscopy": dermoscopy,
    "phone": phone,
    "others": others,
    "speed": speed,
    "memory": memory,
    "gate": skin_gate.figures,
}


def main() -> None:
    """All parts, or the named ones."""
    asked = argparse.ArgumentParser(prog="python -m bench.skin", description=__doc__)
    asked.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all when none is named")
    for name in asked.parse_args().parts or PARTS:
        if name in {"dermoscopy", "phone"} and not folder().is_dir():
            print(f"{name}: not measured, no data at {folder()}")
            continue
        for line in PARTS[name]() or ():
            print(line)


if __name__ == "__main__":
    main()
