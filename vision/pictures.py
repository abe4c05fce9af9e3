"""Photos: measured, and made harmless. Runs in a worker only."""

import io
import warnings
from typing import BinaryIO

import pillow_heif
from PIL import Image, ImageCms, ImageOps

# 64 million pixels: above what phones send (48 million), and 192 MB when decoded.
MAX_PIXELS = 64_000_000
MAX_SIDE = 4096  # of what is kept; finer than a lesion or a line of print needs
JPEG_QUALITY = 92

# Only the opener that the first bytes call for is ever tried.
FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/bmp": "BMP",
    "image/heic": "HEIF",
    "image/avif": "AVIF",
}

pillow_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
# A picture of twice the limit is an error anyway; of once the limit only a warning, if this were not said.
warnings.simplefilter("error", Image.DecompressionBombWarning)


class TooManyPixels(Exception):
    """More pixels than may be decoded."""


class Damaged(Exception):
    """The picture cannot be read to its end."""


def _opened(file: BinaryIO, content_type: str) -> Image.Image:
    try:
        picture = Image.open(file, formats=[FORMATS[content_type]])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooManyPixels from None
    except Exception:
        # Decoders raise whatever they like on hostile input.
        raise Damaged from None
    if picture.width * picture.height > MAX_PIXELS:
        raise TooManyPixels
    return picture


def measure(file: BinaryIO, content_type: str) -> dict[str, int]:
    """Width and height as shown (after the camera's rotation). Raises TooManyPixels, Damaged."""
    with _opened(file, content_type) as picture:
        try:
            turned = picture.getexif().get(0x0112, 1) in {5, 6, 7, 8}
            width, height = picture.size
            picture.draft("RGB", (1024, 1024))  # a JPEG decodes at a fraction of its size; read to its end all the same
            picture.load()
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise TooManyPixels from None
        except Exception:
            raise Damaged from None
    return {"width": height, "height": width} if turned else {"width": width, "height": height}


def sanitise(file: BinaryIO, content_type: str) -> bytes:
    """The photo as a JPEG of its pixels alone: upright, sRGB, at most 4096 a side, no metadata and no place.

    Raises TooManyPixels, Damaged.
    """
    with _opened(file, content_type) as picture:
        try:
            picture.draft("RGB", (MAX_SIDE, MAX_SIDE))
            picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
            upright = ImageOps.exif_transpose(picture)
            plain = _on_white(_in_srgb(upright))
            written = io.BytesIO()
            plain.save(written, "JPEG", quality=JPEG_QUALITY, subsampling=0)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise TooManyPixels from None
        except Exception:
            raise Damaged from None
    return written.getvalue()


def _in_srgb(picture: Image.Image) -> Image.Image:
    # Redness is a finding: a phone's wide colours must not turn pale when their profile is dropped.
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in {"RGB", "RGBA"}:
        return picture
    try:
        converted = ImageCms.profileToProfile(
            picture, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        )
    except (ImageCms.PyCMSError, OSError):
        return picture
    return converted or picture


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode not in {"RGBA", "LA", "PA"} and "transparency" not in picture.info:
        plain = picture.convert("RGB")
    else:
        layered = picture.convert("RGBA")
        plain = Image.new("RGB", layered.size, "white")
        plain.paste(layered, mask=layered.getchannel("A"))
    plain.info = {}
    return plain
