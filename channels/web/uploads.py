"""A multipart upload, written to disk as it arrives and refused the moment it is too large."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from channels.inbound import Kind, Upload
from channels.web.filetypes import ACCEPTED, HEAD, acceptable
from channels.web.protocol import CLIENT_ID
from channels.web.spool import open_spooled
from settings import Settings

FIELD_MAX_BYTES = 256
# Boundaries, part headers and the two short fields.
ENVELOPE_MAX_BYTES = 16 * 1024
BOUNDARY_MAX_BYTES = 70  # RFC 2046 5.1.1
LENGTH = re.compile(r"^[0-9]{1,15}$")
MEGABYTE = 1024 * 1024


class UploadRefused(Exception):
    """The upload cannot be taken; ``code`` names the sentence for the patient, ``status`` is HTTP's."""

    def __init__(self, status: int, code: str, **values: object) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class ReceivedUpload:
    """A whole upload: the browser's id of it, what it is, and where its bytes lie."""

    client_id: str
    kind: Kind
    upload: Upload


def limit_of(kind: Kind, settings: Settings) -> int:
    """The most bytes a file of this kind may have."""
    return {
        Kind.IMAGE: settings.photo_max_bytes,
        Kind.VIDEO: settings.video_max_bytes,
        Kind.VOICE: settings.voice_max_bytes,
        Kind.FILE: settings.file_max_bytes,
    }[kind]


def readable_size(size: int) -> str:
    """``20 MB``, ``512 KB``: for patients."""
    return f"{size / MEGABYTE:.0f} MB" if size >= MEGABYTE else f"{max(1, size // 1024)} KB"


async def receive_upload(request: Request, settings: Settings) -> ReceivedUpload:
    """Take the form's ``id``, ``kind`` and ``file``, in this order; raises :class:`UploadRefused`.

    The file is on disk (mode 0600) only when this returns; a refused or broken one has been deleted.
    """
    form = _Form(_boundary(request))
    reception = _Reception(settings, claimed_length=_claimed_length(request))
    try:
        async for part in _parts(request.stream(), form):
            await reception.take(part)
        return reception.finished(form)
    except (FormParserError, ClientDisconnect) as error:
        raise UploadRefused(400, "upload_broken") from error
    except OSError as error:
        raise UploadRefused(503, "unavailable") from error
    finally:
        reception.close()


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 0 < len(boundary) <= BOUNDARY_MAX_BYTES:
        raise UploadRefused(400, "bad_request")
    return boundary


def _claimed_length(request: Request) -> int:
    value = request.headers.get("content-length", "")
    return int(value) if LENGTH.match(value) else 0


@dataclass(slots=True)
class _Piece:
    """Some bytes of one part, with the part's headers."""

    headers: dict[bytes, bytes]
    data: bytes = b""


class _Form:
    """Turns the parser's callbacks into pieces."""

    def __init__(self, boundary: bytes) -> None:
        self.pieces: list[_Piece] = []
        self.complete = False
        self._headers: dict[bytes, bytes] = {}
        self._name = b""
        self._value = b""
        self.parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._data,
                "on_end": self._end,
            },
        )

    def _begin(self) -> None:
        self._headers = {}

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def _headers_finished(self) -> None:
        self.pieces.append(_Piece(self._headers))

    def _data(self, data: bytes, start: int, end: int) -> None:
        self.pieces.append(_Piece(self._headers, data[start:end]))

    def _end(self) -> None:
        self.complete = True


async def _parts(stream: AsyncIterator[bytes], form: _Form) -> AsyncIterator[_Piece]:
    async for chunk in stream:
        form.parser.write(chunk)
        pieces, form.pieces = form.pieces, []
        for piece in pieces:
            yield piece


@dataclass(slots=True)
class _Reception:
    """What has come of one upload so far."""

    settings: Settings
    claimed_length: int
    fields: dict[str, bytes] = field(default_factory=dict)
    kind: Kind | None = None
    part: dict[bytes, bytes] = field(default_factory=dict)
    claimed_type: str = ""
    size: int = 0
    head: bytes = b""
    path: Path | None = None
    file: BinaryIO | None = None
    kept: bool = False

    async def take(self, piece: _Piece) -> None:
        _, options = parse_options_header(piece.headers.get(b"content-disposition"))
        name = options.get(b"name", b"").decode("latin-1")
        if name == "file":
            await self._take_file(piece)
        elif name in {"id", "kind"}:
            self.fields[name] = self.fields.get(name, b"") + piece.data
            if len(self.fields[name]) > FIELD_MAX_BYTES:
                raise UploadRefused(400, "bad_request")
        else:
            raise UploadRefused(400, "bad_request")

    async def _take_file(self, piece: _Piece) -> None:
        if self.kind is None:
            self.kind = self._read_kind()
            self.part = piece.headers
            self.claimed_type = piece.headers.get(b"content-type", b"").decode("latin-1").split(";")[0].strip().lower()
            if self.claimed_type not in ACCEPTED[self.kind]:
                raise UploadRefused(415, f"upload_{self.kind}_type")
            if self.claimed_length > limit_of(self.kind, self.settings) + ENVELOPE_MAX_BYTES:
                raise self._too_large()
            self.path, self.file = await asyncio.to_thread(open_spooled)
        if piece.headers is not self.part:
            # A second file in one form: it would be glued to the first.
            raise UploadRefused(400, "bad_request")
        self.size += len(piece.data)
        if self.size > limit_of(self.kind, self.settings):
            raise self._too_large()
        if len(self.head) < HEAD:
            self.head = (self.head + piece.data)[:HEAD]
            if len(self.head) == HEAD and not acceptable(self.kind, self.head):
                raise UploadRefused(415, f"upload_{self.kind}_type")
        assert self.file is not None
        await asyncio.to_thread(self.file.write, piece.data)

    def _read_kind(self) -> Kind:
        try:
            kind = Kind(self.fields.get("kind", b"").decode("latin-1"))
        except ValueError as error:
            raise UploadRefused(400, "bad_request") from error
        if kind not in ACCEPTED:
            raise UploadRefused(400, "bad_request")
        return kind

    def _too_large(self) -> UploadRefused:
        assert self.kind is not None
        limit = readable_size(limit_of(self.kind, self.settings))
        return UploadRefused(413, f"upload_{self.kind}_too_large", limit=limit)

    def finished(self, form: _Form) -> ReceivedUpload:
        """The whole upload; raises :class:`UploadRefused` when something of it is missing."""
        if not form.complete or self.kind is None or self.path is None or self.file is None:
            raise UploadRefused(400, "upload_broken")
        client_id = self.fields.get("id", b"").decode("latin-1")
        if not re.fullmatch(CLIENT_ID, client_id):
            raise UploadRefused(400, "bad_request")
        if not self.size:
            raise UploadRefused(400, "upload_empty")
        if not acceptable(self.kind, self.head):
            raise UploadRefused(415, f"upload_{self.kind}_type")
        self.file.close()
        self.kept = True
        upload = Upload(path=self.path, claimed_type=self.claimed_type, size=self.size)
        return ReceivedUpload(client_id=client_id, kind=self.kind, upload=upload)

    def close(self) -> None:
        """Close the file, and delete it unless it was taken whole."""
        if self.file is not None:
            self.file.close()
        if self.path is not None and not self.kept:
            self.path.unlink(missing_ok=True)
