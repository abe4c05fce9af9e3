"""What the therapist looks at: the clip with skeleton, angle and faults in words, and the angle over time."""

import io
from collections.abc import Iterable, Iterator
from typing import Any

import av
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from vision.label import LABEL, as_png, font, write
from vision.rehab.assess import Assessment
from vision.rehab.clip import Picture
from vision.rehab.landmarks import PoseTrack, point
from vision.rehab.motion import Motion

RATE = 15
MOST_SIDE = 720
CHART = (720, 300)
_BONES = (
    *(
        (point(side, a), point(side, b))
        for side in ("left", "right")
        for a, b in (
            ("shoulder", "elbow"),
            ("elbow", "wrist"),
            ("shoulder", "hip"),
            ("hip", "knee"),
            ("knee", "ankle"),
            ("ankle", "heel"),
            ("heel", "toe"),
        )
    ),
    (point("left", "shoulder"), point("right", "shoulder")),
    (point("left", "hip"), point("right", "hip")),
)
_LEFT, _RIGHT, _FAULT = (64, 190, 255), (255, 176, 64), (255, 64, 64)
SHOWN = 0.4


def annotated(frames: Iterable[tuple[float, Picture]], track: PoseTrack, motion: Motion, found: Assessment) -> bytes:
    """An MP4 (H.264) of the frames that were looked at, in the order of ``track``."""
    target = io.BytesIO()
    with av.open(
        target, "w", format="mp4", options={"movflags": "frag_keyframe+empty_moov+default_base_moof"}
    ) as written:
        written.metadata["comment"] = f"{LABEL}; AIGC; {found.exercise}"
        stream: Any = None
        for index, (time, picture) in enumerate(_drawn(frames, track, motion, found)):
            if stream is None:
                stream = written.add_stream("libx264", rate=RATE, options={"preset": "veryfast", "crf": "26"})
                stream.width, stream.height = picture.shape[1] // 2 * 2, picture.shape[0] // 2 * 2
                stream.pix_fmt = "yuv420p"
                stream.codec_context.thread_count = 1
            frame = av.VideoFrame.from_ndarray(picture[: stream.height, : stream.width], format="rgb24")
            frame.pts = max(index, round(time * RATE))
            written.mux(stream.encode(frame))
        if stream is not None:
            written.mux(stream.encode())
    return target.getvalue()


def _drawn(
    frames: Iterable[tuple[float, Picture]], track: PoseTrack, motion: Motion, found: Assessment
) -> Iterator[tuple[float, Picture]]:
    last = -1
    for index, (time, picture) in enumerate(frames):
        if index >= len(track):
            return
        if round(time * RATE) <= last:  # more frames were looked at than are shown
            continue
        last = round(time * RATE)
        yield time, _one(picture, index, track, motion, found)


def _one(picture: Picture, index: int, track: PoseTrack, motion: Motion, found: Assessment) -> Picture:
    image = Image.fromarray(picture)
    pen = ImageDraw.Draw(image, "RGBA")
    time = track.times[index]
    current = next((one for one in found.repetitions if one.start <= time <= one.end), None)
    faulty = bool(current and current.faults)
    for a, b in _BONES:
        ends = track.points[index, [a, b]]
        if np.isnan(ends).any() or track.visibility[index, [a, b]].min() < SHOWN:
            continue
        colour = _FAULT if faulty else _LEFT if a % 2 else _RIGHT
        pen.line([tuple(end) for end in ends], fill=colour, width=max(2, picture.shape[0] // 160))
    words = []
    value = motion.values[index]
    if not np.isnan(value):
        words.append(f"{value:.0f}°")
    done = sum(one.end < time for one in found.repetitions) + (current is not None)
    if found.repetitions:
        words.append(f"{done}/{len(found.repetitions)}")
    titles = {one.id: one.title for one in found.faults}
    words += [titles[name] for name in (current.faults if current else ()) if name in titles]
    write(pen, image.size, "  ".join(words), top=True)
    write(pen, image.size, LABEL, top=False)
    return np.asarray(image)


def chart(motion: Motion, found: Assessment) -> bytes:
    """A PNG of the measure over time: the repetitions shaded, those with a fault in red, the target as a line."""
    width, height = CHART
    image = Image.new("RGB", CHART, "white")
    pen = ImageDraw.Draw(image, "RGBA")
    times, values = motion.body.track.times, motion.values
    known = values[~np.isnan(values)]
    if len(known) and times[-1] > 0:
        low = min(float(known.min()), motion.exercise.rest, motion.exercise.target) - 5
        high = max(float(known.max()), motion.exercise.rest, motion.exercise.target) + 5

        def place(time: float, value: float) -> tuple[float, float]:
            return 40 + (width - 50) * time / times[-1], height - 25 - (height - 45) * (value - low) / (high - low)

        for one in found.repetitions:
            colour = (255, 64, 64, 45) if one.faults else (64, 190, 120, 45)
            pen.rectangle((*place(one.start, high), *place(one.end, low)), fill=colour)
        pen.line(
            [place(0, motion.exercise.target), place(times[-1], motion.exercise.target)], fill=(120, 120, 120), width=1
        )
        steps = [place(time, value) for time, value in zip(times, values, strict=True) if not np.isnan(value)]
        pen.line(steps, fill=(22, 119, 255), width=2)
        small = font(13) or ImageFont.load_default()
        for value in (motion.exercise.rest, motion.exercise.target):
            pen.text((4, place(0, value)[1] - 8), f"{value:.0f}", font=small, fill=(90, 90, 90))
        pen.text((width - 60, height - 20), f"{times[-1]:.0f} s", font=small, fill=(90, 90, 90))
    write(pen, CHART, LABEL, top=True)
    return as_png(image, found.exercise)
