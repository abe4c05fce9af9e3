"""The vision process as the house sees it: bytes over a Unix socket (or TCP, where vision hosts stand apart)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict

from settings import Settings

CHUNK_BYTES = 256 * 1024
# It answers over a file within 15 s or gives the file up; two callers may be before us.
TIMEOUT = httpx.Timeout(60.0, connect=2.0)


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

    @contextmanager
    def _sent(self, path: str, file: Path) -> Iterator[httpx.Response]:
        if self._socket is not None and not self._socket.is_socket():
            raise VisionAway("no socket")
        with file.open("rb") as content:
            try:
                with self._http.stream("POST", path, content=iter(lambda: content.read(CHUNK_BYTES), b"")) as response:
                    yield response
            except httpx.TransportError as error:
                raise VisionAway(type(error).__name__) from None


def _body(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
