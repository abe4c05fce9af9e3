"""First bytes name a file, whatever it is called."""

import random

import pytest

from vision.sniff import MediaKind, sniff
from vision.tests.files import archive, bomb, heic, movie, pdf, photo


@pytest.mark.parametrize(
    ("data", "content_type", "kind"),
    [
        (photo("JPEG"), "image/jpeg", MediaKind.PHOTO),
        (photo("PNG"), "image/png", MediaKind.PHOTO),
        (photo("WEBP"), "image/webp", MediaKind.PHOTO),
        (photo("GIF"), "image/gif", MediaKind.PHOTO),
        (photo("BMP"), "image/bmp", MediaKind.PHOTO),
        (photo("AVIF"), "image/avif", MediaKind.PHOTO),
        (photo("TIFF"), "image/tiff", MediaKind.UNKNOWN),
        (heic(), "image/heic", MediaKind.PHOTO),
        (bomb(), "image/png", MediaKind.PHOTO),
        (movie(), "video/mp4", MediaKind.VIDEO),
        (movie(brand=b"qt  "), "video/quicktime", MediaKind.VIDEO),
        (movie(brand=b"3gp4"), "video/3gpp", MediaKind.VIDEO),
        (movie(brand=b"M4A "), "audio/mp4", MediaKind.VOICE),
        (b"\x1a\x45\xdf\xa3....webm", "video/webm", MediaKind.VIDEO),
        (b"#!AMR\nabc", "audio/amr", MediaKind.VOICE),
        (b"\x02#!SILK_V3abc", "audio/silk", MediaKind.VOICE),
        (b"OggS\0\2abc", "audio/ogg", MediaKind.VOICE),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav", MediaKind.VOICE),
        (b"ID3\x04abc", "audio/mpeg", MediaKind.VOICE),
        (b"\xff\xfb\x90\x64abc", "audio/mpeg", MediaKind.VOICE),
        (b"\xff\xf1\x50\x80abc", "audio/aac", MediaKind.VOICE),
        (pdf(), "application/pdf", MediaKind.DOCUMENT),
        (archive(), "application/zip", MediaKind.UNKNOWN),  # renamed to .jpg it is still this
        (
            archive("[Content_Types].xml", "word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            MediaKind.UNKNOWN,
        ),
        (b"MZ\x90\0", "application/vnd.microsoft.portable-executable", MediaKind.UNKNOWN),
        (b"\x7fELF\2", "application/x-elf", MediaKind.UNKNOWN),
        (b" \n<!DOCTYPE html><script>", "text/html", MediaKind.UNKNOWN),
        (b"<?xml version='1.0'?><svg onload=x>", "image/svg+xml", MediaKind.UNKNOWN),
        (b"\0" * 128 + b"DICM", "application/dicom", MediaKind.UNKNOWN),
        ("你好".encode(), "text/plain", MediaKind.UNKNOWN),
        (b"BM is how this text begins", "text/plain", MediaKind.UNKNOWN),
        (b"\xff\xff\xff\xff\0", "application/octet-stream", MediaKind.UNKNOWN),
        (b"", "application/x-empty", MediaKind.UNKNOWN),
    ],
)
def test_named_by_its_bytes(data: bytes, content_type: str, kind: MediaKind) -> None:
    assert (sniff(data).content_type, sniff(data).kind) == (content_type, kind)


def test_a_text_cut_inside_a_character_is_text() -> None:
    assert sniff(("a" + "字" * 5000).encode()).content_type == "text/plain"


def test_no_bytes_make_it_fail() -> None:
    dice = random.Random(7)
    for length in range(600):
        sniff(dice.randbytes(length))
