"""Invented photos: a dark spot on skin, grain and all, as PNG; nobody's."""

import random
import zlib
from math import atan2, cos, hypot, sin

from tests.integration.media.files import chunk

SKIN = (214, 168, 140)
SPOT = (96, 58, 44)
SIDE = 480


def lesion(*, seed: int = 1, radius: float = 0.16, skin: tuple[int, int, int] = SKIN) -> bytes:
    """A spot of a wavy border in the middle of a patch of skin, ``radius`` of the picture's side."""
    grain = random.Random(seed)
    waves = [(count, grain.uniform(0.02, 0.1), grain.uniform(0, 6)) for count in (2, 3, 5)]
    blotches = [(grain.uniform(0, 6), grain.uniform(0.02, 0.06), grain.uniform(-14, 14)) for _ in range(6)]
    rows = []
    for y in range(SIDE):
        row = bytearray(b"\0")
        for x in range(SIDE):
            dx, dy = x / SIDE - 0.5, y / SIDE - 0.5
            angle = atan2(dy, dx)
            edge = radius * (1 + sum(size * sin(count * angle + start) for count, size, start in waves))
            inside = 1 / (1 + pow(2.718, (hypot(dx, dy) - edge) * 160))
            uneven = sum(much * cos(40 * (dx * cos(way) + dy * sin(way)) * wide * 10) for way, wide, much in blotches)
            noise = grain.gauss(0, 5)
            for base, dark in zip(skin, SPOT, strict=True):
                value = base + (dark - base) * inside + uneven * (0.2 + 0.5 * inside) + noise
                row.append(max(0, min(255, int(value))))
        rows.append(bytes(row))
    header = SIDE.to_bytes(4, "big") * 2 + bytes((8, 2, 0, 0, 0))
    packed = zlib.compress(b"".join(rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
