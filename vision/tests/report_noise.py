"""A printed sheet as detectors and recognisers find it: lines that drift, run together, go missing and are misread."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import numpy as np

from vision.report.lines import Line
from vision.report.sheets.printing import Sheet
from vision.tests.report_lines import line

Text = tuple[str, tuple[int, int, int, int]]
SLIPS = str.maketrans(
    dict(
        pair
        for pair in "结格 果杲 项顶 目日 单革 位仅 参叁 考老 间问 检捡 验骏 胞炮 酸酞 白臼 酶酷 清情 血皿 体休".split()
    )
    | dict(pair for pair in "%5 ↑1 ↓1 L1 lI 0O g9".split())
)
NEAR = 0.9
"""In heights: cells that stand no further apart may be taken for one line."""


def exact(sheet: Sheet) -> list[Line]:
    """Every printed piece, where it is."""
    return [_line([text]) for text in sheet.texts if text[0].strip()]


def noisy(sheet: Sheet, share: float, random: Random) -> list[Line]:
    """``share`` is how much goes wrong: so many lines are lost, four times as many of near ones are run together, half
    as many characters misread, all of them with a score that says so."""
    tilt = random.uniform(-0.06, 0.06)
    turn = np.array([[1, tilt], [-tilt, 1]], dtype=np.float32)
    found = []
    for group in _run_together([text for text in sheet.texts if text[0].strip()], share, random):
        lone = len(group) == 1 and len(group[0][0]) == 1
        if random.random() < share * (2 if lone else 0.3):
            continue
        whole = _misread(_line(group), share, random)
        drift = np.array([random.gauss(0, 2.0 * share), random.gauss(0, 2.0 * share)], dtype=np.float32)
        found.append(replace(whole, quad=(whole.quad + drift * whole.height) @ turn))
    least = np.min([one.quad.min(axis=0) for one in found], axis=0)
    return [replace(one, quad=one.quad - least) for one in found]


def _run_together(texts: Sequence[Text], share: float, random: Random) -> list[list[Text]]:
    groups: list[list[Text]] = []
    for text, box in sorted(texts, key=lambda one: (one[1][1], one[1][0])):
        if groups:
            _, before = groups[-1][-1]
            near = 0 <= box[0] - before[2] < NEAR * (box[3] - box[1]) and abs(box[1] - before[1]) < box[3] - box[1]
            if near and random.random() < 4 * share:
                groups[-1].append((text, box))
                continue
        groups.append([(text, box)])
    return groups


def _line(group: Sequence[Text]) -> Line:
    left, right = group[0][1][0], group[-1][1][2]
    top, bottom = min(box[1] for _, box in group), max(box[3] for _, box in group)
    places = [
        (box[0] + place * (box[2] - box[0]) - left) / max(1, right - left)
        for text, box in group
        for place in line(text, 0, 0).places
    ]
    quad = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=np.float32)
    text = "".join(text for text, _ in group)
    return Line(text, quad, 1.0, tuple(places), (1.0,) * len(text))


def _misread(whole: Line, share: float, random: Random) -> Line:
    text, sure = "", []
    for char in whole.text:
        slipped = char.translate(SLIPS) if random.random() < share / 2 else char
        text += slipped
        sure.append(random.uniform(0.4, 0.95) if slipped != char else 1.0)
    return replace(whole, text=text, sure=tuple(sure), score=sum(sure) / len(sure))
