"""Lines of print to learn from: made texts in the sheets' fonts, photographed worse than phones usually do."""

from collections.abc import Sequence
from functools import lru_cache
from random import Random

import cv2
import numpy as np
from PIL import Image, ImageDraw

from vision.report.catalogue import entries
from vision.report.sheets.fonts import Typeface, can_print, font, typefaces
from vision.report.sheets.panels import rows
from vision.report.sheets.photographing import glare, jpeg, moire, shadowed
from vision.report.sheets.random_layouts import DASHES, of_item

Picture = np.ndarray
HEIGHT, WIDTH = 48, 320
"""Of a line as the recogniser gets it."""
FROM_GOOD = 0.6
"""Of photos are anything from good to bad, the others bad."""
ACROSS, DOWN = 3, 14
"""Lines on one photo: what falls on a photo falls on all of them."""


@lru_cache(maxsize=1)
def _words() -> tuple[list[str], list[str], str]:
    """Names, abbreviations, and every Chinese character of the catalogue and of GB 2312's first level."""
    names = sorted({name for item in entries().values() for name in (item.name, *item.aliases)})
    short = sorted({name for item in entries().values() for name in item.abbreviations})
    codes = [(high, low) for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFF)]
    usual = "".join(bytes(code).decode("gb2312", "ignore") for code in codes)
    return names, short, usual


def _a_text(random: Random) -> str:
    """A name in near half of the cases; else a value, a range, a unit, an abbreviation, a heading or any characters."""
    names, short, usual = _words()
    kind = random.random()
    if kind < 0.45:
        name = random.choice(names)
        if random.random() < 0.2:
            name = random.choice(("*{}", "★{}", "{}({})", "{} {}", "{}.{}")).format(name, random.choice(short))
            name = name if "." not in name else f"{random.randint(1, 40)}.{name.split('.')[0]}"
        return name
    if kind < 0.65:
        row = of_item(random.choice(list(entries().values())), random.choice(DASHES), random)
        if row is None:
            row = random.choice(rows(("血常规",), 8, random.choice(DASHES), random))
        mark = random.choice(("", "", "", "↑", "↓", " ↑", "H", "L"))
        printed = (row.value + mark, row.value, row.range, row.range, row.unit, f"{row.range} {row.unit}")
        return random.choice(printed) or row.value
    if kind < 0.72:
        return random.choice(short)
    # Any characters, and pieces of names beside each other: what is read is what is printed, not what is likely.
    if kind < 0.86:
        return "".join(random.choice(usual) for _ in range(random.randint(2, 8)))
    return "".join(_piece(random.choice(names), random) for _ in range(2))


def _piece(name: str, random: Random) -> str:
    start = random.randrange(max(1, len(name) - 2))
    return name[start : start + random.randint(2, 4)]


def a_photo(random: Random) -> list[tuple[Picture, str]]:
    """Lines of one photo, (48, at most 320, 3) BGR each, with their texts."""
    face, size = random.choice(typefaces()), random.randint(20, 36)
    cell = round(WIDTH / HEIGHT * size * 1.15), round(size * random.uniform(1.4, 2.0))
    sheet = Image.new("RGB", (ACROSS * cell[0] + 60, DOWN * cell[1] + 60), "white")
    draw = ImageDraw.Draw(sheet)
    placed = []
    for row in range(DOWN):
        for column in range(ACROSS):
            text = _a_text(random)
            left, top = 30 + column * cell[0], 30 + row * cell[1]
            right, ink = _written(draw, (left, top), text, (face, size))
            if right - left < cell[0] - 8:
                placed.append((text, (left - 2, ink[0], right + 2, ink[1])))
            else:
                draw.rectangle((left - 3, ink[0] - 3, right + 9, ink[1] + 3), fill="white")
    if random.random() < 0.3:
        for row in range(DOWN + 1):
            y = 26 + row * cell[1]
            draw.line((10, y, sheet.width - 10, y), fill="black")
    picture, matrix = moved(np.asarray(sheet), random)
    picture = worse(picture, random)
    scale = picture.shape[1] / matrix[1][0]
    return [(line, text) for text, box in placed if (line := _line(picture, box, matrix[0], scale, random)) is not None]


