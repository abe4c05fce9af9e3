"""Pages that were photographed from aside, at any angle, or whose print is pale."""

import io
from random import Random

import cv2
import numpy as np
import pytest

from vision.report.light import evened, is_faint
from vision.report.lines import Quad
from vision.report.reading import Reader
from vision.report.sheets.fonts import typefaces
from vision.report.sheets.printing import Sheet, layouts, print_sheet
from vision.report.skew import homography
from vision.report.upright import read_upright, tilt, turned

pytestmark = pytest.mark.timeout(400)
needs_fonts = pytest.mark.skipif(not typefaces(), reason="no Chinese font on this machine")
WIDTH, HEIGHT = 1000, 1400


def camera(width: int, height: int, *, lean: float, aside: float, turn: float) -> tuple[np.ndarray, tuple[int, int]]:
    """The homography from a page (pixels) to a photo of all of it, and the photo's size. The page leans back by
    ``lean``, is seen from ``aside``, and is turned in the picture by ``turn`` degrees, two of its lengths away."""
    x, y, z = (np.radians(one) for one in (lean, aside, turn))
    about_x = np.array([[1, 0, 0], [0, np.cos(x), -np.sin(x)], [0, np.sin(x), np.cos(x)]])
    about_y = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    about_z = np.array([[np.cos(z), -np.sin(z), 0], [np.sin(z), np.cos(z), 0], [0, 0, 1]])
    turned_page = about_z @ about_x @ about_y
    long = float(max(width, height))
    away = np.array([0, 0, 1.5 * long])
    to_page = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
    seen = np.diag([1.5 * long, 1.5 * long, 1.0]) @ np.column_stack([turned_page[:, 0], turned_page[:, 1], away])
    matrix = seen @ to_page
    corners = cv2.perspectiveTransform(np.float64([[(0, 0), (width, 0), (width, height), (0, height)]]), matrix)[0]
    low, high = corners.min(axis=0) - 40, corners.max(axis=0) + 40
    moved = np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1]])
    return moved @ matrix, (int(high[0] - low[0]), int(high[1] - low[1]))


def table_places() -> list[Quad]:
    """The places of a table's cells, as on the page."""
    places = []
    for row in range(24):
        for left, width in ((60, 190), (330, 60), (480, 140), (700, 90)):
            top = 120 + 48 * row
            long = width * (0.7 + 0.3 * ((row * 7 + left) % 5) / 4)
            places.append(
                np.array([(left, top), (left + long, top), (left + long, top + 24), (left, top + 24)], np.float32)
            )
    return places


def seen_places(matrix: np.ndarray, noise: np.random.Generator) -> list[Quad]:
    """Rectangles around each place as a detector gives them in the picture, a little off."""
    found = []
    for place in table_places():
        seen = cv2.perspectiveTransform(place[None].astype(np.float64), matrix)[0]
        left, right = (seen[0] + seen[3]) / 2, (seen[1] + seen[2]) / 2
        along = (right - left) / np.hypot(*(right - left))
        down = np.array([-along[1], along[0]])
        half = down * abs((seen[3] - seen[0]) @ down) / 2
        quad = np.array([left - half, right - half, right + half, left + half]) + noise.normal(0, 0.7, (1, 2))
        found.append(quad.astype(np.float32))
    return found


