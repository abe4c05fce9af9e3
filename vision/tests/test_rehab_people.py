"""Two people in one picture: whoever exercises is followed, wherever they stand, and it is said."""

import os
import tarfile
from pathlib import Path

import numpy as np
import pytest

from vision.rehab.clip import Clip
from vision.rehab.exercise import exercise
from vision.rehab.gate import Note
from vision.rehab.reading import watch
from vision.tests.test_rehab_clips import made

DATA = Path(os.environ.get("XINGLIN_DATA", Path(__file__).parents[3] / "shared" / "data"))
CLIPS = DATA / "rehab" / "clips.tar"
ONE = "workouttracker/squat_19.mp4"


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[np.ndarray]:
    """The frames of a person who squats twice; skipped where the clips are missing."""
    if not CLIPS.exists():
        pytest.skip(f"no clips at {CLIPS}: set XINGLIN_DATA to measure")
    folder = tmp_path_factory.mktemp("clips")
    with tarfile.open(CLIPS) as archive:
        archive.extract(ONE, folder, filter="data")
    return [picture for _, picture in Clip(folder / ONE).frames()]


@pytest.mark.shared_data
@pytest.mark.parametrize("stands", ["left", "right"])
def test_who_squats_is_counted_beside_somebody_who_stands(
    pictures: list[np.ndarray], tmp_path: Path, stands: str
) -> None:
    still = pictures[0]

    def both(number: int) -> np.ndarray:
        pair = [still, pictures[number]] if stands == "left" else [pictures[number], still]
        joined = np.concatenate([one[:, one.shape[1] // 4 : one.shape[1] * 3 // 4] for one in pair], axis=1)
        return joined[: joined.shape[0] // 2 * 2, : joined.shape[1] // 2 * 2]

    clip = made(tmp_path / "two.mp4", frames=len(pictures), draw=both)
    found = watch(clip, exercise("squat")).assessment
    assert Note.SEVERAL_PEOPLE in found.notes
    assert len(found.repetitions) == 2
