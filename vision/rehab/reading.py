"""One clip all the way: frames, people, pose, assessment."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from vision.rehab.assess import Assessment, assess, refused
from vision.rehab.clip import Clip, ClipRefused, Picture
from vision.rehab.exercise import Exercise
from vision.rehab.gate import Problem
from vision.rehab.landmarks import PoseTrack
from vision.rehab.motion import Motion
from vision.rehab.people import LOOKS, exercising, find_people
from vision.rehab.pose import follow

HELD_FRAMES = 150
"""So many frames are held for a second look when several people are in the picture (about 120 MB at 720 pixels)."""


@dataclass(slots=True)
class Watched:
    """The assessment with what drawing needs; ``track`` and ``motion`` are None where nothing was read."""

    assessment: Assessment
    track: PoseTrack | None = None
    motion: Motion | None = None


def watch(source: Path | IO[bytes], exercise: Exercise) -> Watched:
    """Assess one clip of one exercise. Raises nothing for any file: what cannot be read says so."""
    clip = Clip(source)
    held: list[tuple[float, Picture]] = []

    def frames() -> Iterator[tuple[float, Picture]]:
        for time, picture in clip.frames():
            if len(held) < HELD_FRAMES:
                held.append((time, picture))
            yield time, picture

    try:
        track = follow(frames())
    except ClipRefused as why:
        return Watched(refused(exercise.name, Problem(str(why))))
    people = find_people([held[len(held) * look // LOOKS][1] for look in range(LOOKS)]) if held else []
    if len(people) > 1:
        chosen = exercising(people, held, exercise)
        whole = len(held) == len(clip.times)
        again = Clip(source) if not whole else None
        track = follow(held if again is None else again.frames(), chosen.region())
    found, motion = assess(track, clip, exercise, people=len(people))
    return Watched(found, track, motion)