@pytest.mark.parametrize("turn", [-4.0, 0.0, 5.0])
@pytest.mark.parametrize(("lean", "aside"), [(40.0, 25.0), (35.0, 30.0), (-30.0, 40.0), (0.0, -50.0)])
def test_the_places_of_a_skewed_page_become_rows_and_columns(lean: float, aside: float, turn: float) -> None:
    matrix, size = camera(WIDTH, HEIGHT, lean=lean, aside=aside, turn=turn)
    matrix = level(seen_places(matrix, np.random.default_rng(3))) @ matrix
    back = homography(seen_places(matrix, np.random.default_rng(4)), *size)
    assert back is not None
    corners = np.float64([[(60, 120), (700, 120), (700, 1200), (60, 1200)]])
    at = cv2.perspectiveTransform(cv2.perspectiveTransform(corners, matrix), back)[0]
    for first, second in ((0, 1), (3, 2)):
        way = at[second] - at[first]
        assert abs(np.degrees(np.arctan2(way[1], way[0]))) < 2.0
    for first, second in ((0, 3), (1, 2)):
        way = at[second] - at[first]
        assert abs(np.degrees(np.arctan2(way[0], way[1]))) < 4.0
    across, down = np.hypot(*(at[1] - at[0])), np.hypot(*(at[3] - at[0]))
    assert 0.6 < (across / 640) / (down / 1080) < 1.6  # the focal length isn't known


def level(quads: list[Quad]) -> np.ndarray:
    """What turns a page back by its lines' tilt."""
    matrix = np.eye(3)
    matrix[:2] = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), tilt(quads), 1.0)
    return matrix


def test_a_page_that_is_held_as_usual_is_left_alone() -> None:
    matrix, size = camera(WIDTH, HEIGHT, lean=8, aside=-7, turn=3)
    assert homography(seen_places(matrix, np.random.default_rng(3)), *size) is None
    assert homography(table_places()[:6], *size) is None


def test_what_is_no_table_is_left_alone() -> None:
    noise = np.random.default_rng(1)
    scattered = []
    for _ in range(60):
        middle, angle = noise.uniform(0, 1000, 2), noise.uniform(0, np.pi)
        along, down = np.array([np.cos(angle), np.sin(angle)]) * 60, np.array([-np.sin(angle), np.cos(angle)]) * 12
        scattered.append(
            (middle + np.array([-along - down, along - down, along + down, -along + down])).astype(np.float32)
        )
    matrix = homography(scattered, 1000, 1000)
    assert matrix is None or np.isfinite(matrix).all()


@pytest.mark.parametrize("degrees", [37.0, -58.0, 90.0, -15.0])
def test_the_tilt_of_a_page_is_found_at_any_angle(degrees: float) -> None:
    turn = np.eye(3)
    turn[:2] = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), -degrees, 1.0)
    assert tilt(seen_places(turn, np.random.default_rng(5))) == pytest.approx(degrees, abs=1.0)
    assert turned(np.zeros((300, 200, 3), np.uint8), degrees).shape[0] > 0


def test_pale_print_is_made_dark_and_dark_print_is_no_pale_one() -> None:
    paper = np.full((400, 600, 3), 190, np.uint8)
    paper[:, 300:] = 150  # a shadow
    places = []
    for row in range(12):
        for left in (40, 340):
            cv2.putText(paper, "12.5", (left, 40 + 28 * row), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (165, 165, 165), 2)
            top = 22 + 28 * row
            places.append(
                np.array([(left, top), (left + 60, top), (left + 60, top + 22), (left, top + 22)], np.float32)
            )
    pale = paper.copy()
    pale[:, 300:] = np.minimum(pale[:, 300:], (pale[:, 300:] * (130 / 165)).astype(np.uint8))
    assert is_faint(pale, places)
    assert not is_faint(evened(pale), places)
    assert not is_faint(paper, [])


@needs_fonts
def test_a_page_of_hardly_any_ink_is_read() -> None:
    sheet = print_sheet(layouts()[2], typefaces()[0], Random(4))
    small = cv2.resize(sheet.picture, None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA).astype(np.float32)
    in_light = 225 * (1 - (1 - small / 255) * 0.06) * np.linspace(1, 0.55, small.shape[1])[None, :, None]
    noisy = in_light + np.random.default_rng(1).normal(0, 2.5, small.shape)
    pale = cv2.imencode(".jpg", np.clip(noisy, 0, 255).astype(np.uint8)[:, :, ::-1])[1]
    items = Reader().read(io.BytesIO(pale.tobytes())).report.items
    assert len(items) >= 0.9 * len(sheet.truth)


