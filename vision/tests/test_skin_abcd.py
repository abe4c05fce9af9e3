"""Measurements of lesions whose shape, colours and size are known, because they were drawn."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from vision.skin.abcd import Abcd, measure
from vision.skin.coin import find_coin
from vision.skin.network import Kind
from vision.skin.region import region
from vision.skin.ruler import find_ruler
from vision.skin.shades import encoded, linear
from vision.skin.shape import asymmetry, diameter, irregularity
from vision.tests.lesions import BROWN, DARK, LIGHT, Photo, Scene, lit, turned, with_coin, with_hair, with_ruler

WIDE = Scene(size=(1000, 750), centre=(330, 300), axes=(75, 50))


def seen(photo: Photo, mask: np.ndarray, *, kind: Kind = Kind.PHONE, coin_mm: float | None = None) -> Abcd:
    """Measured as after the network, whose mask is soft at the border."""
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 3)
    found = region(photo, soft)
    assert found is not None
    return measure(photo, soft, found, kind, coin_mm=coin_mm)


def drawn(points: np.ndarray, size: tuple[int, int] = (400, 400)) -> np.ndarray:
    mask = np.zeros(size, np.uint8)
    cv2.fillPoly(mask, [points.round().astype(np.int32)], 1)
    return mask > 0


def star(rays: int, depth: float, radius: float = 110) -> np.ndarray:
    angles = np.linspace(0, 2 * np.pi, 720, endpoint=False)
    reach = radius * (1 + depth * np.sin(rays * angles))
    return drawn(np.stack([200 + reach * np.cos(angles), 200 + reach * np.sin(angles)], axis=1))


def test_a_circle_is_symmetric_smooth_and_as_wide_as_it_is() -> None:
    circle = star(1, 0)
    assert max(asymmetry(circle)) < 0.01
    assert irregularity(circle) == pytest.approx(1, abs=0.01)
    assert diameter(circle) == pytest.approx(221, abs=1)


@pytest.mark.parametrize("degrees", [0, 17, 45, 90, 133])
def test_an_ellipse_is_symmetric_however_it_lies(degrees: float) -> None:
    mask = Scene(degrees=degrees, axes=(120, 60)).mask()
    assert max(asymmetry(mask)) < 0.02
    assert irregularity(mask) == pytest.approx(1.19, abs=0.03)  # of an ellipse of two to one, by its perimeter


def test_half_a_circle_is_asymmetric_along_one_axis_only() -> None:
    half = star(1, 0)
    half[:200] = False
    first, second = sorted(asymmetry(half))
    assert first < 0.02
    assert second > 0.1


def test_a_border_with_more_or_deeper_bays_is_more_irregular() -> None:
    values = [irregularity(star(rays, depth)) for rays, depth in ((8, 0.0), (8, 0.05), (8, 0.12), (16, 0.12))]
    assert values == sorted(values)
    assert values[-1] > 2


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_shape_does_not_depend_on_size(scale: float) -> None:
    mask = star(5, 0.15)
    other = cv2.resize(mask.astype(np.uint8), None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST) > 0
    assert irregularity(other) == pytest.approx(irregularity(mask), rel=0.06)
    assert sorted(asymmetry(other)) == pytest.approx(sorted(asymmetry(mask)), abs=0.02)


def test_what_is_measured_is_within_its_uncertainty() -> None:
    found = seen(Scene().photo(), Scene().mask())
    assert found.diameter_px is not None
    assert abs(found.diameter_px.value - 141) <= max(3.0, found.diameter_px.uncertainty)
    assert 0 < found.diameter_px.uncertainty < 14
    assert found.border is not None
    assert found.border.uncertainty < 0.05


def test_a_blurred_border_is_less_certain() -> None:
    scene = Scene()
    sharp, soft = (cv2.GaussianBlur(scene.mask().astype(np.float32), (0, 0), wide) for wide in (1, 20))
    photo = scene.photo()
    values = [measure(photo, mask, region(photo, mask), Kind.PHONE).diameter_px for mask in (sharp, soft)]  # type: ignore[arg-type]
    assert values[0] is not None
    assert values[1] is not None
    assert values[1].uncertainty > 2 * values[0].uncertainty


def test_a_lesion_that_goes_on_beyond_the_photo_has_no_shape_and_no_size() -> None:
    scene = Scene(centre=(20, 225))
    found = seen(scene.photo(), scene.mask())
    assert found.cut
    assert (found.asymmetry, found.border, found.diameter_px, found.diameter_mm) == (None, None, None, None)
    assert found.colours.count >= 1


def test_a_lesion_that_fills_the_photo_still_has_colours() -> None:
    photo = Scene().photo()
    found = seen(photo, np.ones(photo.shape[:2], bool))
    assert found.cut
    assert np.isfinite(found.colours.spread)


def test_no_coin_no_ruler_no_millimetres() -> None:
    found = seen(with_hair(WIDE.photo()), WIDE.mask())
    assert found.diameter_px is not None
    assert (found.diameter_mm, found.scale) == (None, None)


@pytest.mark.parametrize("radius", [60, 90, 140])
@pytest.mark.parametrize("tone", [LIGHT, BROWN], ids=["light", "brown"])
def test_a_coin_is_found_where_it_lies(radius: int, tone: tuple[int, int, int]) -> None:
    scene = replace(WIDE, tone=tone)
    found = region(scene.photo(), scene.mask())
    assert found is not None
    coin = find_coin(with_coin(scene.photo(), radius, (720, 420)), found.lesion, found.around)
    assert coin is not None
    assert (coin.x, coin.y) == pytest.approx((720, 420), abs=4)
    assert abs(coin.diameter - 2 * radius) <= max(4, coin.uncertainty)


def test_which_yuan_it_is_nobody_knows_unless_told() -> None:
    photo = with_coin(WIDE.photo(), 90, (720, 420))
    open_ended, told = seen(photo, WIDE.mask()), seen(photo, WIDE.mask(), coin_mm=25.0)
    true_mm = 151 / (180 / 25.0)
    assert open_ended.diameter_mm is not None
    assert told.diameter_mm is not None
    assert open_ended.diameter_mm[0] < true_mm * 22.25 / 25 < true_mm < open_ended.diameter_mm[1]
    assert told.diameter_mm[0] < true_mm < told.diameter_mm[1]
    assert told.diameter_mm[1] - told.diameter_mm[0] < open_ended.diameter_mm[1] - open_ended.diameter_mm[0]


def test_a_brown_spot_is_no_coin() -> None:
    scene = replace(WIDE, axes=(70, 70))
    found = region(scene.photo(), np.zeros(scene.photo().shape[:2]) + 0.0)
    assert found is None
    second = replace(scene, centre=(700, 420)).mask()
    photo = scene.photo()
    photo[second] = (120, 75, 60)
    lesion = region(photo, scene.mask().astype(np.float32))
    assert lesion is not None
    assert find_coin(photo, lesion.lesion, lesion.around) is None


@pytest.mark.parametrize("pixels_per_mm", [7.5, 12.0, 20.0])
@pytest.mark.parametrize("degrees", [0, 15])
def test_a_ruler_is_read_to_two_percent(pixels_per_mm: float, degrees: float) -> None:
    found = find_ruler(turned(with_ruler(WIDE.photo(), pixels_per_mm), degrees, scale=0.85))
    assert found is not None
    assert found.pixels_per_mm == pytest.approx(0.85 * pixels_per_mm, rel=0.02)
    assert abs(found.pixels_per_mm - 0.85 * pixels_per_mm) <= max(0.1, 2 * found.uncertainty)


def test_skin_and_hair_are_no_ruler() -> None:
    assert find_ruler(with_hair(WIDE.photo())) is None


def test_a_dermatoscope_shows_no_coin() -> None:
    photo = with_coin(WIDE.photo(), 90, (720, 420))
    assert seen(photo, WIDE.mask(), kind=Kind.DERMOSCOPY).diameter_mm is None


@pytest.mark.parametrize("tone", [LIGHT, BROWN, DARK], ids=["light", "brown", "dark"])
def test_colours_are_counted_against_the_skin_they_are_on(tone: tuple[int, int, int]) -> None:
    plain = Scene(tone=tone, colour=tuple(round(0.62 * value) for value in tone), axes=(90, 60))  # type: ignore[arg-type]
    photo, mask = plain.photo(), plain.mask()
    assert seen(photo, mask).colours.count == 1
    mixed = photo.copy()
    mixed[:, 290:][mask[:, 290:]] = (14, 11, 10)
    mixed[225:, :290][mask[225:, :290]] = np.array(tone) * 0.42 + np.array([-10, 4, 26]) * tone[0] / 222
    assert seen(mixed, mask).colours.count >= 3


def test_other_light_counts_the_same_colours() -> None:
    scene = Scene(axes=(90, 60))
    day = seen(scene.photo(), scene.mask()).colours
    for gains in ((0.8,), (1.05, 0.95, 0.85), (0.85, 0.95, 1.05)):
        other = seen(lit(scene.photo(), *gains), scene.mask()).colours
        assert other.count == day.count
        assert other.contrast == pytest.approx(day.contrast, rel=0.2)


def test_light_and_back_again() -> None:
    photo = Scene().photo()
    assert np.abs(encoded(linear(photo)).astype(int) - photo).max() <= 1


def test_there_is_no_lesion_in_a_speck() -> None:
    photo = Scene().photo()
    speck = np.zeros(photo.shape[:2], np.float32)
    speck[100:105, 100:105] = 1
    assert region(photo, speck) is None


def test_a_hair_does_not_cut_a_lesion_open() -> None:
    mask = Scene().mask().astype(np.float32)
    cut = mask.copy()
    cut[223:226, 250:330] = 0
    found = region(Scene().photo(), cut)
    assert found is not None
    assert found.area == pytest.approx(mask.sum(), rel=0.02)
