"""The house's client of the vision process, over the real socket."""

from pathlib import Path

import pytest

from care.media import Inspection, PhotoNotReadable, VisionAway, VisionClient, judge
from settings import Settings
from tests.integration.media.files import PLACE, archive, png


@pytest.fixture
def client(house: Settings) -> VisionClient:
    return VisionClient(house)


def test_a_photo_is_measured_and_cleaned(client: VisionClient, vision: None, tmp_path: Path) -> None:
    file, clean = tmp_path / "holiday.pdf", tmp_path / "clean"
    file.write_bytes(png(41, 31))
    found = client.inspect(file)
    assert (found.kind, found.content_type, found.width, found.height) == ("photo", "image/png", 41, 31)
    client.sanitise(file, to=clean)
    assert clean.read_bytes()[:3] == b"\xff\xd8\xff"
    assert PLACE not in clean.read_bytes()
    assert clean.stat().st_mode & 0o077 == 0
    client.close()


def test_a_zip_renamed_to_jpg_is_named_what_it_is(
    client: VisionClient, vision: None, tmp_path: Path, house: Settings
) -> None:
    file = tmp_path / "photo.jpg"
    file.write_bytes(archive())
    found = client.inspect(file)
    assert (found.kind, found.content_type) == ("unknown", "application/zip")
    assert "压缩包" in judge(found, house).sentence
    with pytest.raises(PhotoNotReadable, match="no_photo"):
        client.sanitise(file, to=tmp_path / "clean")
    client.close()


def test_vision_that_is_away_has_a_name(client: VisionClient, tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(png())
    with pytest.raises(VisionAway):
        client.inspect(file)
    client.close()


def test_inspection_reads_what_a_newer_vision_adds() -> None:
    assert Inspection.model_validate({"content_type": "x/y", "kind": "photo", "size": 1, "sharpness": 3}).size == 1