def _written(
    draw: ImageDraw.ImageDraw, at: tuple[int, int], text: str, how: tuple[Typeface, int]
) -> tuple[float, tuple[float, float]]:
    """Where it ends, and from where to where it is high."""
    x, top, bottom = float(at[0]), float(at[1] + how[1]), float(at[1])
    for char in text:
        used = font(how[0] if can_print(how[0], char) else typefaces()[0], how[1])
        draw.text((x, at[1]), char, fill="black", font=used)
        box = used.getbbox(char)
        top, bottom = min(top, at[1] + box[1]), max(bottom, at[1] + box[3])
        x += used.getlength(char)
    # A dash alone is cut as high as its neighbours are.
    middle, half = (top + bottom) / 2, max(bottom - top, 0.8 * how[1]) / 2
    return x, (middle - half, middle + half)


def moved(picture: Picture, random: Random) -> tuple[Picture, tuple[np.ndarray, tuple[int, int]]]:
    """The picture seen from aside; with the matrix that does it and the new size (width, height)."""
    height, width = picture.shape[:2]
    share, tilt = 0.04, np.radians(random.uniform(-5, 5))
    corners = np.float32([(0, 0), (width, 0), (width, height), (0, height)])
    turn = np.float32([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
    shaken = np.float32(
        [(random.uniform(-share, share) * width, random.uniform(-share, share) * height) for _ in range(4)]
    )
    to = (corners + shaken) @ turn.T
    to -= to.min(axis=0)
    size = int(to[:, 0].max()) + 1, int(to[:, 1].max()) + 1
    matrix = cv2.getPerspectiveTransform(corners, np.float32(to))
    paper = tuple(random.randint(215, 255) for _ in range(3))
    return cv2.warpPerspective(picture, matrix, size, borderValue=paper), (matrix, size)


def worse(picture: Picture, random: Random) -> Picture:
    """The picture in other light, from further away, blurred, noisy and compressed, from hardly to just readable."""
    bad = random.betavariate(2.2, 0.9) if random.random() < FROM_GOOD else random.uniform(0.75, 1.0)
    noise = np.random.default_rng(random.randrange(2**31))
    if random.random() < 0.25:
        faded = random.uniform(0.3, 0.8)
        picture = (255 - (255 - picture.astype(np.float32)) * faded).astype(np.uint8)
    picture = shadowed(picture, 0.1 + 0.5 * bad * random.random(), random)
    if random.random() < 0.3 * bad:
        picture = glare(picture, random)
    if random.random() < 0.35 * bad:
        picture = moire(picture, random)
    scale = 1.0 - bad * random.uniform(0.2, 0.55)
    how = random.choice((cv2.INTER_AREA, cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC))
    picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=how)
    picture = cv2.GaussianBlur(picture, (0, 0), 0.2 + bad * random.uniform(0.2, 1.35))
    if random.random() < 0.4 * bad:
        picture = _shaken(picture, random.uniform(2, 6), random.uniform(0, np.pi))
    picture = np.clip(picture + noise.normal(0, 1 + 10 * bad * random.random(), picture.shape), 0, 255).astype(np.uint8)
    return jpeg(picture, round(92 - bad * random.uniform(10, 60)))


def _shaken(picture: Picture, length: float, angle: float) -> Picture:
    """Moved while taken."""
    side = int(np.ceil(length)) | 1
    kernel = np.zeros((side, side), np.float32)
    for step in np.linspace(-length / 2, length / 2, 24):
        x, y = round(side // 2 + step * np.cos(angle)), round(side // 2 + step * np.sin(angle))
        if 0 <= x < side and 0 <= y < side:
            kernel[y, x] += 1
    return cv2.filter2D(picture, -1, kernel / kernel.sum())


def _line(picture: Picture, box: Sequence[float], matrix: np.ndarray, scale: float, random: Random) -> Picture | None:
    """Cut as the detector would cut it, a little off, and brought to the recogniser's height."""
    left, top, right, bottom = box
    high = bottom - top
    left, right = left - high * random.uniform(0.02, 0.25), right + high * random.uniform(0.02, 0.25)
    top, bottom = top - high * random.uniform(-0.06, 0.2), bottom + high * random.uniform(-0.02, 0.2)
    corners = np.float32([[(left, top), (right, top), (right, bottom), (left, bottom)]])
    seen = cv2.perspectiveTransform(corners, matrix)[0] * scale
    width, height = np.linalg.norm(seen[1] - seen[0]), np.linalg.norm(seen[3] - seen[0])
    to = np.float32([(0, 0), (width, 0), (width, height), (0, height)])
    cut = cv2.warpPerspective(
        picture, cv2.getPerspectiveTransform(seen.astype(np.float32), to), (max(2, int(width)), max(2, int(height))),
        flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    wide = int(np.ceil(HEIGHT * cut.shape[1] / cut.shape[0]))
    return None if wide > WIDTH else cv2.resize(cut, (wide, HEIGHT))[:, :, ::-1]
