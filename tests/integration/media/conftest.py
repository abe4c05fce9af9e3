"""The real vision process beside a test's installation."""

import contextlib
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from settings import ROOT, Settings, get_settings

PYTHON = ROOT / "vision" / ".venv" / "bin" / "python"

StartVision = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def house(installation: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings with a socket path short enough for a Unix socket (107 bytes), which pytest's folders may not be."""
    with tempfile.TemporaryDirectory(prefix="x") as folder:
        monkeypatch.setenv("XINGLIN_VISION_SOCKET", str(Path(folder) / "v.sock"))
        get_settings.cache_clear()
        yield get_settings()
        get_settings.cache_clear()


@pytest.fixture
def start_vision(house: Settings) -> StartVision:
    """Starts the vision process for the length of a block."""
    if not PYTHON.exists():
        pytest.skip("vision/.venv is not there: make sets it up")

    @contextlib.contextmanager
    def started() -> Iterator[None]:
        process = subprocess.Popen(
            [str(PYTHON), "-m", "vision", "--socket", str(house.vision_socket_path), "--workers", "1"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"]},
        )
        try:
            deadline = time.monotonic() + 20
            while not house.vision_socket_path.exists():
                assert process.poll() is None, "vision ended"
                assert time.monotonic() < deadline, "vision did not start"
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait(timeout=10)

    return started


@pytest.fixture
def vision(start_vision: StartVision) -> Iterator[None]:
    with start_vision():
        yield
