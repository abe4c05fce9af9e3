"""The gate before the skin networks: wrongly refused photos of lesions, and what is none or cannot be read.

``vision/.venv/bin/python -m bench.skin_gate``, or :func:`figures` from ``bench.skin``. Everything is measured on the
data folder; spoilt photos are made of its photos here.
"""

import io
import math
import os
import random
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import av
import cv2
import numpy as np

from bench import skin_pairs
from bench.skin_screens import album, chat, drawing
from vision.pictures import shown
from vision.skin.gate import SIDE, Gate, LooksLike, Problem, Quality
from vision.skin.network import Photo

DATA = Path(os.environ.get("XINGLIN_DATA", "../shared/data"))
DERMOSCOPY = 2000
SPOILT = 120
Change = Callable[[Photo], Photo]


def photos(archive: Path, most: int | None = None) -> list[Photo]:
    """RGB photos of a tar's images, the same ones each time."""
    with tarfile.open(archive) as opened:
        members = sorted((one for one in opened.getmembers() if one.name.endswith(".jpg")), key=lambda one: one.name)
        if most is not None and most < len(members):
            members = random.Random(4).sample(members, most)
        files = [opened.extractfile(one) for one in members]
        return [_decoded(file.read()) for file in files if file is not None]


def _decoded(data: bytes) -> Photo:
    return np.asarray(shown(io.BytesIO(data), "image/jpeg", SIDE).picture)


def frames(archive: Path) -> list[Photo]:
    """The first and the middle frame of each clip."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(archive) as opened:
            opened.extractall(folder, filter="data")
        for path in sorted(Path(folder).rglob("*.mp4")):
            with av.open(str(path)) as clip:
                decoded = list(clip.decode(video=0))
            found += [decoded[at].to_ndarray(format="rgb24") for at in (0, len(decoded) // 2)]
    return found


def blurred(share: float) -> Change:
    """Gaussian blur of a standard deviation of this share of the longer side."""
    return lambda photo: cv2.GaussianBlur(photo, (0, 0), share * max(photo.shape[:2]))


def shaken(share: float) -> Change:
    """Moved sideways by this share of the longer side while the shutter was open."""

    def change(photo: Photo) -> Photo:
        length = max(3, round(share * max(photo.shape[:2])))
        return cv2.filter2D(photo, -1, np.full((1, length), 1 / length, np.float32))

    return change


def lit(gain: float) -> Change:
    """So many times the light, as sRGB values."""
    return lambda photo: np.clip(photo * gain, 0, 255).astype(np.uint8)


def turned(degrees: float) -> Change:
    """Turned on a grey table."""

    def change(photo: Photo) -> Photo:
        height, width = photo.shape[:2]
        moved = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 0.8)
        return cv2.warpAffine(photo, moved, (width, height), borderValue=(120, 118, 115))

    return change


def figures(data: Path = DATA) -> list[str]:
    """A line each; says so where the data folder is missing."""
    if not (data / "skin").exists():
        return [f"gate: not measured, no data at {data}"]
    gate = Gate()
    phone = photos(data / "skin" / "pad_ufes_20.tar")
    dermoscopy = photos(data / "skin" / "ham10000_200x150.tar", DERMOSCOPY)
    sheets = [_decoded(path.read_bytes()) for path in sorted((data / "report").glob("*.jpg"))]
    lines = [
        _refused("phone photos", gate, phone),
        _refused("dermoscopy", gate, dermoscopy),
        _as_kind("report sheets", gate, sheets, {LooksLike.DOCUMENT}),
        _as_kind("report sheets turned 20°", gate, map(turned(20), sheets), {LooksLike.DOCUMENT}),
        _as_kind("report sheets at half the light", gate, map(lit(0.5), sheets), {LooksLike.DOCUMENT}),
        _as_kind("report sheets, 0.2 % blur", gate, map(blurred(0.002), sheets), {LooksLike.DOCUMENT}),
    ]
    people = frames(data / "rehab" / "clips.tar")
    lines.append(_as_kind("frames with people", gate, people, {LooksLike.PERSON, LooksLike.OTHER}))
    some = random.Random(5).sample(phone, SPOILT) + random.Random(6).sample(dermoscopy, SPOILT)
    for name, change, problem in (
        ("blur of 1 %", blurred(0.01), Problem.BLURRED),
        ("blur of 2 %", blurred(0.02), Problem.BLURRED),
        ("shaken by 8 %", shaken(0.08), Problem.BLURRED),
        ("a quarter of the light", lit(0.25), Problem.TOO_DARK),
        ("an eighth of the light", lit(0.125), Problem.TOO_DARK),
        ("three times the light", lit(3.0), Problem.TOO_BRIGHT),
    ):
        lines.append(_spoilt(name, gate, map(change, some), problem))
    lines.append(_refused("half the light (dark skin)", gate, [lit(0.5)(photo) for photo in some]))
    for name, draw in (("album screenshots", album), ("chat screenshots", chat)):
        made = [draw(photo, seed) for seed, photo in enumerate(some[:SPOILT])]
        lines.append(_as_kind(name, gate, made, {LooksLike.SCREENSHOT, LooksLike.DOCUMENT}))
    drawings = [drawing(seed) for seed in range(SPOILT)]
    lines.append(_as_kind("drawings", gate, drawings, {LooksLike.SCREENSHOT, LooksLike.OTHER}))
    return [*lines, _speed(gate, phone), *skin_pairs.figures(data)]


def interval(hits: int, of: int) -> str:
    """Wilson's 95 % interval of a share."""
    z, share = 1.96, hits / of
    centre = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return f"{share:.3f} ({max(0, centre - half):.3f}–{min(1, centre + half):.3f}) of {of}"


def _refused(name: str, gate: Gate, all_of: list[Photo]) -> str:
    found = [gate.judge(photo) for photo in all_of]
    why = Counter(str(one.problems[0]) for one in found if one.problems)
    return f"gate: {name}: refused {interval(why.total(), len(found))} {dict(why)}"


def _as_kind(name: str, gate: Gate, all_of: Iterable[Photo], right: set[LooksLike]) -> str:
    found = Counter(gate.judge(photo).looks_like for photo in all_of)
    hits = sum(found[kind] for kind in right)
    return f"gate: {name}: recognised {interval(hits, found.total())} { {str(k): n for k, n in found.items()} }"


def _spoilt(name: str, gate: Gate, all_of: Iterable[Photo], problem: Problem) -> str:
    found: list[Quality] = [gate.judge(photo) for photo in all_of]
    hits = sum(problem in one.problems for one in found)
    passed = sum(one.ok for one in found)
    return f"gate: {name}: called {problem} {interval(hits, len(found))}, let through {passed}"


def _speed(gate: Gate, all_of: list[Photo]) -> str:
    whole = [cv2.resize(photo, (1000, 750), interpolation=cv2.INTER_CUBIC) for photo in all_of[:40]]
    cv2.setNumThreads(1)
    spent = []
    for photo in whole:
        started = time.perf_counter()
        gate.judge(photo)
        spent.append(time.perf_counter() - started)
    return f"gate: median {1000 * float(np.median(spent)):.0f} ms a photo of 1000 by 750"


def main() -> int:
    for line in figures():
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
