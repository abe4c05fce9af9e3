"""Two photos of one lesion: the same skin, seen again from elsewhere in other light, with a known change."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from vision.skin.answering import Read
from vision.skin.compare import compared
from vision.skin.gate import LooksLike, Quality
from vision.skin.network import Kind, Reading, Risk
from vision.skin.region import region
from vision.skin.registration import lay
from vision.tests.lesions import DARK, Photo, Scene, grown, lit, turned

SCENE = Scene(axes=(60, 45))


def read_as(photo: Photo, mask: np.ndarray) -> Read:
    """As the network would read it, whose border is soft."""
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 2)
    reading = Reading({"NEV": 1.0}, 0.0, Risk.WATCH, soft, soft, 0.5, "test")
    return Read(photo, Kind.PHONE, Quality(LooksLike.LESION, 0.9), reading, region(photo, soft))


def again(scene: Scene, degrees: float = 14, scale: float = 1.12, gains: tuple[float, ...] = (0.92, 0.9, 0.82)) -> Read:
    """The scene on another day: turned, nearer, in other light."""
    photo = lit(turned(scene.photo(), degrees, scale=scale, shift=(12, -9)), *gains)
    mask = turned(scene.mask().astype(np.uint8), degrees, scale=scale, shift=(12, -9))
    return read_as(photo, mask > 0)


@pytest.fixture(scope="module")
def before() -> Read:
    return read_as(SCENE.photo(), SCENE.mask())


@pytest.mark.parametrize("share", [0.0, 0.3, 0.8, -0.3])
def test_growth_is_measured_within_its_uncertainty(before: Read, share: float) -> None:
    later = grown(SCENE, share)
    true = 100 * (later.mask().sum() / SCENE.mask().sum() - 1)
    found, drawn = compared(before, again(later))
    change = found["change"]
    assert found["registered"]
    assert abs(change["area_percent"] - true) <= max(3.0, change["area_uncertainty"])
    assert change["grown"] == (share > 0)
    assert found["registration"]["scale"] == pytest.approx(1 / 1.12, rel=0.01)
    assert drawn["side_by_side"].startswith(b"\x89PNG")


def test_another_light_is_no_change_of_colour_but_a_darker_lesion_is(before: Read) -> None:
    same = compared(before, again(SCENE))[0]["change"]
    assert not same["recoloured"]
    darker = compared(before, again(replace(SCENE, colour=(66, 36, 30))))[0]["change"]
    assert darker["recoloured"]
    assert darker["colour"][0] < -5
    assert darker["delta_e"] > same["delta_e"] + 5


def test_other_skin_cannot_be_laid_over(before: Read) -> None:
    other = replace(SCENE, seed=99)
    found, drawn = compared(before, read_as(other.photo(), other.mask()))
    assert (found["registered"], found["why"], found["change"], drawn) == (False, "nothing_in_common", None, {})


def test_skin_without_any_detail_cannot_be_laid_over() -> None:
    plain = np.full((450, 600, 3), (200, 160, 140), np.uint8)
    assert lay(plain, plain) is None


def test_a_photo_that_was_not_read_is_not_compared(before: Read) -> None:
    refused = Read(before.photo, Kind.PHONE, before.quality)
    assert compared(before, refused)[0]["why"] == "not_read"
    assert compared(refused, before)[0]["why"] == "not_read"


def test_a_lesion_that_is_cut_has_no_change_of_area(before: Read) -> None:
    beyond = again(SCENE, degrees=0, scale=2.2)
    photo, mask = beyond.photo[:, :330], np.asarray(beyond.reading.mask)[:, :330]  # type: ignore[union-attr]
    cut = read_as(np.ascontiguousarray(photo), mask > 0.5)
    assert cut.found is not None
    assert cut.found.cut
    change = compared(before, cut)[0]["change"]
    assert change is None or change["area_percent"] is None


def test_dark_skin_is_compared_as_well() -> None:
    scene = replace(SCENE, tone=DARK, colour=(44, 28, 22))
    found, _ = compared(read_as(scene.photo(), scene.mask()), again(grown(scene, 0.4)))
    assert found["registered"]
    assert found["change"]["grown"]