def taken(sheet: Sheet, *, lean: float, aside: float, turn: float, ink: float = 1.0) -> bytes:
    """A photo of a sheet; ``ink`` below 1 is pale print."""
    height, width = sheet.picture.shape[:2]
    picture = (255 - (255 - sheet.picture.astype(np.float32)) * ink).astype(np.uint8)
    matrix, size = camera(width, height, lean=lean, aside=aside, turn=turn)
    photo = cv2.warpPerspective(picture, matrix, size, flags=cv2.INTER_AREA, borderValue=(150, 140, 120))
    return cv2.imencode(".jpg", cv2.cvtColor(photo, cv2.COLOR_RGB2BGR))[1].tobytes()


@needs_fonts
@pytest.mark.parametrize(
    ("lean", "aside", "turn", "ink"),
    [(45.0, 15.0, 118.0, 1.0), (20.0, -40.0, -62.0, 1.0), (10.0, 0.0, 25.0, 0.13)],
)
def test_a_sheet_photographed_from_aside_at_any_angle(lean: float, aside: float, turn: float, ink: float) -> None:
    printed = print_sheet(layouts()[4], typefaces()[0], Random(2))
    read = Reader().read(io.BytesIO(taken(printed, lean=lean, aside=aside, turn=turn, ink=ink)))
    found = {(item.name, item.value_text) for item in read.report.items}
    truth = {(row.name, row.value) for row in printed.truth}
    assert len(found & truth) >= 0.8 * len(truth)
    wrong = [item for item in read.report.items if item.ask_back is None and (item.name, item.value_text) not in truth]
    assert wrong == []


@needs_fonts
def test_a_line_reads_the_same_whatever_is_read_beside_it() -> None:
    printed = print_sheet(layouts()[4], typefaces()[0], Random(2))
    page = np.ascontiguousarray(printed.picture[:, :, ::-1])
    engine = Reader().engine
    quads = engine.detect(page)
    together = engine.read_each(page, quads)
    assert len(together) == len(quads) > 20
    for number in range(0, len(quads), 5):
        [alone] = engine.read_each(page, [quads[number]])
        assert (alone.text, alone.places) == (together[number].text, together[number].places)


@needs_fonts
@pytest.mark.parametrize(("sigma", "quarter"), [(2.0, 1), (2.1, 3)])
def test_a_blurred_sheet_on_its_side_whose_lines_the_detector_does_not_see(sigma: float, quarter: int) -> None:
    printed = print_sheet(layouts()[13], typefaces()[0], Random(2)).picture
    small = cv2.GaussianBlur(cv2.resize(printed, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), (0, 0), sigma)
    photo = turned(cv2.copyMakeBorder(small, *(150,) * 4, cv2.BORDER_CONSTANT, value=(60, 90, 60)), 8.0 * (2 - quarter))
    photo = np.ascontiguousarray(np.rot90(photo, quarter)[:, :, ::-1])
    engine = Reader().engine
    assert len(engine.detect(photo)) < 10
    page, lines = read_upright(engine, photo)
    assert len(lines) > 30
    assert sum(line.score for line in lines) / len(lines) > 0.85
    assert page.shape[1] > page.shape[0]


@needs_fonts
def test_the_lines_of_a_page_from_aside_are_read_level() -> None:
    printed = print_sheet(layouts()[4], typefaces()[0], Random(2))
    photo = cv2.imdecode(np.frombuffer(taken(printed, lean=20, aside=-40, turn=0), np.uint8), cv2.IMREAD_COLOR)
    _, lines = read_upright(Reader().engine, photo)
    ways = [line.quad[1] - line.quad[0] for line in lines if line.length > 4 * line.height]
    degrees = np.degrees([np.arctan2(y, x) for x, y in ways])
    assert len(ways) > 8
    assert np.percentile(degrees, 95) - np.percentile(degrees, 5) < 5.0
