"""A clip to time: a real one of the data folder, stretched to 10 s of 1080p at 30 frames a second."""

import os
import tarfile
import tempfile
from fractions import Fraction
from itertools import cycle
from pathlib import Path

import av

DATA = Path(os.environ.get("XINGLIN_DATA", "../shared/data")) / "rehab" / "clips.tar"
SOURCE = "workouttracker/squat_17.mp4"
SECONDS, RATE, WIDTH, HEIGHT = 10, 30, 1920, 1080


def clip_of_a_person(path: Path) -> Path | None:
    """``path``, written; None where the data folder is missing."""
    if not DATA.exists():
        return None
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(DATA) as archive:
            archive.extract(SOURCE, folder, filter="data")
        with av.open(str(Path(folder) / SOURCE)) as source:
            pictures = [frame.reformat(WIDTH, HEIGHT, "yuv420p") for frame in source.decode(video=0)]
    with av.open(str(path), "w") as written:
        stream = written.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        back_and_forth = cycle(pictures + pictures[::-1])
        for number in range(SECONDS * RATE):
            frame = next(back_and_forth)
            frame.pts = number
            frame.time_base = Fraction(1, RATE)
            written.mux(stream.encode(frame))
        written.mux(stream.encode())
    return path
