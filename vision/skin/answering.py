"""One photo all the way: gate, network, measurements, pictures."""

from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any, BinaryIO

import numpy as np

from vision.pictures import Damaged, TooManyPixels, shown
from vision.skin.abcd import measure
from vision.skin.drawing import heat_png, mask_png, overlay_png
from vision.skin.gate import SIDE, Gate, LooksLike, Problem, Quality
from vision.skin.network import History, Kind, Network, Photo, Reading, Risk
from vision.skin.psoriasis import suggest
from vision.skin.region import Region, region
from vision.sniff import HEAD_BYTES, MediaKind, sniff

VERSION = "skin-1"
PRESSING = frozenset({Risk.URGENT, Risk.DERMATOLOGIST})
"""Such a photo is not sent back because its border could not be drawn."""


class NotAPhoto(Exception):
    """The argument says why: empty, no_photo, damaged, too_many_pixels."""


@dataclass(frozen=True)
class Read:
    """A photo as far as it could be read: ``reading`` is None where the gate stopped it, ``found`` where there is no
    border to be drawn."""

    photo: Photo
    kind: Kind
    quality: Quality
    reading: Reading | None = None
    found: Region | None = None


@lru_cache(maxsize=1)
def gate() -> Gate:
    """The process' one."""
    return Gate()


@lru_cache(maxsize=4)
def network(kind: Kind, *, non_commercial: bool = True) -> Network:
    """The process' one of a kind. Raises WeightsOff."""
    return Network(kind, non_commercial=non_commercial)


def opened(file: BinaryIO) -> tuple[Photo, int, bool]:
    """The photo at the size at which it is looked at, the shorter side that it was sent with, and whether it is
    animated. Raises NotAPhoto."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    kind = sniff(head)
    if not head:
        raise NotAPhoto("empty")
    if kind.kind is not MediaKind.PHOTO:
        raise NotAPhoto("no_photo")
    file.seek(0)
    try:
        seen = shown(file, kind.content_type, SIDE)
    except TooManyPixels:
        raise NotAPhoto("too_many_pixels") from None
    except Damaged:
        raise NotAPhoto("damaged") from None
    return np.asarray(seen.picture), min(seen.width, seen.height), seen.animated


def read(
    file: BinaryIO,
    *,
    kind: Kind,
    history: History | None = None,
    non_commercial: bool = True,
    anyway: bool = False,
) -> Read:
    """Gate, classes and mask. ``anyway``: for measurements, also what the gate would stop, as unclear. Raises
    NotAPhoto, WeightsOff."""
    chosen = network(kind, non_commercial=non_commercial)
    photo, shorter, animated = opened(file)
    quality = gate().judge(photo, shorter_side=shorter, animated=animated)
    if not quality.ok and not anyway:
        return Read(photo, kind, quality)
    reading = chosen.read(photo, history)
    found = region(photo, reading.mask)
    if found is None and quality.ok and reading.risk not in PRESSING:
        sure = round(max(0.5, 1 - float(reading.mask.max())), 3)
        quality = replace(quality, looks_like=LooksLike.OTHER, confidence=sure, problems=(Problem.NO_LESION,))
    if quality.ok:
        return Read(photo, kind, quality, reading, found)
    return (
        Read(photo, kind, quality, replace(reading, risk=Risk.UNCLEAR), found) if anyway else Read(photo, kind, quality)
    )


def findings(one: Read, *, coin_mm: float | None = None) -> dict[str, Any]:
    """Plain data of a photo that was read, or why it was not."""
    told: dict[str, Any] = {
        "version": VERSION,
        "weights": None,
        "kind": one.kind,
        "quality": one.quality.as_json(),
        "probabilities": None,
        "malignant": None,
        "risk": None,
        "unlike": None,
        "abcd": None,
        "psoriasis": None,
    }
    if one.reading is None:
        return told
    if one.found is not None:
        told["abcd"] = measure(one.photo, one.reading.mask, one.found, one.kind, coin_mm=coin_mm).as_json()
    suggestions = suggest(one.photo) if one.kind is Kind.PHONE else None
    return told | {
        "version": f"{VERSION}/{one.reading.version}",
        "weights": one.reading.version,
        "probabilities": {label: round(value, 4) for label, value in one.reading.probabilities.items()},
        "malignant": round(one.reading.malignant, 4),
        "risk": one.reading.risk,
        "unlike": round(one.reading.unlike, 3),
        "psoriasis": None if suggestions is None else suggestions.as_json(),
    }


def pictures(one: Read) -> dict[str, bytes]:
    """``mask`` (empty where there is no border to be drawn), ``overlay`` and ``heat`` as PNG; nothing where the photo
    was not read."""
    if one.reading is None:
        return {}
    made_by = f"{VERSION}/{one.reading.version}"
    lesion = np.zeros(one.photo.shape[:2], bool) if one.found is None else one.found.lesion
    return {
        "mask": mask_png(lesion, made_by),
        "overlay": overlay_png(one.photo, lesion, made_by),
        "heat": heat_png(one.reading.heat, made_by),
    }


def history_of(told: dict[str, Any] | None) -> History | None:
    """From plain data, of which only the fields of History are taken."""
    if not told:
        return None
    return History(**{name: told.get(name) for name in asdict(History())})
