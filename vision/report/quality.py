"""Whether a page can be read at all: each reason is a code, for which the house has a sentence on what to do."""

from collections.abc import Sequence
from enum import StrEnum
from statistics import mean, median

import cv2
import numpy as np

from vision.report.cells import Cell
from vision.report.fields import names_on, titles_apart
from vision.report.items import Item
from vision.report.lines import Line, Picture

FEW_LINES = 6
DARK = 45.0
"""Median brightness (0 to 255) below which a sheet is too dark."""
UNREADABLE = 0.75
"""Mean score of the lines."""
BY_HAND = 0.62
"""Median score of lines of handwriting; print is above it even when blurred a little."""
SHARP = 60.0
"""Variance of the Laplacian of a sheet's text at one size, below which it is blurred."""
SMALL_PX = 9.0
EDGE_PX = 4.0
CUT_LINES = 4
COMPARED_SIDE = 1000


class Problem(StrEnum):
    """Why nothing could be read of a page, or what to do better next time."""

    NO_TEXT = "no_text"
    NO_REPORT = "no_report"
    HALF_PAGE = "half_page"
    HANDWRITING = "handwriting"
    TWO_SHEETS = "two_sheets"
    BLURRED = "blurred"
    TOO_DARK = "too_dark"
    TOO_SMALL = "too_small"
    ENCRYPTED = "encrypted"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_PIXELS = "too_many_pixels"
    DAMAGED = "damaged"


def judge(
    picture: Picture, lines: Sequence[Line], cells: Sequence[Cell], items: Sequence[Item], *, narrative: bool
) -> tuple[Problem | None, list[Problem]]:
    """The reason why nothing is taken from a page (None: it was read), and notes on how it was taken."""
    notes = _notes(picture, lines)
    if len(names_on(cells)) > 1 and titles_apart(cells):
        return Problem.TWO_SHEETS, notes
    if items or narrative:
        if titles_apart(cells):
            notes.append(Problem.TWO_SHEETS)
        return None, notes
    if len(lines) < FEW_LINES:
        if _dark(picture):
            return Problem.TOO_DARK, notes
        return (Problem.NO_REPORT if lines else Problem.NO_TEXT), notes
    score = mean(line.score for line in lines)
    if score < UNREADABLE:
        for problem in (Problem.TOO_DARK, Problem.TOO_SMALL, Problem.BLURRED):
            if problem in notes:
                return problem, notes
    if median(line.score for line in lines) < BY_HAND:
        return Problem.HANDWRITING, notes
    if Problem.HALF_PAGE in notes:
        return Problem.HALF_PAGE, notes
    return Problem.NO_REPORT, notes


def _notes(picture: Picture, lines: Sequence[Line]) -> list[Problem]:
    found = []
    if _dark(picture):
        found.append(Problem.TOO_DARK)
    if not lines:
        return found
    if _cut(picture, lines):
        found.append(Problem.HALF_PAGE)
    if median(line.height for line in lines) < SMALL_PX:
        found.append(Problem.TOO_SMALL)
    if mean(line.score for line in lines) < 0.9 and _blurred(picture):  # noqa: PLR2004
        found.append(Problem.BLURRED)
    return found


def _dark(picture: Picture) -> bool:
    small = cv2.resize(picture, (64, 64), interpolation=cv2.INTER_AREA)
    return float(np.median(small)) < DARK


def _blurred(picture: Picture) -> bool:
    scale = COMPARED_SIDE / max(picture.shape[:2])
    same = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    return float(cv2.Laplacian(cv2.cvtColor(same, cv2.COLOR_BGR2GRAY), cv2.CV_64F).var()) < SHARP


def _cut(picture: Picture, lines: Sequence[Line]) -> bool:
    """Several lines run out of the picture at one side."""
    width = picture.shape[1]
    left = sum(float(line.quad[:, 0].min()) < EDGE_PX for line in lines)
    right = sum(float(line.quad[:, 0].max()) > width - EDGE_PX for line in lines)
    return max(left, right) >= CUT_LINES
