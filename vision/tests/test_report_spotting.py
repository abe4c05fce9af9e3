"""What blur took, told from a recogniser's second guesses: names, units, ranges and arrows."""

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from vision.report.cells import cells_of
from vision.report.items import Report
from vision.report.lines import Line, Quad
from vision.report.ocr import Engine
from vision.report.reading import Reader
from vision.report.sheets.fonts import font, typefaces
from vision.report.spotting import spotted_arrows, spotted_names, spotted_ranges, spotted_units
from vision.report.spotting.names import names
from vision.report.spotting.posteriors import LEAST, Look, Posteriors, Texts
from vision.report.table import Reading, readings
from vision.tests.report_lines import NoEngine, line, table

needs_fonts = pytest.mark.skipif(not typefaces(), reason="no Chinese font on this machine")
HEADER = ("项目名称", "结果", "单位", "参考区间")
AT = (60, 420, 560, 760)
CHEMISTRY = [
    ("钾", "4.10", "mmol/L", "3.50-5.30"),
    ("钠", "140", "mmol/L", "137-147"),
    ("氯", "104", "mmol/L", "99-110"),
    ("总蛋白", "70.7", "g/L", "65-85"),
]
HARDLY = 0.6
Guesses = Mapping[int, Mapping[str, float]]
"""Of a place in a text: what else may stand there ("": nothing), and the logarithm of how much less likely it is."""


def seen(text: str, guesses: Guesses | None = None, *, characters: str = "", sure: float = HARDLY) -> Posteriors:
    """What a recogniser holds for likely that reads ``text`` first: a column for each character, a blank between."""
    others = "".join(char for more in (guesses or {}).values() for char in more)
    known = "".join(dict.fromkeys(characters + text + others))
    logs = np.full((2 * len(text) + 1, 1 + len(known)), LEAST, dtype=np.float32)
    logs[::2, 0] = 0.0
    for place, char in enumerate(text):
        logs[2 * place + 1, 1 + known.index(char)] = 0.0
        for other, log in (guesses or {}).get(place, {}).items():
            logs[2 * place + 1, 1 + known.index(other) if other else 0] = log
    return Posteriors(logs, known, tuple((char, 2 * place + 1, sure) for place, char in enumerate(text)))


def rows(*more: Sequence[str]) -> list[Reading]:
    """Rows of a sheet of chemistry; the last ones were hardly read."""
    return readings(cells_of(page(*more)))


def page(*more: Sequence[str]) -> list[Line]:
    lines = table([HEADER, *CHEMISTRY], AT)
    for number, row in enumerate(more):
        top = 100 + 40 * (1 + len(CHEMISTRY) + number)
        lines += [
            line(text, left, top, sure=1.0 if column == "结果" else HARDLY)
            for text, left, column in zip(row, AT, HEADER, strict=True)
            if text
        ]
    return lines


def look_at(*found: tuple[str, Guesses]) -> Look:
    """A look at places, in their order, each with what is read there first and else."""

    def look(quads: Sequence[Quad], characters: str) -> list[Posteriors]:
        assert len(quads) == len(found)
        return [seen(text, guesses, characters=characters) for text, guesses in found]

    return look


def test_a_text_that_is_the_second_guess_fits_better_than_any_other() -> None:
    texts = ("血红蛋白", "白蛋白", "血糖", "蛋白")
    read = seen("血红美白", {2: {"蛋": -1.5}}, characters="".join(texts))
    first, *others = read.spot(Texts.of(texts, read.characters))
    assert (first.text, first.start, first.end) == ("血红蛋白", 0, 4)
    assert first.fit == pytest.approx(-1.5)
    assert all(one.fit < first.fit - 1 for one in others)


def test_a_running_number_beside_a_text_costs_little_and_surely_read_chinese_much() -> None:
    texts = Texts.of(("血糖",), "空腹血糖12 ")
    numbered, longer = (
        seen(text, characters="空腹血糖12 ", sure=0.999).spot(texts)[0] for text in ("12 血糖", "空腹血糖")
    )
    assert (numbered.start, numbered.end) == (3, 5)
    assert -3 < numbered.fit < 0
    assert longer.fit < -10


