"""What bytes are, by their first ones: a zip renamed to .jpg is a zip. Compares only, parses nothing."""

from dataclasses import dataclass
from enum import StrEnum

HEAD_BYTES = 4096
OCTETS = "application/octet-stream"


class MediaKind(StrEnum):
    """What a file is good for."""

    PHOTO = "photo"
    VIDEO = "video"
    VOICE = "voice"
    DOCUMENT = "document"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Sniffed:
    content_type: str
    kind: MediaKind


_AT_START: tuple[tuple[bytes, str, MediaKind], ...] = (
    (b"\xff\xd8\xff", "image/jpeg", MediaKind.PHOTO),
    (b"\x89PNG\r\n\x1a\n", "image/png", MediaKind.PHOTO),
    (b"GIF87a", "image/gif", MediaKind.PHOTO),
    (b"GIF89a", "image/gif", MediaKind.PHOTO),
    (b"%PDF-", "application/pdf", MediaKind.DOCUMENT),
    (b"#!AMR-WB\n", "audio/amr-wb", MediaKind.VOICE),
    (b"#!AMR\n", "audio/amr", MediaKind.VOICE),
    (b"#!SILK", "audio/silk", MediaKind.VOICE),
    (b"\x02#!SILK", "audio/silk", MediaKind.VOICE),
    (b"OggS", "audio/ogg", MediaKind.VOICE),
    (b"ID3", "audio/mpeg", MediaKind.VOICE),
    (b"fLaC", "audio/flac", MediaKind.VOICE),
    (b"\x00\x00\x01\xba", "video/mpeg", MediaKind.VIDEO),
    (b"II*\x00", "image/tiff", MediaKind.UNKNOWN),
    (b"MM\x00*", "image/tiff", MediaKind.UNKNOWN),
    (b"PK\x03\x04", "application/zip", MediaKind.UNKNOWN),
    (b"PK\x05\x06", "application/zip", MediaKind.UNKNOWN),
    (b"Rar!\x1a\x07", "application/vnd.rar", MediaKind.UNKNOWN),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed", MediaKind.UNKNOWN),
    (b"\x1f\x8b", "application/gzip", MediaKind.UNKNOWN),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage", MediaKind.UNKNOWN),
    (b"MZ", "application/vnd.microsoft.portable-executable", MediaKind.UNKNOWN),
    (b"\x7fELF", "application/x-elf", MediaKind.UNKNOWN),
)
_OFFICE = (
    (b"word/", "wordprocessingml.document"),
    (b"xl/", "spreadsheetml.sheet"),
    (b"ppt/", "presentationml.presentation"),
)
_MARKUP = (
    (b"<svg", "image/svg+xml"),
    (b"<!doctype html", "text/html"),
    (b"<html", "text/html"),
    (b"<?xml", "text/xml"),
)

# ISO base media file format: the major brand of the ftyp box.
_HEIF = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
_AVIF = frozenset({b"avif", b"avis"})
_AUDIO_BRANDS = frozenset({b"M4A ", b"M4B "})
_DICOM_AT = 128


def sniff(head: bytes) -> Sniffed:
    """The type of a file that starts with ``head`` (up to ``HEAD_BYTES`` are looked at)."""
    head = head[:HEAD_BYTES]
    if not head:
        return Sniffed("application/x-empty", MediaKind.UNKNOWN)
    for magic, content_type, kind in _AT_START:
        if head.startswith(magic):
            return _office(head) if content_type == "application/zip" else Sniffed(content_type, kind)
    return _riff(head) or _boxes(head) or _others(head)


def _riff(head: bytes) -> Sniffed | None:
    if head[:4] != b"RIFF":
        return None
    return {
        b"WEBP": Sniffed("image/webp", MediaKind.PHOTO),
        b"WAVE": Sniffed("audio/wav", MediaKind.VOICE),
        b"AVI ": Sniffed("video/x-msvideo", MediaKind.VIDEO),
    }.get(head[8:12])


def _boxes(head: bytes) -> Sniffed | None:
    if head[4:8] in {b"moov", b"mdat", b"wide"}:  # QuickTime before ftyp was invented
        return Sniffed("video/quicktime", MediaKind.VIDEO)
    if head[4:8] != b"ftyp":
        return None
    brand = head[8:12]
    if brand in _HEIF:
        return Sniffed("image/heic", MediaKind.PHOTO)
    if brand in _AVIF:
        return Sniffed("image/avif", MediaKind.PHOTO)
    if brand in _AUDIO_BRANDS:
        return Sniffed("audio/mp4", MediaKind.VOICE)
    if brand == b"qt  ":
        return Sniffed("video/quicktime", MediaKind.VIDEO)
    return Sniffed("video/3gpp" if brand.startswith(b"3g") else "video/mp4", MediaKind.VIDEO)


def _others(head: bytes) -> Sniffed:
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return Sniffed("video/webm" if b"webm" in head else "video/x-matroska", MediaKind.VIDEO)
    if head[_DICOM_AT : _DICOM_AT + 4] == b"DICM":
        return Sniffed("application/dicom", MediaKind.UNKNOWN)
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0":  # "BM" alone starts many a text
        return Sniffed("image/bmp", MediaKind.PHOTO)
    if _is_mpeg_frame(head):
        return Sniffed("audio/aac" if head[1] & 0x06 == 0 else "audio/mpeg", MediaKind.VOICE)
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for mark, content_type in _MARKUP:
        if text.startswith(mark):
            # An SVG may hide behind an XML declaration.
            return Sniffed("image/svg+xml" if b"<svg" in text else content_type, MediaKind.UNKNOWN)
    return Sniffed("text/plain" if _is_text(head) else OCTETS, MediaKind.UNKNOWN)


def _office(head: bytes) -> Sniffed:
    for folder, name in _OFFICE:
        if b"[Content_Types].xml" in head and folder in head:
            return Sniffed(f"application/vnd.openxmlformats-officedocument.{name}", MediaKind.UNKNOWN)
    return Sniffed("application/zip", MediaKind.UNKNOWN)


def _is_mpeg_frame(head: bytes) -> bool:
    # ISO 11172-3 and ADTS (ISO 13818-7): twelve bits set (eleven in MPEG 2.5), then fields that have forbidden values.
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:  # noqa: PLR2004
        return False
    if head[1] & 0xF6 == 0xF0:  # noqa: PLR2004  (ADTS: layer 0)
        return (head[2] >> 2) & 0x0F < 13  # noqa: PLR2004  (sampling rates)
    layer, version = (head[1] >> 1) & 3, (head[1] >> 3) & 3
    return layer != 0 and version != 1 and head[2] >> 4 not in {0, 15} and (head[2] >> 2) & 3 != 3  # noqa: PLR2004


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4  # cut inside a character
    return True
