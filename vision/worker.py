"""A worker: parses one file after another under hard limits. Started by :mod:`vision.pool`, never by hand.

It gets each file as an open descriptor over its socket, so it needs no path, no disk and no network. A worker of the
``rehab`` trade has the pose model in it and more time; the others stay small.
"""

import contextlib
import ctypes
import json
import os
import resource
import socket
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vision import containers, pictures
from vision.sniff import HEAD_BYTES, MediaKind, sniff

OPEN_FILES = 32
HEADER = struct.Struct(">II")  # length of the JSON answer, length of the bytes after it
REQUEST_BYTES = 1024

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38


@dataclass(frozen=True, slots=True)
class Trade:
    """What a worker may use: ``memory_bytes`` of address space, ``cpu_s`` a file."""

    memory_bytes: int
    cpu_s: int


TRADES = {
    "inspect": Trade(1536 * 1024 * 1024, 10),
    # Two minutes of video at ten frames a second and its drawing, on a slow core.
    "rehab": Trade(4096 * 1024 * 1024, 240),
    # Three nets, their threads' address space, and a photo of 64 million pixels on its way to a smaller one.
    "report": Trade(4096 * 1024 * 1024, 180),
    # Three small nets, and two photos of 64 million pixels.
    "skin": Trade(4096 * 1024 * 1024, 60),
}


def confine(trade: Trade) -> None:
    """Give up what parsing does not need."""
    resource.setrlimit(resource.RLIMIT_AS, (trade.memory_bytes, trade.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        # A network of its own with nothing in it. Where the kernel does not allow it, there is still no address
        # and no secret in this process that a connection could use.
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def allow_cpu(seconds: int) -> None:
    """From now on so many seconds of CPU, then SIGXCPU ends the process (the limit counts a process' whole life)."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, resource.RLIM_INFINITY))


def inspect(descriptor: int) -> dict[str, Any]:
    """What the file is; see ``vision.service`` for the fields."""
    with os.fdopen(os.dup(descriptor), "rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        kind = sniff(file.read(HEAD_BYTES))
        file.seek(0)
        found: dict[str, Any] = {"content_type": kind.content_type, "kind": kind.kind, "problem": None}
        try:
            if kind.kind is MediaKind.PHOTO:
                found |= pictures.measure(file, kind.content_type)
            else:
                found |= containers.look(file, kind.content_type, size)
        except pictures.TooManyPixels:
            found["problem"] = "too_many_pixels"
        except (pictures.Damaged, containers.Damaged):
            found["problem"] = "damaged"
        except MemoryError:
            found["problem"] = "unsafe"
        if found.pop("encrypted", False):
            found["problem"] = "encrypted"
    return found


def sanitise(descriptor: int) -> tuple[dict[str, Any], bytes]:
    """The photo as a plain JPEG, or the problem and no bytes."""
    with os.fdopen(os.dup(descriptor), "rb") as file:
        file.seek(0)
        kind = sniff(file.read(HEAD_BYTES))
        file.seek(0)
        if kind.kind is not MediaKind.PHOTO:
            return {"content_type": kind.content_type, "problem": "no_photo"}, b""
        try:
            return {"content_type": "image/jpeg", "problem": None}, pictures.sanitise(file, kind.content_type)
        except pictures.TooManyPixels:
            return {"content_type": kind.content_type, "problem": "too_many_pixels"}, b""
        except pictures.Damaged:
            return {"content_type": kind.content_type, "problem": "damaged"}, b""
        except MemoryError:
            return {"content_type": kind.content_type, "problem": "unsafe"}, b""


def rehab(descriptor: int, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """One exercise on one clip: ``{"exercise", "target", "hold_s", "side"}`` asked; the findings, and after them the
    bytes of the annotated clip (``video_bytes`` long) and of the chart (``chart_bytes``)."""
    from vision.rehab.answering import answer  # noqa: PLC0415  (the other trades never load the pose model)

    with os.fdopen(os.dup(descriptor), "rb") as file:
        return answer(file, **asked)


def report(descriptor: int, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """A report: ``{"name"}`` asked; the findings, and after them the bytes of the pictures that ``parts`` lists."""
    from vision.report.answering import answer  # noqa: PLC0415  (the other trades never load the nets)

    with os.fdopen(os.dup(descriptor), "rb") as file:
        return answer(file, **asked)


def skin(descriptor: int, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """A photo of skin; see ``vision.skin.work``."""
    from vision.skin.work import skin as look  # noqa: PLC0415  (the other trades never load the nets)

    return look(descriptor, asked)


def compare(descriptor: int, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Two photos of one lesion; see ``vision.skin.work``."""
    from vision.skin.work import compare as look  # noqa: PLC0415

    return look(descriptor, asked)


def serve(channel: socket.socket, trade: Trade) -> None:
    """Answer requests until the pool hangs up. A request is one of ``_ANSWERS``, and its JSON after a space."""
    while True:
        request, descriptors, _, _ = socket.recv_fds(channel, REQUEST_BYTES, 1)
        if not request or not descriptors:
            return
        allow_cpu(trade.cpu_s)
        what, _, asked = request.decode().partition(" ")
        try:
            answer, data = _ANSWERS[what](descriptors[0], json.loads(asked or "{}"))
        finally:
            os.close(descriptors[0])
        told = json.dumps(answer).encode()
        channel.sendall(HEADER.pack(len(told), len(data)) + told)
        channel.sendall(data)


_ANSWERS: dict[str, Callable[[int, dict[str, Any]], tuple[dict[str, Any], bytes]]] = {
    "inspect": lambda descriptor, _: (inspect(descriptor), b""),
    "sanitise": lambda descriptor, _: sanitise(descriptor),
    "rehab": rehab,
    "report": report,
    "skin": skin,
    "compare": compare,
}

if __name__ == "__main__":
    chosen = TRADES[sys.argv[2]]
    if chosen is TRADES["rehab"]:
        import mediapipe  # noqa: F401  (before confine: it reads its model's library and writes caches)
    confine(chosen)
    if chosen is TRADES["report"]:
        from vision.report.answering import reader

        reader().load()  # after confine: a process with threads cannot leave the network any more
    if chosen is TRADES["skin"]:
        from vision.skin.work import prepare

        prepare()
    with socket.socket(fileno=int(sys.argv[1])) as opened:
        serve(opened, chosen)
