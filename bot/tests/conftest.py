"""Silence of Rasa's own dependencies, and a key for the tracker store."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A key file as the house makes it."""
    path = tmp_path / "tracker.key"
    path.write_bytes(os.urandom(32))
    monkeypatch.setenv("XINGLIN_TRACKER_KEY_FILE", str(path))
    return path
