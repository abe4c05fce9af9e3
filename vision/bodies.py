"""Bodies in and out: held in memory, never on a disk."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex

from fastapi import Request, Response


class TooManyBytes(Exception):
    """The body is longer than any file that is taken."""


def as_form(parts: list[tuple[str, str, bytes]]) -> Response:
    """``multipart/form-data`` of (name, content type, content)."""
    boundary = token_hex(16)
    body = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\nContent-Type: {kind}\r\n\r\n'.encode()
        + content
        + b"\r\n"
        for name, kind, content in parts
    )
    return Response(body + f"--{boundary}--\r\n".encode(), media_type=f"multipart/form-data; boundary={boundary}")


@contextmanager
def held() -> Iterator[int]:
    """A file in memory that has no name: nothing of it is ever on a disk, and it is gone when closed."""
    descriptor = os.memfd_create("upload", os.MFD_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


async def received(request: Request, descriptor: int, max_bytes: int) -> int:
    """Write the body into the file; returns its bytes. Raises TooManyBytes."""
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > max_bytes:
            raise TooManyBytes
        rest = memoryview(part)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    return size
