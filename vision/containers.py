"""Containers of video, voice and documents: a bounded look at their tables, no decoding. Runs in a worker only."""

import re
from collections.abc import Iterator
from typing import BinaryIO

MAX_BOXES = 200
MAX_TABLE_BYTES = 4 * 1024 * 1024
MAX_PDF_BYTES = 32 * 1024 * 1024
PDF_TAIL_BYTES = 2048
EBML_BYTES = 256 * 1024


class Damaged(Exception):
    """The container's tables cannot be read."""


Found = dict[str, int | float | str | bool | None]


def look(file: BinaryIO, content_type: str, size: int) -> Found:
    """What the container says of itself: ``duration_s``, ``width``, ``height``, ``pages``, ``encrypted``; and
    ``kind`` where a video container holds only sound. Raises Damaged."""
    if content_type in {"video/mp4", "video/quicktime", "video/3gpp", "audio/mp4"}:
        return _movie(file, size)
    if content_type in {"video/webm", "video/x-matroska"}:
        return _ebml(file.read(EBML_BYTES), content_type)
    if content_type == "application/pdf":
        return _pdf(file, size)
    return {}


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Boxes of ISO 14496-12 between two places of ``data``: name, start and end of what is inside."""
    for _ in range(MAX_BOXES):
        if start + 8 > end:
            return
        length, name, inside = int.from_bytes(data[start : start + 4], "big"), data[start + 4 : start + 8], start + 8
        if length == 1:
            length, inside = int.from_bytes(data[start + 8 : start + 16], "big"), start + 16
        if length == 0:
            length = end - start
        if length < inside - start or start + length > end:
            return
        yield name, inside, start + length
        start += length


def _movie_table(file: BinaryIO, size: int) -> bytes:
    """The ``moov`` box, wherever in the file it is."""
    place = 0
    for _ in range(MAX_BOXES):
        file.seek(place)
        header = file.read(16)
        if len(header) < 8:  # noqa: PLR2004
            break
        length = int.from_bytes(header[:4], "big")
        if length == 1:
            length = int.from_bytes(header[8:16], "big")
        if length == 0:
            length = size - place
        if length < 8 or place + length > size:  # noqa: PLR2004
            break
        if header[4:8] == b"moov":
            file.seek(place)
            return file.read(min(length, MAX_TABLE_BYTES))
        place += length
    raise Damaged


def _movie(file: BinaryIO, size: int) -> Found:
    table = _movie_table(file, size)
    found: Found = {}
    tracks: set[bytes] = set()
    for name, start, end in _boxes(table, 8, len(table)):
        if name == b"mvhd":
            found["duration_s"] = _duration(table[start:end])
        elif name == b"trak":
            for inner, inner_start, inner_end in _boxes(table, start, end):
                if inner == b"tkhd":
                    width, height = _track_size(table[inner_start:inner_end])
                    if width and height:
                        found |= {"width": width, "height": height}
                elif inner == b"mdia":
                    tracks |= {
                        table[at + 8 : at + 12]
                        for box, at, _ in _boxes(table, inner_start, inner_end)
                        if box == b"hdlr"
                    }
    if not tracks & {b"vide", b"soun"}:
        raise Damaged
    if b"vide" not in tracks:
        found |= {"kind": "voice", "content_type": "audio/mp4"}
    return found


def _duration(header: bytes) -> float | None:
    if header[:1] == b"\1":
        scale, units = int.from_bytes(header[20:24], "big"), int.from_bytes(header[24:32], "big")
    else:
        scale, units = int.from_bytes(header[12:16], "big"), int.from_bytes(header[16:20], "big")
    return round(units / scale, 3) if scale else None


def _track_size(header: bytes) -> tuple[int, int]:
    at = 88 if header[:1] == b"\1" else 76
    return int.from_bytes(header[at : at + 2], "big"), int.from_bytes(header[at + 4 : at + 6], "big")


def _ebml(head: bytes, content_type: str) -> Found:
    pictures, sound = re.search(rb"V_(?:VP8|VP9|AV1|MPEG4|MPEGH|THEORA)", head), re.search(rb"A_[A-Z]{3}", head)
    if pictures is None and sound is not None:
        return {"kind": "voice", "content_type": content_type.replace("video", "audio")}
    if pictures is None:
        raise Damaged
    return {}


def _pdf(file: BinaryIO, size: int) -> Found:
    data = file.read(MAX_PDF_BYTES)
    file.seek(max(0, size - PDF_TAIL_BYTES))
    if b"%%EOF" not in file.read(PDF_TAIL_BYTES):
        raise Damaged
    # Pages packed into object streams cannot be counted without unpacking them, which is not done here.
    pages = len(re.findall(rb"/Type\s*/Page(?![A-Za-z])", data))
    return {"pages": pages or None, "encrypted": b"/Encrypt" in data}
