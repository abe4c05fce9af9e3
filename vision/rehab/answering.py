"""What the service answers about a clip: findings, and the pictures that a therapist looks at."""

from typing import IO, Any

from vision.rehab.clip import Clip
from vision.rehab.drawing import annotated, chart
from vision.rehab.exercise import BOTH
from vision.rehab.exercise import exercise as named
from vision.rehab.reading import watch


def answer(
    file: IO[bytes],
    *,
    exercise: str,
    target: float | None = None,
    hold_s: float | None = None,
    side: str = BOTH,
) -> tuple[dict[str, Any], bytes]:
    """Findings, with ``video_bytes`` and ``chart_bytes`` saying how the bytes after them are divided. Raises
    ``ExerciseUnknown``."""
    wanted = named(exercise).prescribed(target=target, hold_s=hold_s, side=side)
    watched = watch(file, wanted)
    video = picture = b""
    if watched.track is not None and watched.motion is not None:
        video = annotated(Clip(file).frames(), watched.track, watched.motion, watched.assessment)
        picture = chart(watched.motion, watched.assessment)
    told = watched.assessment.as_json() | {"video_bytes": len(video), "chart_bytes": len(picture)}
    return told, video + picture
