"""What files become pages, and the answer that each bad one gets; no net is loaded here."""

import io

import numpy as np
import pytest
from PIL import Image

from vision.report.ocr import Engine
from vision.report.quality import Problem
from vision.report.reading import Reader
from vision.report.upright import tilt, turned
from vision.tests.files import archive, bomb, photo
from vision.tests.report_files import document, text_page
from vision.tests.report_lines import NoEngine, told


class Blank(NoEngine):
    """Finds no text at all."""

    def detect(self, _: np.ndarray) -> list[np.ndarray]:
        return []

    def read(self, _: np.ndarray, __: object) -> list[object]:
        return []


def blind() -> Reader:
    reader = Reader()
    reader.__dict__["engine"] = Blank()
    return reader


def test_a_document_is_read_by_its_text() -> None:
    report = blind().read(io.BytesIO(document([text_page()]))).report
    assert told(report) == [
        ("WBC", "11.92", "10^9/L", "3.50-9.50"),
        ("HGB", "134", "g/L", "115-150"),
        ("PLT", "98", "10^9/L", "125-350"),
    ]
    assert [item.flag.value for item in report.items] == ["high", "normal", "low"]
    assert all(item.ask_back is None and item.confidence == 1.0 for item in report.items)


def test_rows_that_go_on_on_the_next_page() -> None:
    more = [(700, ("TEST", "RESULT", "UNIT", "REFERENCE RANGE")), (680, ("ALT", "45", "U/L", "9-50"))]
    more += [(660, ("HGB", "134", "g/L", "115-150")), (640, ("CREA", "71", "umol/L", "57-97"))]
    read = blind().read(io.BytesIO(document([text_page(), text_page(more)])))
    assert [item.name for item in read.report.items] == ["WBC", "HGB", "PLT", "ALT", "CREA"]
    assert read.report.pages == len(read.pages) == 2
    assert [item.box.page for item in read.report.items if item.box] == [0, 0, 0, 1, 1]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(document([text_page()], encrypted=True), Problem.ENCRYPTED, id="password"),
        pytest.param(document([b""] * 31), Problem.TOO_MANY_PAGES, id="31 pages"),
        pytest.param(document([text_page()])[:300], Problem.DAMAGED, id="half a document"),
        pytest.param(document([b""]), Problem.NO_TEXT, id="an empty page"),
        pytest.param(b"%PDF-1.4 nothing", Problem.DAMAGED, id="no document"),
        pytest.param(bomb(12_000, 9_000), Problem.TOO_MANY_PIXELS, id="12,000 pixels wide"),
        pytest.param(photo()[:2000], Problem.DAMAGED, id="half a photo"),
        pytest.param(photo(), Problem.NO_TEXT, id="a photo of nothing"),
        pytest.param(archive(), Problem.NO_REPORT, id="an archive"),
        pytest.param(b"", Problem.NO_REPORT, id="nothing"),
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, problem: Problem) -> None:
    report = blind().read(io.BytesIO(content)).report
    assert report.quality.problem == problem
    assert report.items == ()


def test_a_dark_photo_says_so() -> None:
    written = io.BytesIO()
    Image.new("RGB", (800, 600), (12, 12, 12)).save(written, "JPEG")
    assert blind().read(written).report.quality.problem == Problem.TOO_DARK


class Tiles(Engine):
    """Detects nothing, but remembers what it was shown."""

    def __init__(self) -> None:
        self.shown: list[tuple[int, ...]] = []

    def _detect(self, picture: np.ndarray) -> list[np.ndarray]:
        self.shown.append(picture.shape)
        height = picture.shape[0]
        # A line a hundred pixels from the top of whatever is shown.
        return [np.array([(10, 100), (200, 100), (200, 120), (10, 120)], dtype=np.float32)] if height > 130 else []


def test_a_scrolled_screenshot_is_looked_at_in_pieces() -> None:
    tiles = Tiles()
    found = tiles.detect(np.zeros((12_000, 1_080, 3), dtype=np.uint8))
    assert len(tiles.shown) > 5
    assert all(height < 2_000 for height, _, _ in tiles.shown)
    middles = [float(quad[:, 1].mean()) for quad in found]
    assert middles == sorted(set(middles))  # none twice


@pytest.mark.parametrize("degrees", [-80.0, -30.0, 0.0, 14.0, 60.0, 88.0])
def test_the_tilt_of_a_page_is_the_direction_of_its_lines(degrees: float) -> None:
    angle = np.radians(degrees)
    along, down = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    quads = []
    for number in range(12):
        corner = 200.0 + 40 * number * down
        box = np.array([corner, corner + 150 * along, corner + 150 * along + 20 * down, corner + 20 * down])
        start = int(box.sum(axis=1).argmin())  # detectors begin at the corner nearest to the top left
        quads.append(np.roll(box, -start, axis=0).astype(np.float32))
    assert tilt(quads) == pytest.approx(degrees, abs=0.5)


def test_turning_keeps_the_whole_page() -> None:
    picture = np.zeros((100, 300, 3), dtype=np.uint8)
    assert turned(picture, 88.5).shape == (300, 100, 3)
    assert min(turned(picture, 45.0).shape[:2]) >= 280
