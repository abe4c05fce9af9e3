"""Two phone photos of one lesion: how many can be laid over each other, and of different lesions how many wrongly."""

import csv
import io
import tarfile
from collections import defaultdict
from pathlib import Path

import numpy as np

from vision.pictures import shown
from vision.skin.gate import SIDE
from vision.skin.network import Photo
from vision.skin.registration import lay


def pairs(archive: Path) -> list[tuple[Photo, Photo]]:
    """The first two photos of each lesion that has two."""
    with tarfile.open(archive) as opened:

        def read(name: str) -> bytes:
            file = opened.extractfile(name)
            assert file is not None
            return file.read()

        def photo(name: str) -> Photo:
            return np.asarray(shown(io.BytesIO(read(name)), "image/jpeg", SIDE).picture)

        there = set(opened.getnames())
        of_lesion = defaultdict(list)
        for row in csv.DictReader(io.StringIO(read("labels.csv").decode())):
            if row["path"] in there:
                of_lesion[row["patient_id"], row["lesion_id"]].append(row["path"])
        return [(photo(two[0]), photo(two[1])) for two in of_lesion.values() if len(two) > 1]


def figures(data: Path) -> list[str]:
    """A line; says so where the data folder is missing."""
    archive = data / "skin" / "pad_ufes_20.tar"
    if not archive.exists():
        return [f"compare: not measured, no data at {data}"]
    found = pairs(archive)
    same = sum(lay(first, second) is not None for first, second in found)
    others = sum(lay(found[at - 1][0], found[at][1]) is not None for at in range(len(found)))
    return [
        f"compare: laid over each other {same} of {len(found)} pairs of one lesion,"
        f" {others} of {len(found)} of different lesions"
    ]
