"""What the service answers about a report: findings, the pages with what was read framed, and what is asked about."""

from functools import cache
from typing import Any, BinaryIO

from vision.report.drawing import cut_png, page_png
from vision.report.reading import Read, Reader

MOST_CUTS = 40


@cache
def reader() -> Reader:
    """The worker's one reader."""
    return Reader()


def answer(file: BinaryIO, *, name: str | None = None) -> tuple[dict[str, Any], bytes]:
    """Findings, with ``page_sizes`` (width and height in pixels of each page upright, which boxes are in) and ``parts``
    saying how the bytes after them are divided: ``page`` (and ``page_1`` ...), and ``cut_N`` for what is asked about
    item N; all PNG."""
    read = reader().read(file, name=name)
    parts = _pictures(read)
    sizes = [(picture.shape[1], picture.shape[0]) for picture in read.pages]
    told = read.report.as_json() | {"page_sizes": sizes, "parts": [(part, len(content)) for part, content in parts]}
    return told, b"".join(content for _, content in parts)


def _pictures(read: Read) -> list[tuple[str, bytes]]:
    items = read.report.items
    parts = [
        (f"page_{number}" if number else "page", page_png(picture, items, number))
        for number, picture in enumerate(read.pages)
    ]
    asked = [(number, item.ask_back.box) for number, item in enumerate(items) if item.ask_back is not None]
    parts += [
        (f"cut_{number}", cut_png(read.pages[box.page], box))
        for number, box in asked[:MOST_CUTS]
        if box is not None and box.page < len(read.pages)
    ]
    return parts
