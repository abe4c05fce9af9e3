"""The two data sets, decoded once, and which photo belongs to which part."""

import csv
import hashlib
import io
import os
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from vision.skin.history import ASKED
from vision.skin.network import History, Kind

LABELS = {
    Kind.DERMOSCOPY: ("akiec", "bcc", "bkl", "df", "mel", "nv", "vasc"),
    Kind.PHONE: ("ACK", "BCC", "MEL", "NEV", "SCC", "SEK"),
}
ARCHIVES = {Kind.DERMOSCOPY: "ham10000_200x150.tar", Kind.PHONE: "pad_ufes_20.tar"}
LONGER_SIDE = {Kind.DERMOSCOPY: 200, Kind.PHONE: 300}

SALT = "xinglin-skin-103"
"""Of two hundred, the one whose parts hold the classes most nearly as the whole does."""
TEST_SHARE, VALIDATION_SHARE = 0.10, 0.08


@dataclass(frozen=True)
class Photos:
    """``images``: uint8 (height, width, 3) RGB; ``masks``: uint8 (height, width), 255 where the lesion is; ``truth``:
    index into ``labels``; ``groups``: lesion (dermoscopy) or patient (phone), what must never be divided between
    training and test; ``rows``: the data set's own columns."""

    labels: tuple[str, ...]
    images: list[Any]
    masks: list[Any]
    truth: Any
    groups: list[str]
    rows: list[dict[str, str]]

    def only(self, chosen: Sequence[int]) -> "Photos":
        """The photos at these places, in this order."""
        at = [int(place) for place in chosen]
        return Photos(
            self.labels,
            [self.images[i] for i in at],
            [self.masks[i] for i in at],
            self.truth[at],
            [self.groups[i] for i in at],
            [self.rows[i] for i in at],
        )

    def __len__(self) -> int:
        return len(self.images)


def folder() -> Path:
    """The folder of skin data under ``XINGLIN_DATA``."""
    return Path(os.environ.get("XINGLIN_DATA") or "../shared/data") / "skin"


def _shrunk(picture: Any, longest: int) -> Any:
    height, width = picture.shape[:2]
    if max(height, width) <= longest:
        return picture
    share = longest / max(height, width)
    return cv2.resize(picture, (round(width * share), round(height * share)), interpolation=cv2.INTER_AREA)


def load(kind: Kind) -> Photos:
    """Everything of one data set, straight from its archive: nothing is unpacked to the disk. Raises
    FileNotFoundError where there is no data folder."""
    files: dict[str, bytes] = {}
    with tarfile.open(folder() / ARCHIVES[kind]) as archive:
        for member in archive:
            opened = archive.extractfile(member)
            if opened is not None:
                files[member.name] = opened.read()
    rows = list(csv.DictReader(io.StringIO(files["labels.csv"].decode())))
    images, masks = [], []
    for row in rows:
        image = cv2.imdecode(np.frombuffer(files[row["path"]], np.uint8), cv2.IMREAD_COLOR)
        mask = cv2.imdecode(np.frombuffer(files[row["mask_path"]], np.uint8), cv2.IMREAD_GRAYSCALE)
        image = _shrunk(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), LONGER_SIDE[kind])
        masks.append(cv2.resize(mask, image.shape[1::-1], interpolation=cv2.INTER_AREA))
        images.append(image)
    labels = LABELS[kind]
    truth = np.array([labels.index(row["label"]) for row in rows])
    group = "lesion_id" if kind is Kind.DERMOSCOPY else "patient_id"
    return Photos(labels, images, masks, truth, [row[group] for row in rows], rows)


def share_of(group: str) -> float:
    """A number in [0, 1) that is a lesion's own whatever else is in the data set."""
    digest = hashlib.sha256(f"{SALT} {group}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def part_of(group: str) -> str:
    """``test``, ``validation`` or ``train`` for a lesion of HAM10000, also for one that is not in our selection."""
    share = share_of(group)
    if share < TEST_SHARE:
        return "test"
    return "validation" if share < TEST_SHARE + VALIDATION_SHARE else "train"


def part(photos: Photos, name: str) -> Photos:
    """The photos of one part, see :func:`part_of`."""
    return photos.only([i for i, group in enumerate(photos.groups) if part_of(group) == name])


def key(row: dict[str, str]) -> str:
    """Names a phone photo in what is kept of the folds without naming it."""
    return hashlib.sha256(row["img_id"].encode()).hexdigest()[:16]


def history_of(row: dict[str, str]) -> History:
    """From the columns of PAD-UFES-20."""
    asked = {name: {"True": True, "False": False}.get(row[name]) for name in ASKED}
    return History(age_years=float(row["age"]) if row["age"] else None, site=row["region"].lower() or None, **asked)
