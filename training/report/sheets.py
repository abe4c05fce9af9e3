"""Lines to learn from as the detector cuts them: out of whole sheets of any layout, printed and photographed badly."""

from functools import cache
from random import Random

import cv2
import numpy as np

from training.report.drill import HEIGHT, WIDTH, Picture, moved, worse
from vision.report.ocr import Engine, cut_out
from vision.report.sheets.fonts import typefaces
from vision.report.sheets.printing import print_sheet
from vision.report.sheets.random_layouts import any_sheet

SHORTER, LONGER = 0.25, 1.2
"""In heights of print: by so much a cut may be shorter or longer than what is printed there."""
OTHERS = 0.45
"""Of what is no name and no abbreviation is learned from: most sheets have the same headings."""


@cache
def _engine() -> Engine:
    return Engine(threads=1)


def a_sheet(random: Random) -> list[tuple[Picture, str]]:
    """Lines of one photo, (48, at most 320, 3) BGR each, with what is printed there: of each place that the detector
    found and that holds one printed piece, the whole of it."""
    layout, rows = any_sheet(random)
    sheet = print_sheet(layout, random.choice(typefaces()), random, rows)
    seen, (matrix, size) = moved(sheet.picture, random)
    picture = np.ascontiguousarray(worse(seen, random)[:, :, ::-1])
    if not sheet.texts:
        return []
    boxes = np.float32([[(a, b), (c, b), (c, d), (a, d)] for _, (a, b, c, d) in sheet.texts])
    printed = cv2.perspectiveTransform(boxes.reshape(-1, 1, 2), matrix).reshape(-1, 4, 2) * (picture.shape[1] / size[0])
    middles = printed.mean(axis=1)
    wanted = {text for row in rows for text in (row.name, row.abbreviation)}
    lines = []
    for quad in _engine().detect(picture):
        inside = [n for n, (x, y) in enumerate(middles) if cv2.pointPolygonTest(quad, (float(x), float(y)), False) > 0]
        if len(inside) != 1:
            continue
        text, place = sheet.texts[inside[0]][0], printed[inside[0]]
        if text not in wanted and random.random() > OTHERS:
            continue
        long, high = np.linalg.norm(place[1] - place[0]), np.linalg.norm(place[3] - place[0])
        if not long - SHORTER * high < np.linalg.norm(quad[1] - quad[0]) < long + LONGER * high:
            continue
        cut = cut_out(picture, quad)
        wide = int(np.ceil(HEIGHT * cut.shape[1] / cut.shape[0]))
        if wide <= WIDTH:
            lines.append((cv2.resize(cut, (wide, HEIGHT)), text))
    return lines
