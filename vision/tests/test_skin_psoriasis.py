"""Suggestions for a PASI form: redder never scores lower, and other light moves a score by at most one step."""

import random

import cv2
import numpy as np
import pytest

from vision.skin.psoriasis import Suggestions, suggest
from vision.tests.lesions import BROWN, DARK, LIGHT, Photo, Scene, lit

TONES = pytest.mark.parametrize("tone", [LIGHT, BROWN, DARK], ids=["light", "brown", "dark"])


def plaque(tone: tuple[int, int, int], redness: float, *, axes: tuple[int, int] = (150, 100)) -> Photo:
    """A red patch: skin with so much less green and blue light, 0 to 1."""
    less = 1 - redness
    colour = (tone[0], round(tone[1] * less), round(tone[2] * less))
    return Scene(tone=tone, colour=colour, axes=axes).photo()


def scaly(photo: Photo, mask: np.ndarray, strength: float, seed: int = 5) -> Photo:
    """White flakes within the patch."""
    dice = np.random.default_rng(seed)
    flakes = cv2.GaussianBlur(dice.random(mask.shape).astype(np.float32), (0, 0), 2)
    on = ((flakes > np.quantile(flakes, 0.7)) & mask)[..., None] * strength
    return np.clip(photo * (1 - on) + np.array([235, 230, 225]) * on, 0, 255).astype(np.uint8)


def measured(photo: Photo) -> Suggestions:
    found = suggest(photo)
    assert found is not None
    return found


def grades(photo: Photo) -> tuple[int, int, int]:
    found = measured(photo)
    assert found.erythema is not None
    assert found.desquamation is not None
    return found.erythema.grade, found.desquamation.grade, found.area.grade


@TONES
def test_redder_never_scores_lower(tone: tuple[int, int, int]) -> None:
    found = [measured(plaque(tone, redness)).erythema for redness in np.linspace(0.05, 0.6, 6)]
    values = [0.0 if one is None else one.value for one in found]
    steps = [0 if one is None else one.grade for one in found]
    assert values == sorted(values)
    assert steps == sorted(steps)
    assert (steps[0], steps[-1]) == (min(steps), 4)


@TONES
def test_other_light_moves_a_score_by_at_most_one_step(tone: tuple[int, int, int]) -> None:
    dice = random.Random(tone[0])
    photo = scaly(plaque(tone, 0.3), Scene(axes=(150, 100)).mask(), 0.3)
    day = grades(photo)
    for _ in range(8):
        gain = dice.uniform(0.65, 1.1)
        gains = [gain * cast for cast in (dice.uniform(0.88, 1.12), 1.0, dice.uniform(0.85, 1.15))]
        assert all(abs(one - other) <= 1 for one, other in zip(grades(lit(photo, *gains)), day, strict=True)), gains


def test_a_larger_plaque_is_a_larger_area() -> None:
    found = [measured(plaque(LIGHT, 0.35, axes=axes)).area for axes in ((60, 40), (120, 80), (190, 140), (260, 190))]
    shares = [100 * float(Scene(axes=axes).mask().mean()) for axes in ((60, 40), (120, 80), (190, 140), (260, 190))]
    assert [one.value for one in found] == pytest.approx(shares, rel=0.12)
    assert [one.grade for one in found] == [1, 2, 3, 4]
    assert all(one.lowest <= one.grade <= one.highest for one in found)


def test_more_scales_never_score_lower() -> None:
    mask = Scene(axes=(150, 100)).mask()
    values = [
        one.value if (one := measured(scaly(plaque(LIGHT, 0.3), mask, strength)).desquamation) else 0.0
        for strength in (0.0, 0.15, 0.3, 0.6)
    ]
    assert values == sorted(values)
    assert values[-1] > 2 * values[0]


def test_skin_of_one_colour_suggests_nothing() -> None:
    found = measured(Scene(colour=LIGHT).photo())
    assert (found.erythema, found.desquamation) == (None, None)
    assert (found.area.value, found.area.grade) == (0.0, 0)


def test_no_skin_no_suggestions() -> None:
    assert suggest(np.full((300, 400, 3), (90, 140, 80), np.uint8)) is None


def test_thickness_is_never_suggested() -> None:
    assert measured(plaque(LIGHT, 0.3)).as_json()["induration"] is None
