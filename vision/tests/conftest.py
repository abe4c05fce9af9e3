"""The service itself, in its own process, over its own socket."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def socket_path() -> Iterator[Path]:
    # A Unix socket's path is at most 107 bytes: pytest's own temporary folders may be longer.
    with tempfile.TemporaryDirectory(prefix="v") as folder:
        path = Path(folder) / "run" / "vision.sock"
        process = subprocess.Popen(
            [sys.executable, "-m", "vision", "--socket", str(path)],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"]},
        )
        deadline = time.monotonic() + 20
        while not path.exists():
            assert process.poll() is None, "the service ended"
            assert time.monotonic() < deadline, "the service did not start"
            time.sleep(0.05)
        yield path
        process.terminate()
        assert process.wait(timeout=10) == 0
        assert not path.exists()


@pytest.fixture
def service(socket_path: Path) -> Iterator[httpx.Client]:
    with httpx.Client(
        transport=httpx.HTTPTransport(uds=str(socket_path)), base_url="http://vision", timeout=30
    ) as http:
        yield http
