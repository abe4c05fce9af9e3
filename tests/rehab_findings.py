"""Findings as the rehab engine makes them, of performances whose truth is known; and videos that cannot be read.

Both are made in vision's own environment: the house imports nothing of it.
"""

import atexit
import json
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from settings import ROOT

PYTHON = ROOT / "vision" / ".venv" / "bin" / "python"

_PERFORM = """
import json, sys
from pathlib import Path
from vision.rehab.assess import assess
from vision.rehab.clip import Clip
from vision.rehab.exercise import exercise
from vision.rehab.skeletons import Performance, perform

for line in sys.stdin:
    done = json.loads(line)
    wanted = exercise(done["exercise"]).prescribed(**{name: done.pop(name) for name in ("target", "hold_s", "side")})
    done["side"] = done.pop("done_side")
    track = perform(Performance(**done))
    clip = Clip(Path())
    clip.times, clip.light = [float(one) for one in track.times], [100.0]
    print(json.dumps(assess(track, clip, wanted)[0].as_json()), flush=True)
"""

_FILM = """
import sys
from fractions import Fraction
import av
import numpy as np

path, kind, frames, rate, width, height = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:7])
with av.open(path, "w", format="mp4") as written:
    if kind == "audio":
        stream = written.add_stream("aac", rate=16000)
        stream.layout = "mono"
        for number in range(frames):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 16000, number * 1024
            written.mux(stream.encode(frame))
    else:
        stream = written.add_stream("libx264", rate=rate, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.gop_size = 15
        noise = np.random.default_rng(1)
        for number in range(frames):
            picture = np.full((height, width, 3), 6 if kind == "dark" else 190, np.uint8)
            if kind != "dark":
                left = 0 if kind == "still" else (number * 5) % (width - 20)
                picture[height // 3 : height // 2, left : left + 20] = (200, 40, 40)
            if kind == "noisy":
                picture = (picture // 2 + noise.integers(0, 100, picture.shape)).astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, rate)
            written.mux(stream.encode(frame))
    written.mux(stream.encode())
"""


def performed(
    exercise: str,
    *,
    target: float | None = None,
    hold_s: float | None = None,
    side: str = "both",
    done_side: str = "both",
    **how: Any,
) -> dict[str, Any]:
    """The engine's findings of a made performance of the prescribed ``side``; ``how`` as in
    ``vision.rehab.skeletons.Performance``, ``done_side`` as its side."""
    asked = {"exercise": exercise, "target": target, "hold_s": hold_s, "side": side, "done_side": done_side, **how}
    findings: dict[str, Any] = json.loads(_performed(json.dumps(asked)))
    return findings


@lru_cache(maxsize=64)
def _performed(asked: str) -> str:
    engine = _engine()
    assert engine.stdin is not None
    assert engine.stdout is not None
    engine.stdin.write(asked + "\n")
    engine.stdin.flush()
    return engine.stdout.readline()


@lru_cache(maxsize=1)
def _engine() -> subprocess.Popen[str]:
    """One process for all performances of a run: it takes longer to start than to assess."""
    if not PYTHON.exists():
        pytest.skip("vision/.venv is not there: make sets it up")
    process = subprocess.Popen(
        [str(PYTHON), "-c", _PERFORM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    atexit.register(_stop, process)
    return process


def _stop(process: subprocess.Popen[str]) -> None:
    with process:
        process.terminate()


def filmed(path: Path, kind: str, *, frames: int = 30, rate: int = 15, size: tuple[int, int] = (160, 120)) -> bytes:
    """A made MP4 in which nobody is: ``cartoon`` (a square that moves), ``still``, ``dark``, ``noisy``, ``audio``."""
    if not PYTHON.exists():
        pytest.skip("vision/.venv is not there: make sets it up")
    arguments = [str(path), kind, *map(str, (frames, rate, *size))]
    subprocess.run([str(PYTHON), "-c", _FILM, *arguments], check=True, capture_output=True, cwd=ROOT)
    return path.read_bytes()
