"""Files made on the spot: good ones, hostile ones."""

import io
import struct
import zipfile
import zlib

import pillow_heif
from PIL import Image

Exif = dict[int, int | str]


def photo(form: str = "JPEG", size: tuple[int, int] = (320, 200), *, exif: Exif | None = None) -> bytes:
    """A gradient, so that something can be compared after re-encoding."""
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    written = io.BytesIO()
    options: dict[str, object] = {}
    if exif:
        tags = Image.Exif()
        for tag, value in exif.items():
            tags[tag] = value
        if 0x8825 in exif:  # GPS
            tags[0x8825] = {1: "N", 2: (39.0, 54.0, 20.0), 3: "E", 4: (116.0, 23.0, 29.0)}
        options["exif"] = tags
    picture.save(written, form, **options)
    return written.getvalue()


def heic(size: tuple[int, int] = (64, 48)) -> bytes:
    written = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", size, "red")).save(written)
    return written.getvalue()


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of a few kilobytes that would be 2.7 GB when decoded."""
    rows = zlib.compressobj(9)
    data = b"".join(rows.compress(b"\0" * (width * 3 + 1)) for _ in range(64)) + rows.flush()
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", data)
        + chunk(b"IEND", b"")
    )


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def box(name: bytes, *parts: bytes) -> bytes:
    inside = b"".join(parts)
    return struct.pack(">I", 8 + len(inside)) + name + inside


def movie(*, handler: bytes = b"vide", brand: bytes = b"isom", seconds: int = 7, late: bool = False) -> bytes:
    """An MP4 of tables only: one track, 640 by 480."""
    header = box(b"mvhd", b"\0" * 12, struct.pack(">II", 1000, seconds * 1000), b"\0" * 80)
    size = struct.pack(">HHHH", 640, 0, 480, 0) if handler == b"vide" else b"\0" * 8
    track = box(
        b"trak",
        box(b"tkhd", b"\0" * 76, size),
        box(b"mdia", box(b"hdlr", b"\0" * 8, handler, b"\0" * 12)),
    )
    tables, media = box(b"moov", header, track), box(b"mdat", b"\0" * 5000)
    return box(b"ftyp", brand, b"\0\0\2\0", b"isomiso2") + (media + tables if late else tables + media)


def pdf(pages: int = 2, *, encrypted: bool = False) -> bytes:
    body = b"".join(b"%d 0 obj\n<< /Type /Page /Parent 1 0 R >>\nendobj\n" % (number + 2) for number in range(pages))
    lock = b" /Encrypt 9 0 R" if encrypted else b""
    return b"%PDF-1.4\n1 0 obj\n<< /Type /Pages /Count 2 >>\nendobj\n" + body + b"trailer <<" + lock + b" >>\n%%EOF\n"


def archive(*names: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as opened:
        for name in names or ("a.txt",):
            opened.writestr(name, "x" * 50)
    return written.getvalue()
