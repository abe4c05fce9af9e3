"""The first bytes decide what a file is."""

import pytest

from channels.inbound import Kind
from channels.web.filetypes import acceptable, looks_like

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 24
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 22
WEBP = b"RIFF\x10\0\0\0WEBPVP8 " + b"\0" * 16
WAVE = b"RIFF\x10\0\0\0WAVEfmt " + b"\0" * 16
HEIC = b"\0\0\0\x18ftypheic" + b"\0" * 20
MP4 = b"\0\0\0\x18ftypisom" + b"\0" * 20
BMP = b"BM\x36\x10\0\0\0\0\0\0\x36\0\0\0" + b"\0" * 18
WEBM = b"\x1a\x45\xdf\xa3" + b"\0" * 28
PDF = b"%PDF-1.7\n" + b"\0" * 23
AMR = b"#!AMR\n" + b"\0" * 26
ZIP = b"PK\x03\x04" + b"\0" * 28


@pytest.mark.parametrize(
    ("head", "family"),
    [
        (PNG, "image"),
        (JPEG, "image"),
        (WEBP, "image"),
        (HEIC, "image"),
        (BMP, "image"),
        (WAVE, "audio"),
        (AMR, "audio"),
        (b"OggS" + b"\0" * 28, "audio"),
        (b"ID3\x04" + b"\0" * 28, "audio"),
        (b"\xff\xfb\x90\x00" + b"\0" * 28, "audio"),
        (MP4, "mp4"),
        (b"\0\0\0\x08wide\0\0\0\0mdat", "mp4"),
        (WEBM, "webm"),
        (PDF, "pdf"),
        (ZIP, ""),
        (b"MZ" + b"\0" * 30, ""),
        (b"BMI of 23 is normal, they say..", ""),
        (b"<!doctype html><script>", ""),
        (b"GIF89a" + b"\0" * 26, ""),
        (b"", ""),
        (b"\x7fELF", ""),
    ],
)
def test_family_by_first_bytes(head: bytes, family: str) -> None:
    assert looks_like(head) == family


@pytest.mark.parametrize(
    ("kind", "head", "taken"),
    [
        (Kind.IMAGE, JPEG, True),
        (Kind.IMAGE, ZIP, False),  # a zip renamed to .jpg
        (Kind.IMAGE, MP4, False),
        (Kind.IMAGE, PDF, False),
        (Kind.VIDEO, MP4, True),
        (Kind.VIDEO, WEBM, True),
        (Kind.VIDEO, JPEG, False),
        (Kind.VOICE, AMR, True),
        (Kind.VOICE, MP4, True),  # .m4a
        (Kind.FILE, PDF, True),
        (Kind.FILE, PNG, True),
        (Kind.FILE, ZIP, False),
    ],
)
def test_what_each_kind_takes(kind: Kind, head: bytes, taken: bool) -> None:
    assert acceptable(kind, head) is taken
