"""A video from outside as upright frames at a steady rate. Runs only inside a confined worker."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import av
import numpy as np
from numpy.typing import NDArray

RATE = 15.0
"""Frames a second that are looked at; twice as many of a clip of up to ``SHORT_S``, where repetitions are fast."""
SHORT_S = 4.0
LONG_S = 60.0
MOST_S = 120.0
"""Of a longer clip only the beginning is looked at, and the patient is told."""
LONG_RATE = 10.0
MOST_SIDE = 720
MOST_PIXELS = 4096 * 2304
MOST_DAMAGED_PACKETS = 200

Picture = NDArray[np.uint8]


class ClipRefused(Exception):
    """A file that cannot be looked at; the argument says why: no_video, damaged, too_many_pixels."""


@dataclass(slots=True)
class Clip:
    """What was read of a video. ``frames`` gives (time in s, upright RGB picture); the other fields are known when it
    has been read to its end."""

    source: Path | IO[bytes]
    times: list[float] = field(default_factory=list)
    light: list[float] = field(default_factory=list)
    size: tuple[int, int] = (0, 0)
    damaged: bool = False
    cut_short: bool = False

    def frames(self) -> Iterator[tuple[float, Picture]]:
        """Raises ``ClipRefused``."""
        if not isinstance(self.source, Path):
            self.source.seek(0)
        try:
            container = av.open(str(self.source) if isinstance(self.source, Path) else self.source, "r")
        except (av.error.FFmpegError, ValueError, OSError):
            raise ClipRefused("damaged") from None
        with container:
            videos = [stream for stream in container.streams.video if not _cover(stream)]
            if not videos:
                raise ClipRefused("no_video")
            yield from self._read(container, videos[0])
        if not self.times:
            raise ClipRefused("damaged")

    def _read(self, container: Any, stream: Any) -> Iterator[tuple[float, Picture]]:
        if stream.codec_context.width * stream.codec_context.height > MOST_PIXELS:
            raise ClipRefused("too_many_pixels")
        stream.thread_type = "SLICE"  # frame threads would hold many large frames at once
        step = 1.0 / _rate(_duration(container, stream))
        first: float | None = None
        due = 0.0
        for index, frame in enumerate(self._decoded(container, stream)):
            time = frame.time if frame.time is not None else index / float(stream.average_rate or 30)
            first = time if first is None else first
            time -= first
            if time > MOST_S:
                self.cut_short = True
                return
            # Half a frame's tolerance: a rate that does not divide the clip's own must not drop every second one.
            if time < due - 0.25 * step or (self.times and time <= self.times[-1]):
                continue
            due = max(due + step, time + 0.5 * step)
            picture = _upright(frame)
            self.times.append(time)
            self.light.append(float(picture[::8, ::8].mean()))
            self.size = (picture.shape[1], picture.shape[0])
            yield time, picture

    def _decoded(self, container: Any, stream: Any) -> Iterator[Any]:
        """Frames; what is damaged in the middle is left out."""
        bad = 0
        packets = container.demux(stream)
        while True:
            try:
                packet = next(packets)
                yield from packet.decode()
            except StopIteration:
                return
            except av.error.EOFError:
                return
            except (av.error.FFmpegError, ValueError):
                self.damaged = True
                bad += 1
                if bad > MOST_DAMAGED_PACKETS:
                    return

    @property
    def brightness(self) -> float:
        """Median brightness of the frames, 0 to 255."""
        return float(np.median(self.light)) if self.light else 0.0

    @property
    def duration(self) -> float:
        return self.times[-1] if self.times else 0.0


def _cover(stream: Any) -> bool:
    """A picture inside an audio file is no video."""
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _duration(container: Any, stream: Any) -> float:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return float(container.duration or 0) / av.time_base


def _rate(duration: float) -> float:
    if 0 < duration <= SHORT_S:
        return 2 * RATE
    return LONG_RATE if duration > LONG_S else RATE


def _upright(frame: Any) -> Picture:
    """RGB at ``MOST_SIDE`` pixels at most, turned as the phone was held."""
    scale = min(1.0, MOST_SIDE / max(frame.width, frame.height))
    width, height = (max(2, round(side * scale)) for side in (frame.width, frame.height))
    picture = frame.reformat(width=width, height=height, format="rgb24").to_ndarray()
    turns = round(frame.rotation / 90.0) % 4
    return np.ascontiguousarray(np.rot90(picture, turns)) if turns else picture
