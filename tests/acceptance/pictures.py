"""Photos as a phone takes them, with the place in their EXIF."""

import base64
import io
import struct
import subprocess
import zlib

from settings import ROOT

VISION_PYTHON = ROOT / "vision" / ".venv" / "bin" / "python"
# Made up: somewhere in a lake.
LATITUDE, LONGITUDE = (30, 14, 37), (120, 8, 41)
CAMERA = b"XINGLIN-TEST-CAMERA"

# Pillow lives in vision's environment only.
_MAKE = """
import base64, io, sys
from PIL import Image, ImageDraw
image = Image.new("RGB", (640, 480), (226, 188, 168))
draw = ImageDraw.Draw(image)
for number in range(12):
    draw.ellipse((60 + 45 * number, 120 + 17 * number, 95 + 45 * number, 150 + 17 * number), fill=(190, 70, 70))
out = io.BytesIO()
image.save(out, "JPEG", quality=90)
sys.stdout.write(base64.b64encode(out.getvalue()).decode())
"""


def jpeg() -> bytes:
    """A photo of red spots, 640 x 480, without metadata."""
    done = subprocess.run([str(VISION_PYTHON), "-c", _MAKE], capture_output=True, check=True)
    return base64.b64decode(done.stdout)


def with_place(photo: bytes) -> bytes:
    """The same JPEG with an EXIF block: camera and GPS position."""
    exif = b"Exif\0\0" + _tiff()
    return photo[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + photo[2:]


def place() -> bytes:
    """The bytes of the position as they stand in :func:`with_place`."""
    return _degrees(LATITUDE) + _degrees(LONGITUDE)


def bomb() -> bytes:
    """A PNG of some KB that unpacks to 40,000 x 40,000 pixels."""
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(5001)) for _ in range(4000)) + packer.flush()
    header = struct.pack(">IIBBBBB", 40_000, 40_000, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def archive() -> bytes:
    """A zip."""
    import zipfile  # noqa: PLC0415

    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as opened:
        opened.writestr("photo.jpg", "not one")
    return written.getvalue()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _degrees(value: tuple[int, int, int]) -> bytes:
    return b"".join(struct.pack(">II", part, 1) for part in value)


def _tiff() -> bytes:
    """Big-endian TIFF: IFD0 with Make and a pointer to the GPS IFD (TIFF 6.0; Exif 2.3, 4.6.6)."""
    camera = CAMERA + b"\0"
    ifd0_at = 8
    gps_at = ifd0_at + 2 + 2 * 12 + 4
    values_at = gps_at + 2 + 4 * 12 + 4
    latitude_at, longitude_at, camera_at = values_at, values_at + 24, values_at + 48
    ifd0 = struct.pack(">H", 2)
    ifd0 += struct.pack(">HHII", 0x010F, 2, len(camera), camera_at)
    ifd0 += struct.pack(">HHII", 0x8825, 4, 1, gps_at) + struct.pack(">I", 0)
    gps = struct.pack(">H", 4)
    gps += struct.pack(">HHI4s", 1, 2, 2, b"N\0\0\0") + struct.pack(">HHII", 2, 5, 3, latitude_at)
    gps += struct.pack(">HHI4s", 3, 2, 2, b"E\0\0\0") + struct.pack(">HHII", 4, 5, 3, longitude_at)
    gps += struct.pack(">I", 0)
    return b"MM\0*" + struct.pack(">I", ifd0_at) + ifd0 + gps + place() + camera
