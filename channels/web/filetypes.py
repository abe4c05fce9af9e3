"""Which files a patient may send, and whether the bytes are what the name says.

The first bytes decide, not the claimed type: a zip renamed to .jpg is refused here. Whether the whole file can be
read safely is for the vision process to find out.
"""

from channels.inbound import Kind

# How many bytes from the start `looks_like` needs.
HEAD = 32

_IMAGES = ("image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "image/bmp")
ACCEPTED: dict[Kind, tuple[str, ...]] = {
    Kind.IMAGE: _IMAGES,
    Kind.VIDEO: ("video/mp4", "video/quicktime", "video/3gpp", "video/webm"),
    Kind.VOICE: (
        "audio/amr",
        "audio/mpeg",
        "audio/mp4",
        "audio/x-m4a",
        "audio/aac",
        "audio/wav",
        "audio/ogg",
        "audio/webm",
    ),
    Kind.FILE: ("application/pdf", *_IMAGES),
}

# Eleven bits set (ISO 11172-3; ADTS: ISO 13818-7).
_FRAME_SYNC = 0xFFE0
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")


def looks_like(head: bytes) -> str:
    """The family of a file by its first bytes ("image", "video", "audio", "pdf", "webm", "mp4"), or ""."""
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or _is_bmp(head):
        return "image"
    if head[:4] == b"RIFF":
        return {b"WEBP": "image", b"WAVE": "audio"}.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return "image" if head[8:12] in _HEIF_BRANDS else "mp4"
    if head[4:8] in {b"moov", b"mdat", b"wide", b"free"}:
        return "mp4"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "webm"
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith((b"#!AMR", b"OggS", b"ID3")) or _is_mpeg_audio(head):
        return "audio"
    return ""


def _is_bmp(head: bytes) -> bool:
    # "BM" alone starts many a text; the four reserved bytes of the header are zero.
    return head[:2] == b"BM" and head[6:10] == b"\0\0\0\0"


def _is_mpeg_audio(head: bytes) -> bool:
    return int.from_bytes(head[:2], "big") & _FRAME_SYNC == _FRAME_SYNC


_FAMILIES: dict[Kind, frozenset[str]] = {
    Kind.IMAGE: frozenset({"image"}),
    Kind.VIDEO: frozenset({"mp4", "webm"}),
    Kind.VOICE: frozenset({"audio", "mp4", "webm"}),
    Kind.FILE: frozenset({"image", "pdf"}),
}


def acceptable(kind: Kind, head: bytes) -> bool:
    """Whether bytes that start with ``head`` may be what ``kind`` promises."""
    return looks_like(head) in _FAMILIES[kind]