def test_equal_characters_need_a_blank_between_them() -> None:
    once = Posteriors(np.array([[LEAST, 0], [LEAST, 0]], np.float32), "1", (("1", 0, 0.9),))
    first, second = once.spot(Texts.of(("1", "11"), "1"))
    assert (first.text, second.text) == ("1", "11")
    assert second.fit <= LEAST


def test_a_text_is_spelt_again_as_it_may_be() -> None:
    read = seen("046-180", {1: {".": -0.4}, 5: {".": -0.3, "8": 0.0}}, characters="0123456789.-")
    best = max(read.spelt(lambda text: "046".find(text) < 0 or len(text) < 2), key=lambda one: one[1])
    assert best[0].startswith("0.6-1")


@pytest.mark.parametrize(
    ("read", "guesses", "row", "name"),
    [
        ("尿泰", {1: {"素": -1.0}}, ("5.10", "mmol/L", "3.10-8.00"), "尿素"),
        ("肌断", {1: {"酐": -2.0}}, ("71", "μmol/L", "57-97"), "肌酐"),
        ("*肌断", {2: {"酐": -2.0}}, ("71", "μmol/L", "57-97"), "*肌酐"),
        ("血泰", {1: {"钙": -1.0, "沉": -0.8}}, ("2.21", "mmol/L", "2.11-2.52"), "血钙"),
        ("血泰", {1: {"钙": -1.0, "沉": -1.2}}, ("12", "mm/h", "0-15"), "血沉"),
        ("旦固酵", {0: {"胆": -1.0}, 2: {"醇": -2.0}}, ("4.10", "mmol/L", "2.90-5.20"), "胆固醇"),
    ],
)
def test_a_name_that_blur_took(read: str, guesses: Guesses, row: Sequence[str], name: str) -> None:
    told = spotted_names(rows((read, *row)), None, look_at((read, guesses)))[-1]
    assert told.guessed
    assert told.name == name


@pytest.mark.parametrize(
    ("read", "guesses", "row"),
    [
        ("骨膜素", {}, ("5.8", "mmol/L", "<37.9")),  # no item of the catalogue
        ("看要格", {2: {"糖": -6.0}}, ("5.87", "mmol/L", "3.90-6.10")),  # too little is left
    ],
)
def test_a_name_that_nothing_tells_is_left_alone(read: str, guesses: Guesses, row: Sequence[str]) -> None:
    told = spotted_names(rows((read, *row)), None, look_at((read, guesses)))[-1]
    assert (told.name, told.guessed) == (read, False)


def test_a_longer_name_that_was_surely_read_is_no_shorter_one() -> None:
    def look(quads: Sequence[Quad], characters: str) -> list[Posteriors]:
        return [seen("铜蓝蛋白受体", characters=characters, sure=0.91) for _ in quads]

    told = spotted_names(rows(("铜蓝蛋白受体", "0.26", "g/L", "")), None, look)[-1]
    assert not told.guessed


class Blurred(NoEngine):
    """Sees what is said at every place that it is asked about."""

    def __init__(self, text: str, guesses: Guesses) -> None:
        self._text, self._guesses = text, guesses

    def posteriors(self, _: object, quads: Sequence[np.ndarray], characters: str) -> list[Posteriors]:
        return [seen(self._text, self._guesses, characters=characters) for _ in quads]


def test_a_value_whose_name_was_told_is_asked_about() -> None:
    reader = Reader()
    reader.__dict__["engine"] = Blurred("肌断", {1: {"酐": -2.0}})
    report: Report = reader.page_of_lines(
        np.full((1400, 1400, 3), 255, np.uint8), page(("肌断", "71", "μmol/L", "57-97"))
    )
    *others, item = report.items
    assert (item.name, item.code, item.value_text) == ("肌酐", "crea", "71")
    assert item.ask_back is not None
    assert [one.ask_back for one in others] == [None] * len(CHEMISTRY)


