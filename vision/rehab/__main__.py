"""``python -m vision.rehab --exercise NAME FILE...``: a JSON line a clip. Takes files of one's own; what patients send
goes through the service, whose workers are confined."""

import argparse
import json
import os
import sys
from pathlib import Path

from vision.rehab.clip import Clip
from vision.rehab.drawing import annotated, chart
from vision.rehab.exercise import BOTH, ExerciseUnknown, exercise, exercises
from vision.rehab.landmarks import SIDES
from vision.rehab.reading import watch


def main() -> int:
    parser = argparse.ArgumentParser(prog="rehab", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--exercise", required=True)
    parser.add_argument("--side", choices=[*SIDES, BOTH], default=BOTH, help="looked at where the exercise has sides")
    parser.add_argument("--out", type=Path, help="a folder for the annotated video and the chart")
    asked = parser.parse_args()
    try:
        wanted = exercise(asked.exercise).prescribed(side=asked.side)
    except ExerciseUnknown:
        print(f"no such exercise; there are: {', '.join(exercises())}", file=sys.stderr)  # noqa: T201
        return 2
    _silence_native_code()
    for path in asked.files:
        watched = watch(path, wanted)
        line = {"file": str(path), **watched.assessment.as_json()}
        if asked.out is not None and watched.track is not None and watched.motion is not None:
            asked.out.mkdir(parents=True, exist_ok=True)
            video, picture = asked.out / f"{path.stem}.annotated.mp4", asked.out / f"{path.stem}.chart.png"
            video.write_bytes(annotated(Clip(path).frames(), watched.track, watched.motion, watched.assessment))
            picture.write_bytes(chart(watched.motion, watched.assessment))
            line |= {"video": str(video), "chart": str(picture)}
        print(json.dumps(line, ensure_ascii=False), flush=True)  # noqa: T201
    return 0


def _silence_native_code() -> None:
    """MediaPipe's native part writes notices to stderr that no setting turns off."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


if __name__ == "__main__":
    sys.exit(main())
