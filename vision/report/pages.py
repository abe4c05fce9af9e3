"""From a file's bytes to pages: photos by their pixels, documents by their text where they have one."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from vision import pictures
from vision.report.lines import Line, Picture
from vision.report.quality import Problem
from vision.sniff import HEAD_BYTES, MediaKind, sniff

MOST_PAGES = 30
READ_PAGES = 12
"""So many pages are read; a report is shorter, a whole record longer."""
MOST_PIXELS = 16_000_000
LONGEST_SIDE = 16_000
PDF_DPI = 200
PDF_SIDE = 3000
FEWEST_CHARS = 40
MOST_CHARS = 20_000
SCANNED_SHARE = 0.6
"""A page that a picture covers like this was scanned: the text in it is another program's reading."""
POINTS_AN_INCH = 72
PASSWORD = 4
"""FPDF_ERR_PASSWORD."""


class PagesRefused(Exception):
    """The file has no page that can be read; its only argument is the ``Problem``."""


@dataclass(frozen=True, slots=True)
class Page:
    """``lines`` are the document's own text, None where it has none and the picture must be read."""

    picture: Picture
    lines: tuple[Line, ...] | None = None


def pages_of(file: BinaryIO) -> Iterator[Page]:
    """The pages of a photo or a PDF, one after another. Raises PagesRefused."""
    file.seek(0)
    kind = sniff(file.read(HEAD_BYTES))
    file.seek(0)
    if kind.content_type == "application/pdf":
        yield from _of_document(file)
    elif kind.kind is MediaKind.PHOTO:
        yield Page(_photo(file, kind.content_type))
    else:
        raise PagesRefused(Problem.NO_REPORT)


def _photo(file: BinaryIO, content_type: str) -> Picture:
    try:
        picture = pictures.shown(file, content_type, LONGEST_SIDE).picture
    except pictures.TooManyPixels:
        raise PagesRefused(Problem.TOO_MANY_PIXELS) from None
    except pictures.Damaged:
        raise PagesRefused(Problem.DAMAGED) from None
    return _smaller(cv2.cvtColor(np.asarray(picture), cv2.COLOR_RGB2BGR))


def _smaller(picture: Picture) -> Picture:
    scale = (MOST_PIXELS / (picture.shape[0] * picture.shape[1])) ** 0.5
    return picture if scale >= 1 else cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _of_document(file: BinaryIO) -> Iterator[Page]:
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == PASSWORD or "assword" in str(error)
        raise PagesRefused(Problem.ENCRYPTED if locked else Problem.DAMAGED) from None
    try:
        count = len(document)
        if count == 0:
            raise PagesRefused(Problem.DAMAGED)
        if count > MOST_PAGES:
            raise PagesRefused(Problem.TOO_MANY_PAGES)
        for number in range(min(count, READ_PAGES)):
            try:
                yield _of_page(document[number])
            except pypdfium2.PdfiumError:
                raise PagesRefused(Problem.DAMAGED) from None
    finally:
        document.close()


def _of_page(page: pypdfium2.PdfPage) -> Page:
    width, height = page.get_size()
    scale = min(PDF_DPI / POINTS_AN_INCH, PDF_SIDE / max(width, height, 1.0))
    picture = page.render(scale=scale, draw_annots=True).to_numpy()
    picture = np.ascontiguousarray(picture[:, :, :3] if picture.ndim == 3 else np.dstack([picture] * 3))  # noqa: PLR2004
    lines = None if _is_scanned(page) else _text(page, scale, picture.shape[0])
    return Page(picture, lines)


def _is_scanned(page: pypdfium2.PdfPage) -> bool:
    width, height = page.get_size()
    whole = max(1.0, width * height)
    for one in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = one.get_bounds()
        if (right - left) * (top - bottom) / whole > SCANNED_SHARE:
            return True
    return False


def _text(page: pypdfium2.PdfPage, scale: float, height_px: int) -> tuple[Line, ...] | None:
    """The page's own text as lines in the rendered picture's pixels; None where there is hardly any, or it is noise."""
    text = page.get_textpage()
    try:
        count = min(text.count_chars(), MOST_CHARS)
        if count < FEWEST_CHARS:
            return None
        chars = [(text.get_text_range(n, 1), *_box(text, n)) for n in range(count)]
    finally:
        text.close()
    shown = [one for one in chars if one[0].strip() and one[0].isprintable() and one[3] > one[1]]
    broken = sum("\ue000" <= one[0] <= "\uf8ff" or one[0] == "\ufffd" for one in shown)
    if len(shown) < FEWEST_CHARS or broken > len(shown) // 20:
        return None
    return tuple(
        _lines(
            [(c, x0 * scale, height_px - y1 * scale, x1 * scale, height_px - y0 * scale) for c, x0, y0, x1, y1 in shown]
        )
    )


def _box(text: pypdfium2.PdfTextPage, number: int) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of a character's cell, not of its ink: a dash is as high as its neighbours."""
    box = pdfium.FS_RECTF()
    if pdfium.FPDFText_GetLooseCharBox(text, number, ctypes.byref(box)):
        return box.left, box.bottom, box.right, box.top
    return text.get_charbox(number)


_Char = tuple[str, float, float, float, float]


def _lines(chars: list[_Char]) -> Iterator[Line]:
    """Runs of characters that follow each other on one level without a wide gap."""
    run: list[_Char] = []
    for char in chars:
        if run and not _follows(run[-1], char):
            yield _line(run)
            run = []
        run.append(char)
    if run:
        yield _line(run)


def _follows(before: _Char, char: _Char) -> bool:
    height = max(1.0, before[4] - before[2])
    level = abs((before[2] + before[4]) / 2 - (char[2] + char[4]) / 2) < 0.4 * height
    return level and -0.5 * height < char[1] - before[3] < 0.7 * height


def _line(run: list[_Char]) -> Line:
    left, right = run[0][1], max(char[3] for char in run)
    top, bottom = min(char[2] for char in run), max(char[4] for char in run)
    text, places = "", []
    for number, char in enumerate(run):
        if number and char[1] - run[number - 1][3] > 0.2 * (bottom - top):
            text, places = text + " ", [*places, (char[1] - left) / max(1.0, right - left)]
        text += char[0]
        places.append(((char[1] + char[3]) / 2 - left) / max(1.0, right - left))
    quad = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=np.float32)
    return Line(text, quad, 1.0, tuple(places), (1.0,) * len(text))
