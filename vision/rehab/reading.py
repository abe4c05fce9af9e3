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

HELD_FRAMES = 24
"""So many frames, spread over the clip, are held for a look at who is in the picture (about 20 MB at 720 pixels)."""


class Spread:
    """At most ``HELD_FRAMES`` of however many frames pass, evenly spread: when full, every second one is let go."""

    def __init__(self) -> None:
        self.frames: list[tuple[float, Picture]] = []
        self._stride = 1
        self._passed = 0

    def passing(self, frames: Iterator[tuple[float, Picture]]) -> Iterator[tuple[float, Picture]]:
        for frame in frames:
            if self._passed % self._stride == 0:
                self.frames.append(frame)
                if len(self.frames) == HELD_FRAMES:
                    self.frames = self.frames[::2]
                    self._stride *= 2
            self._passed += 1
            yield frame


@dataclass(slots=True)
class Watched:
    """The assessment with what drawing needs; ``track`` and ``motion`` are None where nothing was read."""

    assessment: Assessment
    track: PoseTrack | None = None
    motion: Motion | None = None


def watch(source: Path | IO[bytes], exercise: Exercise) -> Watched:
    """Assess one clip of one exercise. Raises nothing for any file: what cannot be read says so."""
    clip, spread = Clip(source), Spread()
    try:
        track = follow(spread.passing(clip.frames()))
    except ClipRefused as why:
        return Watched(refused(exercise, Problem(str(why))))
    held = spread.frames
    people = find_people([held[len(held) * look // LOOKS][1] for look in range(LOOKS)])
    if len(people) > 1:
        again = Clip(source)
        track = follow(again.frames(), exercising(people, held, exercise).region())
    found, motion = assess(track, clip, exercise, people=len(people))
    return Watched(found, track, motion)
