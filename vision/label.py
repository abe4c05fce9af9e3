"""Words on pictures that were made here, and the mark that says so (GB 45438-2025: visible label and metadata)."""

import io
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageFont, PngImagePlugin

LABEL = "由AI提供"
PLATE, TEXT = (0, 0, 0, 140), (255, 255, 255)
FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
)
FAST = 1
"""Of zlib's levels: photos do not get smaller for more work."""


@lru_cache(maxsize=8)
def font(size: int) -> Any:
    """A font with Chinese; None where the machine has none, and then words are left to the page."""
    for path in FONTS:
        if Path(path).exists():
            return ImageFont.truetype(path, size)
    return None


def write(pen: Any, size: tuple[int, int], words: str, *, top: bool) -> None:
    """Words on a dark plate in a corner of a picture of ``size``: at the left, on top or at the bottom."""
    written = font(max(14, size[1] // 24))
    if written is None:
        words, written = words.encode("ascii", "ignore").decode().replace("°", ""), ImageFont.load_default()
    if not words.strip():
        return
    left, up, right, down = pen.textbbox((0, 0), words, font=written)
    wide, high = right - left + 16, down - up + 12
    y = 0 if top else size[1] - high
    pen.rectangle((0, y, wide, y + high), fill=PLATE)
    pen.text((8 - left, y + 6 - up), words, font=written, fill=TEXT)


def as_png(picture: Image.Image, made_by: str) -> bytes:
    """The picture with the mark in its metadata and nothing else there; ``made_by``: the version of what made it."""
    marked = PngImagePlugin.PngInfo()
    marked.add_itxt("AIGC", json.dumps({"Label": "1", "ContentProducer": "xinglin", "ProduceID": made_by}))
    marked.add_itxt("Comment", LABEL)
    target = io.BytesIO()
    picture.save(target, "PNG", pnginfo=marked, compress_level=FAST)
    return target.getvalue()
