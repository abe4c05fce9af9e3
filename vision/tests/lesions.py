"""Photos of skin made on the spot: tone, lesion, light, coin and ruler are known."""

import io
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw

Photo = np.ndarray
LIGHT, BROWN, DARK = (222, 178, 152), (156, 108, 78), (96, 64, 46)


@dataclass(frozen=True)
class Scene:
    """``centre``, ``axes`` and ``degrees`` of an ellipse of ``colour``; lengths in pixels."""

    size: tuple[int, int] = (600, 450)
    tone: tuple[int, int, int] = LIGHT
    centre: tuple[int, int] = (290, 225)
    axes: tuple[int, int] = (70, 45)
    degrees: float = 20.0
    colour: tuple[int, int, int] = (104, 62, 48)
    grain: float = 5.0
    seed: int = 3

    def mask(self) -> np.ndarray:
        """Where the lesion is."""
        drawn = np.zeros(self.size[::-1], np.uint8)
        cv2.ellipse(drawn, self.centre, self.axes, self.degrees, 0, 360, 1, -1)
        return drawn > 0

    def photo(self) -> Photo:
        """Skin with relief, pores and furrows, the lesion, and a sensor's noise."""
        return _taken(self).copy()


@lru_cache(maxsize=32)
def _taken(scene: Scene) -> Photo:
    dice = np.random.default_rng(scene.seed)
    width, height = scene.size
    relief = sum(
        cv2.GaussianBlur(dice.normal(0, 1, (height, width)).astype(np.float32), (0, 0), wide) * wide
        for wide in (1.2, 2.5, 6.0)
    )
    light = 1 + (scene.grain * relief + np.linspace(-8, 8, width)) / 255
    picture = np.array(scene.tone, np.float32) * light[..., None]
    soft = cv2.GaussianBlur(scene.mask().astype(np.float32), (0, 0), 1.5)[..., None]
    within = np.array(scene.colour, np.float32) * (1 + 1.2 * (light[..., None] - 1))
    picture = picture * (1 - soft) + within * soft + dice.normal(0, 2, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def with_hair(photo: Photo, seed: int = 1) -> Photo:
    """A dozen dark hairs across."""
    dice = np.random.default_rng(seed)
    drawn = photo.copy()
    height, width = photo.shape[:2]
    for _ in range(12):
        ends = dice.integers(0, (width, height), (2, 2))
        cv2.line(drawn, tuple(map(int, ends[0])), tuple(map(int, ends[1])), (40, 30, 25), 2, cv2.LINE_AA)
    return drawn


def with_rim(photo: Photo) -> Photo:
    """As through a dermatoscope: black outside a circle."""
    height, width = photo.shape[:2]
    inside = np.zeros((height, width, 1), np.uint8)
    cv2.circle(inside, (width // 2, height // 2), int(0.53 * width), 1, -1)
    return photo * inside


def with_coin(photo: Photo, radius: int, at: tuple[int, int]) -> Photo:
    """Grey metal with a rim and a figure."""
    drawn = photo.copy()
    cv2.circle(drawn, at, radius, (172, 174, 178), -1, cv2.LINE_AA)
    cv2.circle(drawn, at, radius - 5, (140, 142, 146), 2, cv2.LINE_AA)
    cv2.putText(drawn, "1", (at[0] - radius // 3, at[1] + radius // 3), 0, radius / 35, (120, 122, 126), 4, cv2.LINE_AA)
    return drawn


def with_ruler(photo: Photo, pixels_per_mm: float) -> Photo:
    """A white ruler along the lower edge, a tick a millimetre."""
    drawn = photo.copy()
    height, width = photo.shape[:2]
    top = height - 80
    drawn[top:-5, 10:-10] = (236, 234, 228)
    for tick in range(int((width - 40) / pixels_per_mm)):
        x = round(20 + tick * pixels_per_mm)
        long = 34 if tick % 10 == 0 else 25 if tick % 5 == 0 else 15
        drawn[top : top + long, x : x + 2] = (30, 30, 30)
    return cv2.GaussianBlur(drawn, (0, 0), 0.7)


def sheet(size: tuple[int, int] = (900, 1200), lines: int = 26, seed: int = 2) -> Photo:
    """A printed page on a table, by lamplight."""
    dice = np.random.default_rng(seed)
    page = Image.new("RGB", size, (228, 224, 214))
    pen = ImageDraw.Draw(page)
    for line in range(lines):
        for x in (60, 330, 560, 720):
            word = "".join(dice.choice(list("ABCDEFGHKLMNRSTUWX0123456789"), dice.integers(4, 10)))
            pen.text((x, 60 + line * 40), word, fill=(45, 45, 50), font_size=24)
    shade = np.linspace(0.8, 1.0, size[0], dtype=np.float32)[None, :, None]
    lit = np.asarray(page, np.float32) * shade + dice.normal(0, 3, (size[1], size[0], 3))
    return np.clip(lit, 0, 255).astype(np.uint8)


def turned(photo: Photo, degrees: float, *, scale: float = 1.0, shift: tuple[float, float] = (0, 0)) -> Photo:
    """Turned about the middle and moved; the edges are mirrored, so that no corner is empty."""
    height, width = photo.shape[:2]
    move = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, scale)
    move[:, 2] += shift
    return cv2.warpAffine(photo, move, (width, height), borderMode=cv2.BORDER_REFLECT)


def lit(photo: Photo, *gains: float) -> Photo:
    """Other light: one gain for all channels, or one each."""
    return np.clip(photo * np.array(gains, np.float32), 0, 255).astype(np.uint8)


def encoded(photo: Photo | Image.Image, form: str = "JPEG", **options: object) -> bytes:
    written = io.BytesIO()
    image = photo if isinstance(photo, Image.Image) else Image.fromarray(photo)
    image.save(written, form, **({"quality": 92} if form == "JPEG" else {}) | options)
    return written.getvalue()


def written(path: Path, photo: Photo) -> Path:
    path.write_bytes(encoded(photo))
    return path


def grown(scene: Scene, share: float) -> Scene:
    """The same skin, the lesion's area larger by ``share``."""
    longer = (1 + share) ** 0.5
    return replace(scene, axes=(round(scene.axes[0] * longer), round(scene.axes[1] * longer)))
