"""Photos: measured, and made harmless. Runs in a worker only."""

import io
import warnings
from dataclasses import dataclass
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


def _lies(picture: Image.Image) -> bool:
    """Whether the camera was held upright while its picture lies on its side (EXIF orientation)."""
    return picture.getexif().get(0x0112, 1) in {5, 6, 7, 8}


def measure(file: BinaryIO, content_type: str) -> dict[str, int]:
    """Width and height as shown (after the camera's rotation). Raises TooManyPixels, Damaged."""
    with _opened(file, content_type) as picture:
        try:
            turned = _lies(picture)
            width, height = picture.size
            picture.draft("RGB", (1024, 1024))  # a JPEG decodes at a fraction of its size; read to its end all the same
            picture.load()
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise TooManyPixels from None
        except Exception:
            raise Damaged from None
    return {"width": height, "height": width} if turned else {"width": width, "height": height}


@dataclass(frozen=True)
class Shown:
    """A picture as it is looked at: ``picture`` is upright, RGB, sRGB; ``width`` and ``height`` are those of the file,
    upright; of an ``animated`` one ``picture`` is the first frame."""

    picture: Image.Image
    width: int
    height: int
    animated: bool = False


def shown(file: BinaryIO, content_type: str, side: int = MAX_SIDE) -> Shown:
    """The photo's pixels, at most ``side`` on its longer side. Raises TooManyPixels, Damaged."""
    with _opened(file, content_type) as picture:
        try:
            animated = bool(getattr(picture, "is_animated", False))
            size, turned = picture.size, _lies(picture)
            # A JPEG is decoded at the smallest of its scales that is still large enough.
            share = min(1.0, side / max(size))
            picture.draft("RGB", (max(1, int(size[0] * share)), max(1, int(size[1] * share))))
            even = _eight_bits(picture)
            even.thumbnail((side, side), Image.Resampling.LANCZOS)
            plain = _on_white(_in_srgb(ImageOps.exif_transpose(even)))
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise TooManyPixels from None
        except Exception:
            raise Damaged from None
    width, height = reversed(size) if turned else size
    return Shown(plain, width, height, animated)


def sanitise(file: BinaryIO, content_type: str) -> bytes:
    """The photo as a JPEG of its pixels alone: upright, sRGB, at most 4096 a side, no metadata and no place.

    Raises TooManyPixels, Damaged.
    """
    written = io.BytesIO()
    shown(file, content_type).picture.save(written, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return written.getvalue()


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Sixteen bits a sample would be cut off at 255, which is white almost everywhere."""
    if not picture.mode.startswith("I;16") and picture.mode not in {"I", "F"}:
        return picture
    wide = picture.convert("F")
    scale = 255 / 65535 if wide.getextrema()[1] > 255 else 1.0  # noqa: PLR2004
    return wide.point(lambda value: value * scale).convert("L")


def _in_srgb(picture: Image.Image) -> Image.Image:
    # Redness is a finding: a phone's wide colours must not turn pale when their profile is dropped.
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in {"RGB", "RGBA", "CMYK"}:
        return picture
    try:
        converted = ImageCms.profileToProfile(
            picture,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB" if picture.mode == "CMYK" else None,
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
