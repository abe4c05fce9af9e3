"""Photos, voice and video that patients sent: fetched at once, streamed to disk, refused when too large.

A ``media_id`` is good for 3 days; the durable job fetches it within seconds.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from care.texts import text
from channels.inbound import Kind, Upload
from channels.wechat.client import WeChatClient
from channels.wechat.errors import MediaGone, NotSent, Refused, WeChatError, error_for
from channels.wechat.tokens import AccessToken
from settings import Settings

CHUNK_BYTES = 64 * 1024
MEBIBYTE = 1024 * 1024
_MAX_JSON_BYTES = 64 * 1024


class MediaTooLarge(Refused):
    """The file is larger than the house takes."""

    def __init__(self, kind: Kind, limit: int) -> None:
        super().__init__("too large")
        self.sentence = text(f"wechat.too_large.{kind}", limit=limit // MEBIBYTE)


@dataclass(frozen=True, slots=True)
class _Found:
    """Where the bytes are: in this answer, or (video) at an address that it names."""

    upload: Upload | None = None
    video_url: str = ""


def limit_for(kind: Kind, settings: Settings) -> int:
    """Most bytes of one file: photo 20 MB, video 100 MB, voice 2 MB as delivered."""
    return {
        Kind.IMAGE: settings.photo_max_bytes,
        Kind.VIDEO: settings.video_max_bytes,
        Kind.VOICE: settings.voice_max_bytes,
    }.get(kind, settings.file_max_bytes)


def sentence_for(error: WeChatError) -> str:
    """What the patient is told when their file could not be had."""
    return error.sentence if isinstance(error, MediaTooLarge) else text("wechat.media_gone")


def download_media(client: WeChatClient, media_id: str, to: Path, *, kind: Kind, limit: int) -> Upload:
    """Stream one file to ``to`` (mode 0600); returns it with the type that WeChat claims.

    Raises :class:`MediaTooLarge` as soon as ``limit`` bytes are passed, :class:`MediaGone` when WeChat has it no
    longer, another WeChatError when it may be tried again. Nothing stays on disk then.
    """

    def fetch(token: AccessToken) -> _Found:
        query = {"access_token": token.value, "media_id": media_id}
        with client.stream("/cgi-bin/media/get", query) as response:
            return _receive(response, to, kind=kind, limit=limit)

    try:
        found = client.with_token(fetch)
        if found.upload is not None:
            return found.upload
        if urlsplit(found.video_url).scheme not in {"http", "https"}:
            raise MediaGone("no video_url")
        with client.stream(found.video_url) as response:
            upload = _receive(response, to, kind=kind, limit=limit).upload
    except BaseException:
        to.unlink(missing_ok=True)
        raise
    if upload is None:
        raise MediaGone("no video")
    return upload


def _receive(response: httpx.Response, to: Path, *, kind: Kind, limit: int) -> _Found:
    if response.is_server_error:
        raise NotSent(f"HTTP {response.status_code}")
    if not response.is_success:
        raise MediaGone(f"HTTP {response.status_code}")
    claimed = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    # Errors, and the address of a video, come as JSON; a file always has a name.
    if claimed in {"application/json", "text/plain"} and "content-disposition" not in response.headers:
        return _read_json(response)
    if _number(response.headers.get("content-length")) > limit:
        raise MediaTooLarge(kind, limit)
    return _Found(upload=Upload(path=to, claimed_type=claimed, size=_write(response, to, kind=kind, limit=limit)))


def _write(response: httpx.Response, to: Path, *, kind: Kind, limit: int) -> int:
    size = 0
    with open(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123  (mode from the start)
        for chunk in response.iter_bytes(CHUNK_BYTES):
            size += len(chunk)
            if size > limit:
                raise MediaTooLarge(kind, limit)
            file.write(chunk)
    return size


def _read_json(response: httpx.Response) -> _Found:
    data = b"".join(_bounded(response.iter_bytes(CHUNK_BYTES)))
    try:
        body = json.loads(data)
        errcode = int(body.get("errcode", 0))
    except (ValueError, AttributeError, TypeError):
        raise MediaGone("not JSON") from None
    if errcode:
        raise error_for(errcode)
    return _Found(video_url=str(body.get("video_url", "")))


def _bounded(chunks: Iterator[bytes]) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > _MAX_JSON_BYTES:
            raise MediaGone("answer too long")
        yield chunk


def _number(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() else 0