@pytest.mark.parametrize(
    ("row", "read", "guesses", "unit"),
    [
        (("肌酐", "71", "m", "57-97"), "μmo/L", {3: {"l": -2.0}}, "μmol/L"),
        (("氯", "104", "mol/L", "99-110"), "mmol/L", {}, "mmol/L"),
        (("尿素", "5.10", "n", "3.10-8.00"), "n", {}, "n"),  # nothing of it is left
        (("总蛋白", "71", "mg/L", "65-85"), "mg/L", {0: {"": -3.0}}, "g/L"),  # no such protein in milligrams
    ],
)
def test_a_unit_that_blur_took(row: Sequence[str], read: str, guesses: Guesses, unit: str) -> None:
    assert spotted_units(rows(row), None, look_at((read, guesses)))[-1].unit == unit


@pytest.mark.parametrize(
    ("printed", "guesses", "expected"),
    [
        ("014-8.0", {1: {".": -1.0}}, "0.4-8.0"),
        ("用性", {0: {"阴": -1.0}}, "阴性"),
        ("99110", {2: {"-": -1.0}}, "99-10"),  # no range: its limits are not in order
    ],
)
def test_a_range_that_blur_took(printed: str, guesses: Guesses, expected: str) -> None:
    told = spotted_ranges(rows(("氯", "4.1", "mmol/L", printed)), look_at((printed, guesses)))[-1]
    if expected == "99-10":
        assert (told.range, told.guessed) == (printed, False)
    else:
        assert (told.range, told.guessed) == (expected, True)


def test_an_arrow_is_looked_for_where_the_sheet_prints_them() -> None:
    header = ("项目名称", "结果", "提示", "参考区间")
    lines = table(
        [header, ("钾", "5.61", "↑", "3.50-5.30"), ("钠", "131", "", "137-147"), ("氯", "104", "", "99-110")], AT
    )
    asked: list[Quad] = []

    def look(quads: Sequence[Quad], characters: str) -> list[Posteriors]:
        asked.extend(quads)
        return [seen("1", {0: {"↓": -1.0, "↑": -4.0}}, characters=characters) for _ in quads]

    sodium = spotted_arrows(readings(cells_of(lines)), look)[1]
    (place,) = asked  # of the value alone that ends in what may be an arrow
    arrow = next(one for one in lines if one.text == "↑")
    assert place[0][0] < arrow.quad[0][0] < arrow.quad[1][0] < place[1][0]
    assert place[0][1] < 100 + 2 * 40 + 12 < place[3][1]
    assert sodium.flag == "↓"


@needs_fonts
@pytest.mark.timeout(400)
def test_blurred_print_is_told_where_the_first_reading_is_wrong() -> None:
    wanted = (
        "嗜碱性粒细胞计数",
        "平均红细胞体积",
        "天门冬氨酸氨基转移酶",
        "高密度脂蛋白胆固醇",
        "低密度脂蛋白胆固醇",
        "甲状腺过氧化物酶抗体",
    )
    sheet = Image.new("RGB", (700, 60 * len(wanted) + 40), "white")
    draw = ImageDraw.Draw(sheet)
    for number, name in enumerate(wanted):
        draw.text((30, 30 + 60 * number), name, fill="black", font=font(typefaces()[0], 30))
    engine, texts = Engine(), tuple(names())
    characters = "".join(sorted(set("".join(texts))))
    misread = told = 0
    for blur in (2.8, 3.2, 3.6, 4.0):
        picture = cv2.GaussianBlur(np.asarray(sheet), (0, 0), blur)
        quads = [
            np.array([(24, y), (36 + 30 * len(name), y), (36 + 30 * len(name), y + 42), (24, y + 42)], np.float32)
            for name, y in zip(wanted, range(26, 26 + 60 * len(wanted), 60), strict=True)
        ]
        for name, found in zip(wanted, engine.posteriors(picture, quads, characters), strict=True):
            if found.text != name:
                misread += 1
                told += found.spot(Texts.of(texts, found.characters))[0].text == name
    assert misread > 3
    assert told > 0.5 * misread
