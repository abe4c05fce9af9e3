"""The gate: lesions on any skin pass, what is none is named, and what can be done better is said."""

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from vision.skin.gate import Gate, LooksLike, Note, Problem
from vision.tests.lesions import BROWN, DARK, LIGHT, Photo, Scene, lit, sheet, turned, with_hair, with_rim


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    yield Gate()


def drawing() -> Photo:
    picture = np.full((480, 640, 3), (250, 240, 200), np.uint8)
    cv2.circle(picture, (320, 240), 120, (200, 30, 60), -1)
    cv2.rectangle(picture, (40, 40), (160, 200), (30, 90, 200), -1)
    return picture


def screen(tall: bool = True) -> Photo:
    """A photo of a lesion within an app."""
    picture = np.full((1170, 540, 3) if tall else (700, 1000, 3), 255, np.uint8)
    picture[:80] = (245, 245, 245)
    inside = cv2.resize(Scene().photo(), (460, 345))
    picture[200:545, 40:500] = inside
    picture[600:660, 40:240] = (149, 236, 105)
    return picture


def wall() -> Photo:
    """Grey plaster."""
    return Scene(tone=(128, 130, 133), colour=(110, 112, 116)).photo()


def grass() -> Photo:
    return Scene(tone=(70, 150, 60), colour=(50, 110, 45)).photo()


@pytest.mark.parametrize("tone", [LIGHT, BROWN, DARK], ids=["light", "brown", "dark"])
@pytest.mark.parametrize("light", [1.0, 0.75, (0.92, 1.0, 1.08), (1.1, 1.0, 0.8)], ids=["day", "dim", "cool", "warm"])
def test_a_lesion_passes_on_any_skin_in_any_usual_light(
    gate: Gate, tone: tuple[int, int, int], light: float | tuple[float, float, float]
) -> None:
    gains = light if isinstance(light, tuple) else (light,)
    dark = tuple(round(0.5 * value) for value in tone)
    found = gate.judge(lit(Scene(tone=tone, colour=dark).photo(), *gains))
    assert (found.problems, found.looks_like) == ((), LooksLike.LESION)
    assert found.confidence > 0.5


@pytest.mark.parametrize(
    "photo",
    [
        with_rim(Scene(tone=(190, 140, 170)).photo()),  # pink-violet under gel, a black rim
        with_hair(Scene(tone=(214, 160, 158)).photo()),
        with_hair(with_rim(Scene(axes=(170, 120)).photo())),  # a lesion that fills the view
        cv2.resize(Scene().photo(), (200, 150), interpolation=cv2.INTER_AREA),  # as small as data sets have it
    ],
    ids=["rim", "hair", "large", "small"],
)
def test_dermoscopy_passes(gate: Gate, photo: Photo) -> None:
    assert gate.judge(photo).problems == ()


@pytest.mark.parametrize(
    ("photo", "problem", "looks_like"),
    [
        (sheet(), Problem.DOCUMENT, LooksLike.DOCUMENT),
        (turned(sheet(), 24), Problem.DOCUMENT, LooksLike.DOCUMENT),
        (np.rot90(sheet()), Problem.DOCUMENT, LooksLike.DOCUMENT),
        (lit(sheet(), 0.5), Problem.DOCUMENT, LooksLike.DOCUMENT),
        (screen(), Problem.SCREENSHOT, LooksLike.SCREENSHOT),
        (screen(tall=False), Problem.SCREENSHOT, LooksLike.SCREENSHOT),
        (drawing(), Problem.SCREENSHOT, LooksLike.SCREENSHOT),  # whatever a machine has painted
        (wall(), Problem.NO_SKIN, LooksLike.OTHER),
        (grass(), Problem.NO_SKIN, LooksLike.OTHER),
        (cv2.GaussianBlur(Scene().photo(), (0, 0), 12), Problem.BLURRED, LooksLike.LESION),
        (lit(Scene().photo(), 0.2), Problem.TOO_DARK, LooksLike.LESION),
        (lit(Scene().photo(), 3.0), Problem.TOO_BRIGHT, LooksLike.OTHER),
        (cv2.resize(Scene().photo(), (80, 60)), Problem.TOO_SMALL, LooksLike.LESION),
    ],
    ids="sheet turned lying dim-sheet screen wide-screen drawing wall grass blurred dark bright small".split(),
)
def test_what_cannot_be_read_is_named(gate: Gate, photo: Photo, problem: Problem, looks_like: LooksLike) -> None:
    found = gate.judge(photo)
    assert (found.as_json()["problem"], found.looks_like) == (problem, looks_like)
    assert not found.ok


def test_a_shaken_photo_is_blurred_in_one_direction_only(gate: Gate) -> None:
    shaken = cv2.filter2D(Scene().photo(), -1, np.full((1, 45), 1 / 45, np.float32))
    assert Problem.BLURRED in gate.judge(shaken).problems


def test_the_photo_as_it_was_sent_counts_for_its_size(gate: Gate) -> None:
    assert gate.judge(Scene().photo(), shorter_side=90).problems == (Problem.TOO_SMALL,)


def test_notes_do_not_refuse(gate: Gate) -> None:
    found = gate.judge(Scene().photo(), animated=True)
    assert found.ok
    assert Note.ANIMATED in found.notes


def test_more_blur_is_never_sharper(gate: Gate) -> None:
    sharpness = [
        gate.judge(cv2.GaussianBlur(Scene().photo(), (0, 0), wide)).measured["sharpness"] for wide in (1, 3, 6, 12)
    ]
    assert sharpness == sorted(sharpness, reverse=True)


@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (400, 1), (8, 8)])
def test_slivers_are_too_small_and_no_error(gate: Gate, shape: tuple[int, int]) -> None:
    assert Problem.TOO_SMALL in gate.judge(np.full((*shape, 3), 180, np.uint8)).problems
