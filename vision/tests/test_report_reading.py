"""Sheets drawn, photographed and read by the nets; and through the service, in a confined worker."""

import io
import json
from random import Random

import cv2
import httpx
import numpy as np
import pytest

from vision.report.reading import Read, Reader
from vision.report.sheets.fonts import typefaces
from vision.report.sheets.photographing import photographed
from vision.report.sheets.printing import Sheet, layouts, print_sheet
from vision.tests.files import archive, bomb
from vision.tests.report_files import document, text_page
from vision.tests.report_lines import told
from vision.tests.test_rehab_service import parts

pytestmark = pytest.mark.timeout(400)  # a page is two seconds of two free cores, and much more of busy ones
needs_fonts = pytest.mark.skipif(not typefaces(), reason="no Chinese font on this machine")


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def png(picture: np.ndarray) -> bytes:
    return cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))[1].tobytes()


def sheet(number: int, seed: int = 1) -> Sheet:
    return print_sheet(layouts()[number], typefaces()[0], Random(seed))


def right(read: Read, printed: Sheet) -> float:
    """The share of items with the printed name and value."""
    found = {(name, value) for name, value, _, _ in told(read.report)}
    return sum((row.name, row.value) in found for row in printed.truth) / len(printed.truth)


def unasked_errors(read: Read, printed: Sheet) -> list[str]:
    truth = {(row.name, row.value) for row in printed.truth}
    return [
        f"{item.name} {item.value_text}"
        for item in read.report.items
        if (item.name, item.value_text) not in truth and item.ask_back is None
    ]


@needs_fonts
def test_a_photo_that_was_held_upside_down(reader: Reader) -> None:
    printed = sheet(4)
    photo = photographed(printed.picture, "clean", Random(3))[::-1, ::-1]
    read = reader.read(io.BytesIO(png(np.ascontiguousarray(photo))))
    assert right(read, printed) == 1.0
    assert unasked_errors(read, printed) == []
    height, width = read.pages[0].shape[:2]
    for item in read.report.items:  # boxes are on the page as it was turned
        assert item.box is not None
        assert 0 <= item.box.left < item.box.right <= width
        assert 0 <= item.box.top < item.box.bottom <= height


@needs_fonts
def test_a_fax_gives_right_values_or_questions(reader: Reader) -> None:
    printed = sheet(4, seed=2)
    grey = cv2.cvtColor(printed.picture, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, None, fx=0.45, fy=0.45, interpolation=cv2.INTER_AREA)
    fax = np.where(small > 150, 255, 0).astype(np.uint8)
    read = reader.read(io.BytesIO(png(cv2.cvtColor(fax, cv2.COLOR_GRAY2RGB))))
    assert right(read, printed) >= 0.7
    assert unasked_errors(read, printed) == []


@needs_fonts
def test_a_photo_through_the_service(service: httpx.Client) -> None:
    printed = sheet(4, seed=3)
    answer = service.post("/report", params={"name": "某某某"}, content=png(printed.picture), timeout=110)
    assert answer.status_code == 200
    found = parts(answer)
    told_of = json.loads(found["findings"])
    assert told_of["kind"] == "lab"
    assert len(told_of["items"]) == len(printed.truth)
    assert told_of["patient"]["matches"] is False
    assert "*" in told_of["patient"]["name"]
    asked = {f"cut_{number}" for number, item in enumerate(told_of["items"]) if item["ask_back"]}
    assert set(found) == {"findings", "page"} | asked
    for name in {"page"} | asked:
        assert cv2.imdecode(np.frombuffer(found[name], np.uint8), cv2.IMREAD_COLOR) is not None


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (document([text_page()], encrypted=True), "encrypted"),
        (document([b""] * 40), "too_many_pages"),
        (bomb(12_000, 9_000), "too_many_pixels"),
        (archive(), "no_report"),
        (b"", "no_report"),
    ],
)
def test_bad_files_are_answered_with_why(service: httpx.Client, content: bytes, problem: str) -> None:
    answer = service.post("/report", content=content, timeout=110)
    assert answer.status_code == 200
    assert json.loads(parts(answer)["findings"])["quality"]["problem"] == problem


def test_a_document_that_unpacks_to_very_much(service: httpx.Client) -> None:
    """A gigabyte of blanks in a megabyte: an answer or a lost worker, and the next file is read as ever."""
    huge = document([b" " * 200_000_000 + text_page()], packed=True)
    assert len(huge) < 1_000_000
    assert service.post("/report", content=huge, timeout=110).status_code in {200, 422}
    answer = service.post("/report", content=document([text_page()]), timeout=110)
    assert [item["code"] for item in json.loads(parts(answer)["findings"])["items"]] == ["wbc", "hgb", "plt"]


@pytest.mark.parametrize("name", ["", "长" * 61])
def test_names_that_nobody_has_are_refused(service: httpx.Client, name: str) -> None:
    assert service.post("/report", params={"name": name}, content=b"x").status_code == 422
