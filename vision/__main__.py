"""``python -m vision --socket PATH``: serve on a Unix socket of mode 0600."""

import argparse
import os
import signal
import socket
import stat
import sys
from pathlib import Path

import uvicorn

from vision.service import WORKERS, create_app


def bound(path: Path) -> socket.socket:
    """A listening Unix socket; a stale one in its place is removed. Raises OSError when a living one is there."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists():
        if not stat.S_ISSOCK(path.stat().st_mode):
            raise OSError(f"{path} is there and is no socket")
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(str(path)) == 0:
                raise OSError(f"another process serves {path}")
        path.unlink()
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listening.bind(str(path))
    finally:
        os.umask(before)
    listening.listen(64)  # from here on callers wait for us instead of being turned away
    return listening


def main() -> int:
    parser = argparse.ArgumentParser(prog="vision", description=__doc__)
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument("--workers", type=int, default=WORKERS)
    asked = parser.parse_args()
    try:
        listening = bound(asked.socket)
    except OSError as error:
        print(f"vision: {error}", file=sys.stderr)  # noqa: T201
        return 1
    config = uvicorn.Config(
        create_app(workers=asked.workers),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    # uvicorn raises the signal again when it has shut down: it must not end us before the socket is gone.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        return 0
    finally:
        asked.socket.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
