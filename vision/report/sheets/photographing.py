"""What phones do to a sheet: perspective, curl, shadow, blur, glare, noise, moiré, JPEG, and held the wrong way."""

from random import Random

import cv2
import numpy as np

LEVELS = ("clean", "photo", "hard")
OFTEN = 0.35
"""Of bad photos have glare, and as many were moved while taken."""
Picture = np.ndarray


def photographed(sheet: Picture, level: str, random: Random) -> Picture:
    """The sheet (RGB) as a picture of one of ``LEVELS``: a scan, a usual photo, a bad one."""
    noise = np.random.default_rng(random.randrange(2**31))
    if level == "clean":
        return jpeg(_padded(sheet, 30, (255, 255, 255)), 92)
    hard = level == "hard"
    picture = _padded(sheet, 120, tuple(random.randint(60, 150) for _ in range(3)))
    picture = _curled(picture, random.uniform(0, 0.010 if not hard else 0.022), random)
    picture = _in_perspective(picture, 0.025 if not hard else 0.07, random)
    picture = _turned(picture, random.uniform(-3, 3) if not hard else random.uniform(-9, 9))
    picture = shadowed(picture, random.uniform(0.1, 0.35) if not hard else random.uniform(0.3, 0.6), random)
    if hard and random.random() < OFTEN:
        picture = glare(picture, random)
    if random.random() < (0.15 if not hard else 0.35):
        picture = moire(picture, random)
    scale = random.uniform(0.75, 0.95) if not hard else random.uniform(0.5, 0.7)
    picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    picture = _blurred(picture, random.uniform(0.2, 0.7) if not hard else random.uniform(0.7, 1.4), hard, random)
    picture = np.clip(picture + noise.normal(0, 3 if not hard else 9, picture.shape), 0, 255).astype(np.uint8)
    if random.random() < (0.15 if not hard else 0.4):
        picture = np.ascontiguousarray(np.rot90(picture, random.choice((1, 2, 3))))
    return jpeg(picture, random.randint(70, 90) if not hard else random.randint(35, 65))


def _padded(picture: Picture, margin: int, colour: tuple[int, ...]) -> Picture:
    return cv2.copyMakeBorder(picture, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=colour)


def jpeg(picture: Picture, quality: int) -> Picture:
    """RGB, compressed and read again; ``quality`` 1 to 100."""
    written = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.cvtColor(cv2.imdecode(written, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def _curled(picture: Picture, depth: float, random: Random) -> Picture:
    height, width = picture.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    phase = random.uniform(0, np.pi)
    wave = depth * height * np.sin(x / width * np.pi * random.uniform(0.8, 1.6) + phase)
    return cv2.remap(picture, x, y + wave.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _in_perspective(picture: Picture, share: float, random: Random) -> Picture:
    height, width = picture.shape[:2]
    corners = np.float32([(0, 0), (width, 0), (width, height), (0, height)])
    moved = corners + np.float32(
        [(random.uniform(-share, share) * width, random.uniform(-share, share) * height) for _ in range(4)]
    )
    moved -= moved.min(axis=0)
    to_width, to_height = (int(one) + 1 for one in moved.max(axis=0))
    matrix = cv2.getPerspectiveTransform(corners, np.float32(moved))
    return cv2.warpPerspective(picture, matrix, (to_width, to_height), borderMode=cv2.BORDER_REPLICATE)


def _turned(picture: Picture, degrees: float) -> Picture:
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    to = int(height * sin + width * cos), int(height * cos + width * sin)
    matrix[:, 2] += to[0] / 2 - width / 2, to[1] / 2 - height / 2
    return cv2.warpAffine(picture, matrix, to, borderMode=cv2.BORDER_REPLICATE)


def shadowed(picture: Picture, depth: float, random: Random) -> Picture:
    """A soft edge of a shadow that takes the share ``depth`` of the light, in warm light."""
    height, width = picture.shape[:2]
    x, y = np.meshgrid(np.linspace(0, 1, width, dtype=np.float32), np.linspace(0, 1, height, dtype=np.float32))
    angle = random.uniform(0, 2 * np.pi)
    along = x * np.cos(angle) + y * np.sin(angle)
    edge = 1 / (1 + np.exp(-(along - random.uniform(0.2, 0.8)) * random.uniform(4, 20)))
    warm = np.float32([1.0, random.uniform(0.94, 1.0), random.uniform(0.84, 1.0)])
    return np.clip(picture * (1 - depth * edge)[..., None] * warm, 0, 255).astype(np.uint8)


def glare(picture: Picture, random: Random) -> Picture:
    """A lamp's spot."""
    height, width = picture.shape[:2]
    x, y = np.meshgrid(np.linspace(0, 1, width, dtype=np.float32), np.linspace(0, 1, height, dtype=np.float32))
    off = ((x - random.random()) / 0.12) ** 2 + ((y - random.random()) / 0.08) ** 2
    return np.clip(picture + 150 * np.exp(-off)[..., None], 0, 255).astype(np.uint8)


def moire(picture: Picture, random: Random) -> Picture:
    """The waves of a screen's pixels against the camera's."""
    height, width = picture.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    period, angle = random.uniform(3, 9), random.uniform(0, np.pi)
    waves = np.sin((x * np.cos(angle) + y * np.sin(angle)) * 2 * np.pi / period)
    return np.clip(picture + random.uniform(4, 12) * waves[..., None], 0, 255).astype(np.uint8)


def _blurred(picture: Picture, sigma: float, hard: bool, random: Random) -> Picture:
    picture = cv2.GaussianBlur(picture, (0, 0), sigma)
    if hard and random.random() < OFTEN:
        length = random.randint(3, 6)
        kernel = np.zeros((length, length), np.float32)
        kernel[length // 2] = 1 / length
        picture = cv2.filter2D(picture, -1, kernel)
    return picture
