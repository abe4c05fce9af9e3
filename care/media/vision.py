"""The vision process as the house sees it: bytes over a Unix socket (or TCP, where vision hosts stand apart)."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict

from settings import Settings

CHUNK_BYTES = 256 * 1024
# It answers over a file within 15 s or gives the file up; two callers may be before us.
TIMEOUT = httpx.Timeout(60.0, connect=2.0)
# A clip may take vision five minutes, and wait for another.
ANALYSIS_TIMEOUT = httpx.Timeout(660.0, connect=2.0)


class VisionAway(Exception):
    """The vision process does not answer."""


class PhotoNotReadable(Exception):
    """No clean photo can be made of these bytes; the argument is vision's word for why."""


class Inspection(BaseModel):
    """What a file is by its bytes. ``kind`` is photo, video, voice, document or unknown; ``size`` is bytes."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    content_type: str
    kind: str
    size: int
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    pages: int | None = None
    problem: str | None = None


class NotAnalysed(Exception):
    """Vision gave this file up; the argument is its word for why (``unsafe``: a worker died of it)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine answered: its findings as JSON values, and (content type, bytes) by the name of the part."""

    findings: dict[str, Any] = field(repr=False)
    files: dict[str, tuple[str, bytes]] = field(repr=False)


class VisionClient:
    """Safe to share between threads."""

    def __init__(self, settings: Settings, *, timeout: httpx.Timeout = TIMEOUT) -> None:
        apart = settings.vision_url.rstrip("/")
        self._socket = None if apart else settings.vision_socket_path
        self._http = httpx.Client(
            base_url=apart or "http://vision",
            transport=None if apart else httpx.HTTPTransport(uds=str(self._socket)),
            timeout=timeout,
            trust_env=False,
        )

    def close(self) -> None:
        self._http.close()

    def inspect(self, file: Path) -> Inspection:
        """What the file is; raises VisionAway, OSError."""
        with self._sent("/inspect", file) as response:
            if response.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
                return Inspection(
                    content_type="application/octet-stream",
                    kind="unknown",
                    size=file.stat().st_size,
                    problem="too_many_bytes",
                )
            if not response.is_success:
                raise VisionAway(f"HTTP {response.status_code}")
            return Inspection.model_validate_json(response.read())

    def sanitise(self, file: Path, *, to: Path) -> None:
        """Write the photo at ``file`` to ``to`` as a plain JPEG without metadata; raises PhotoNotReadable,
        VisionAway, OSError."""
        with self._sent("/sanitise", file) as response:
            if response.status_code in {413, 415, 422}:
                response.read()
                raise PhotoNotReadable(str(_body(response).get("problem", "damaged")))
            if not response.is_success:
                raise VisionAway(f"HTTP {response.status_code}")
            to.touch(mode=0o600)
            with to.open("wb") as written:
                for part in response.iter_bytes(CHUNK_BYTES):
                    written.write(part)

    def analyse(self, path: str, file: Path, *, asked: Mapping[str, str | int | float] | None = None) -> Answer:
        """Have an engine (``/rehab``, ``/skin``, ``/report``) look at a file, with ``asked`` as its query; raises
        NotAnalysed, VisionAway, OSError."""
        with self._sent(path, file, params=asked, timeout=ANALYSIS_TIMEOUT) as response:
            body = response.read()
            if response.status_code in {404, 413, 415, 422}:
                raise NotAnalysed(str(_body(response).get("problem", "unsafe")))
            if not response.is_success:
                raise VisionAway(f"HTTP {response.status_code}")
            return _answer(response.headers["content-type"], body)

    @contextmanager
    def _sent(
        self,
        path: str,
        file: Path,
        *,
        params: Mapping[str, str | int | float] | None = None,
        timeout: httpx.Timeout | None = None,
    ) -> Iterator[httpx.Response]:
        if self._socket is not None and not self._socket.is_socket():
            raise VisionAway("no socket")
        with file.open("rb") as content:
            try:
                with self._http.stream(
                    "POST",
                    path,
                    params=params,
                    content=iter(lambda: content.read(CHUNK_BYTES), b""),
                    timeout=timeout or self._http.timeout,
                ) as response:
                    yield response
            except httpx.TransportError as error:
                raise VisionAway(type(error).__name__) from None


def _body(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _answer(content_type: str, body: bytes) -> Answer:
    """``multipart/form-data`` taken apart: ``findings`` and the rest. Raises VisionAway for anything else."""
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    parts: dict[str, tuple[str, bytes]] = {}
    for part in message.iter_parts() if message.is_multipart() else ():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        parts[str(part.get_param("name", header="content-disposition"))] = (part.get_content_type(), content)
    try:
        _, findings = parts.pop("findings")
        return Answer(json.loads(findings), parts)
    except (KeyError, ValueError):
        raise VisionAway("unreadable answer") from None
