"""Rows, columns and cells put together from lines of text alone: no net, so many pages in little time."""

from random import Random

import numpy as np
import pytest

from vision.report.catalogue import Column
from vision.report.cells import cells_of, headings
from vision.report.items import AskReason
from vision.report.kinds import Flag, ReportKind
from vision.report.lines import Line
from vision.report.sheets.fonts import typefaces
from vision.report.sheets.printing import layouts, print_sheet
from vision.tests.report_lines import Bend, line, read, table, told

HEADER = ("项目名称", "结果", "提示", "单位", "参考区间")
AT = (60, 420, 560, 680, 860)
BLOOD = [
    ("白细胞计数", "11.92", "↑", "10^9/L", "3.50-9.50"),
    ("红细胞计数", "4.33", "", "10^12/L", "3.80-5.10"),
    ("血红蛋白", "134", "", "g/L", "115-150"),
    ("红细胞压积", "0.387", "", "L/L", "0.350-0.450"),
    ("血小板计数", "98", "↓", "10^9/L", "125-350"),
]
SAID = [(name, value, unit, expected) for name, value, _, unit, expected in BLOOD]


def test_a_plain_table() -> None:
    report = read(table([HEADER, *BLOOD], AT))
    assert report.kind is ReportKind.LAB
    assert told(report) == SAID
    assert [item.flag for item in report.items] == [Flag.HIGH, Flag.NORMAL, Flag.NORMAL, Flag.NORMAL, Flag.LOW]
    assert [item.code for item in report.items] == ["wbc", "rbc", "hgb", "hct", "plt"]
    assert all(item.ask_back is None for item in report.items)


@pytest.mark.parametrize(
    "bend",
    [
        pytest.param(lambda x, y: (x - 0.14 * y, y + 0.14 * x), id="eight degrees of tilt"),
        pytest.param(lambda x, y: (x, y + 45 * np.sin(x / 420)), id="curl"),
        pytest.param(lambda x, y: (x / (1 + y / 4000), y / (1 + x / 4000)), id="perspective"),
        pytest.param(lambda x, y: (x + 0.05 * y, y - 0.06 * x + 30 * np.sin(x / 500)), id="tilt and curl"),
    ],
)
def test_a_bent_page_reads_like_a_flat_one(bend: Bend) -> None:
    assert told(read(table([HEADER, *BLOOD], AT, bend=bend))) == SAID


def test_columns_in_any_order() -> None:
    order = (4, 3, 0, 2, 1)
    rows = [[row[place] for place in order] for row in (HEADER, *BLOOD)]
    assert told(read(table(rows, (60, 300, 420, 760, 900)))) == SAID


def test_two_groups_whose_rows_are_not_level() -> None:
    right = [
        ("谷丙转氨酶", "45.2", "", "U/L", "9-50"),
        ("尿素", "6.10", "", "mmol/L", "3.10-8.00"),
        ("肌酐", "71", "", "μmol/L", "57-97"),
    ]
    lines = table([HEADER, *BLOOD], AT) + table([HEADER], [at + 1100 for at in AT])
    lines += table(right, [at + 1100 for at in AT], top=157, pitch=61)
    assert told(read(lines, size=(1400, 2600))) == SAID + [(a, b, d, e) for a, b, _, d, e in right]


def test_without_a_header_forms_tell_the_columns() -> None:
    assert told(read(table(BLOOD, AT))) == SAID


def test_words_are_results_too() -> None:
    rows = [
        ("检验项目", "结果", "参考值"),
        ("尿蛋白", "阴性(-)", "阴性"),
        ("尿糖", "+-", "阴性"),
        ("颜色", "淡黄色", ""),
        ("抗核抗体", "1:320", "<1:100"),
    ]
    report = read(table(rows, (60, 500, 800)))
    assert [(item.name, item.value_text) for item in report.items] == [
        ("尿蛋白", "阴性(-)"), ("尿糖", "+-"), ("颜色", "淡黄色"), ("抗核抗体", "1:320"),
    ]  # fmt: skip
    assert [item.flag for item in report.items][:2] == [Flag.NORMAL, Flag.ABNORMAL]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["AST8.5", "", "", "U/L", "15-40"], ("AST", "8.5", "U/L", "15-40")),
        (["血清淀粉样蛋白A110.53", "", "↑", "mg/L", "0-10"], ("血清淀粉样蛋白A", "110.53", "mg/L", "0-10")),
        (["白细胞计数", "3.86↓", "", "10^9/L 4.0-10.0", ""], ("白细胞计数", "3.86", "10^9/L", "4.0-10.0")),
        (["血小板计数", "101 10^9/L", "", "", "100--300"], ("血小板计数", "101", "10^9/L", "100--300")),
        (["淋巴细胞百分比", "22.7", "", "", "20.0-40.0 %"], ("淋巴细胞百分比", "22.7", "%", "20.0-40.0")),
        (["嗜酸性粒细胞计数", "0.17", "", "", "0.00-0.5010^9/L"], ("嗜酸性粒细胞计数", "0.17", "10^9/L", "0.00-0.50")),
        (["葡萄糖", "5.2", "", "mmol/L(3.9-6.1)", ""], ("葡萄糖", "5.2", "mmol/L", "(3.9-6.1)")),
        (["总胆红素", "13.3", "", "μmo1/L 3.4-17.1", ""], ("总胆红素", "13.3", "μmo1/L", "3.4-17.1")),
        (["淋巴细胞计数", "3.05", "", "10^9/L1.10-3.20", ""], ("淋巴细胞计数", "3.05", "10^9/L", "1.10-3.20")),
        (["γ-谷氨酰转移酶", "32.2", "", "U/L", "10~60"], ("γ-谷氨酰转移酶", "32.2", "U/L", "10~60")),  # no power of ten
    ],
)
def test_cells_that_were_run_together(cells: list[str], expected: tuple[str, ...]) -> None:
    report = read(table([HEADER, *BLOOD[1:3], cells], AT))
    assert told(report)[-1] == expected


def test_a_number_is_never_cut_to_make_a_name() -> None:
    """``白细胞计数3.86`` is 3.86, wherever the result's column begins."""
    for left in (150, 180, 240):
        lines = table([HEADER, *BLOOD[1:]], AT)
        lines += [line("白细胞计数3.86", left, 400), line("10^9/L", 680, 400), line("4.00-10.00", 860, 400)]
        item = next(one for one in read(lines).items if one.code == "wbc")
        assert item.value_text == "3.86"


def test_a_name_on_two_lines_is_one_item() -> None:
    lines = table([HEADER, *BLOOD[:2]], AT)
    lines += [line("平均红细胞血红蛋白", 60, 230), line("浓度", 60, 258)]
    lines += table([("", "340", "", "g/L", "316-354")], AT, top=230)
    assert told(read(lines))[-1] == ("平均红细胞血红蛋白浓度", "340", "g/L", "316-354")


def test_headings_whose_characters_stand_apart() -> None:
    lines = [line("项", 60, 100), line("目", 140, 100), line("结", 420, 100), line("果", 480, 100)]
    lines += [line("单位", 680, 100), line("参考值", 860, 100), *table(BLOOD, AT, top=140)]
    assert told(read(lines)) == SAID


def spread(text: str, left: float, top: float, steps: list[float]) -> Line:
    """Characters at given steps, as a recogniser places them."""
    at = np.cumsum(steps)
    whole = line(text, left, top)
    return Line(text, whole.quad, 1.0, tuple(float(one / (at[-1] + 6)) for one in at), (1.0,) * len(text))


def test_an_arrow_that_was_read_as_a_figure_is_asked_about() -> None:
    lines = table([HEADER, *BLOOD], AT)
    lines += [line("淋巴细胞百分比", 60, 340), spread("67.91", 420, 340, [6, 12, 9, 9, 22])]
    lines += [line("%", 680, 340), line("20.0-40.0", 860, 340)]
    item = read(lines).items[-1]
    assert item.ask_back is not None
    assert item.ask_back.reason is AskReason.AMBIGUOUS


@pytest.mark.parametrize(
    ("row", "sure", "reason"),
    [
        (("钾", "46.0", "", "mmol/L", "3.5-5.3"), 1.0, AskReason.IMPOSSIBLE),
        (("钾", "4.60", "", "mmol/L", "3.5-5.3"), 0.6, AskReason.LOW_SCORE),
        (("钾", "4,x0", "", "mmol/L", "3.5-5.3"), 1.0, AskReason.BADLY_TYPED),
        (("钾", "4.60", "↑", "mmol/L", "3.5-5.3"), 1.0, AskReason.FLAG_DISAGREES),
        (("钾", "4.6O", "", "mmol/L", "3.5-5.3"), 1.0, AskReason.REPAIRED),
    ],
)
def test_what_is_in_doubt_is_asked_back(row: tuple[str, ...], sure: float, reason: AskReason) -> None:
    lines = table([HEADER, *BLOOD], AT)
    lines += [line(text, left, 340, sure=sure) for text, left in zip(row, AT, strict=True) if text]
    report = read(lines)
    item = report.items[-1]
    assert item.ask_back is not None
    assert item.ask_back.reason is reason
    assert item.ask_back.box is not None
    assert item.ask_back.box.left >= AT[1] - 5  # the cut-out shows the result
    assert [one.ask_back for one in report.items[:-1]] == [None] * len(BLOOD)


def test_critical_values_are_named() -> None:
    lines = table([HEADER, ("钾", "7.20", "↑", "mmol/L", "3.5-5.3"), *BLOOD], AT)
    assert read(lines).items[0].critical is not None


@pytest.mark.parametrize("layout", [one for one in layouts() if not one.held_out], ids=lambda one: f"layout {one.id}")
def test_every_layout_reads_exactly(layout: object) -> None:
    if not typefaces():
        pytest.skip("no Chinese font on this machine")
    sheet = print_sheet(layout, typefaces()[0], Random(layout.id))  # type: ignore[arg-type,attr-defined]
    lines = []
    for text, (left, top, right, bottom) in sheet.texts:
        quad = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=np.float32)
        flat = line(text, left, top)
        lines.append(Line(text, quad, 1.0, flat.places, flat.sure))
    found = read(lines, size=sheet.picture.shape[:2])
    assert [(a, b, c or "", d or "") for a, b, c, d in told(found)] == [
        (row.name, row.value, row.unit, row.range) for row in sheet.truth
    ]


TWO = ("项目名称", "结果", "单位", "参考区间")
RIGHT = [
    ("尿素", "6.10", "mmol/L", "3.10-8.00"),
    ("肌酐", "71", "μmol/L", "57-97"),
    ("谷丙转氨酶", "45.2", "U/L", "9-50"),
]
LEFT = [(name, value, unit, expected) for name, value, _, unit, expected in BLOOD[:3]]
TWICE_AT = (60, 420, 560, 700, 900, 1260, 1400, 1540)


@pytest.mark.parametrize("lost", [(1,), (0,), (1, 2), (0, 5), (3, 7), (1, 5)], ids=str)
def test_headings_that_were_not_found(lost: tuple[int, ...]) -> None:
    """Columns without a heading are told by what stands in them."""
    header = ["" if number in lost else text for number, text in enumerate(TWO * 2)]
    rows = [header, *([*one, *other] for one, other in zip(LEFT, RIGHT, strict=True))]
    assert sorted(told(read(table(rows, TWICE_AT), size=(1400, 1800)))) == sorted([*LEFT, *RIGHT])


def test_headings_that_were_badly_read() -> None:
    rows = [("检希项目", "格果", "单革", "参考区网"), *LEFT]
    assert told(read(table([("检希项目", "结果", "单革", "老考区网"), *LEFT], AT[:1] + AT[1:4]))) == LEFT
    assert told(read(table(rows, AT[:4]))) == LEFT


def test_no_name_takes_the_value_of_the_group_beside_it() -> None:
    """The left group's names are lost in glare: its values are nobody's."""
    rows = [TWO * 2, *(["", *one[1:], *other] for one, other in zip(LEFT, RIGHT, strict=True))]
    rows[0] = ("", "结果", "单位", "参考区间", "", "结果", "单位", "参考区间")
    items = read(table(rows, TWICE_AT), size=(1400, 1800)).items
    right = {(name, value) for name, value, _, _ in RIGHT}
    assert {(item.name, item.value_text) for item in items if item.ask_back is None} <= right


def test_a_last_column_that_stands_right_of_its_heading() -> None:
    rows = [[*one, *other] for one, other in zip(LEFT, RIGHT, strict=True)]
    lines = table([TWO * 2], TWICE_AT) + table(rows, (60, 420, 560, 770, 900, 1260, 1400, 1610), top=140)
    assert sorted(told(read(lines, size=(1400, 1900)))) == sorted([*LEFT, *RIGHT])


def test_the_next_groups_name_run_into_a_unit() -> None:
    lines = table([("检验项目", "结果", "参考范围", "单位") * 2], TWICE_AT)
    lines += table([("1白细胞计数", "3.86"), ("2淋巴细胞计数", "1.48"), ("3血红蛋白", "122")], TWICE_AT, top=140)
    merged = ("4.00~10.00 10~9/L14红细胞压积", "1.00~3.30 10~9/L15血小板计数", "120~160 g/L 16平均红细胞体积")
    lines += [line(text, 560, 140 + 40 * number) for number, text in enumerate(merged)]
    lines += table([("39.2", "42.0~49.0"), ("171", "100~300"), ("90.1", "82.0~95.0")], (1260, 1400), top=140)
    found = {(item.code, item.value_text, item.range_text) for item in read(lines, size=(1400, 1800)).items}
    assert found == {
        ("wbc", "3.86", "4.00~10.00"), ("lymph_abs", "1.48", "1.00~3.30"), ("hgb", "122", "120~160"),
        ("hct", "39.2", "42.0~49.0"), ("plt", "171", "100~300"), ("mcv", "90.1", "82.0~95.0"),
    }  # fmt: skip


def test_equal_marks_among_the_names() -> None:
    """Two cells of one text in one row: which of them is meant is told by its place."""
    lines = table([HEADER, *BLOOD[:2], ("血红蛋白", "", "", "g/L", "115-150")], AT)
    lines += [line("1+", 250, 220), line("1+", 300, 220), line("134", 420, 220)]
    items = read(lines).items
    assert [item.value_text for item in items if item.ask_back is None] == ["11.92", "4.33"]


def test_headings_in_chinese_and_in_english() -> None:
    header = [line("序号 项目名称 Item", 20, 100), line("结果 Result 参考区间 Reference 单位 Unit", 420, 100)]
    rows = [(str(number), *one) for number, one in enumerate((("尿蛋白", "2+", "阴性"), ("尿糖", "阴性", "阴性")), 1)]
    found = told(read([*header, *table(rows, (20, 60, 430, 600), top=140)]))
    assert found == [("尿蛋白", "2+", None, "阴性"), ("尿糖", "阴性", None, "阴性")]


def test_names_of_one_character_that_were_taken_for_one_line_downwards() -> None:
    rows = [
        ("项目", "结果", "单位", "参考值"),
        ("肌酐", "71", "μmol/L", "57-97"),
        ("尿酸", "331", "μmol/L", "208-428"),
        ("", "4.10", "mmol/L", "3.50-5.30"),
        ("", "140", "mmol/L", "137-147"),
        ("", "104", "mmol/L", "99-110"),
    ]
    lines = table(rows, (60, 400, 560, 800), pitch=36)
    quad = np.array([(60, 206), (86, 206), (86, 304), (60, 304)], dtype=np.float32)
    report = read([*lines, Line("钾钠氯", quad, 1.0, (0.17, 0.5, 0.83), (1.0, 1.0, 1.0))])
    assert [(item.name, item.value_text) for item in report.items[2:]] == [("钾", "4.10"), ("钠", "140"), ("氯", "104")]


def test_headings_whose_english_is_printed_over() -> None:
    rows = [("肌酐", "71", "57-97", "μmol/L"), ("尿酸", "331", "208-428", "μmol/L"), ("钾", "4.10", "3.50-5.30", "")]
    lines = table([("项目名称", "", "", ""), *rows], (60, 420, 560, 760))
    lines.append(line("结果 Result 参考区间 Refer单位 Unit", 420, 100))
    assert told(read(lines))[0] == ("肌酐", "71", "μmol/L", "57-97")
    assert {one.role for one in headings(cells_of([lines[-1]])[0])} == {Column.RESULT, Column.RANGE, Column.UNIT}


def test_names_beside_a_heading_of_results_whose_own_was_not_read() -> None:
    """The detector missed a 钾: its running number stands alone, as a result might."""
    left = [
        ("肌酐", "71", "57-97"),
        ("尿酸", "331", "208-428"),
        ("尿素", "5.10", "3.10-8.00"),
        ("总蛋白", "70.7", "65-85"),
    ]
    right = [
        ("17", "4.10", "3.5-5.3"),
        ("18钠", "140", "137-147"),
        ("19氯", "104", "99-110"),
        ("20钙", "2.40", "2.1-2.5"),
    ]
    lines = table([("项目名称", "结果", "参考区间"), *left], (60, 300, 420))
    lines += table([("", "结果", "参考区间"), *right], (760, 860, 980))
    assert [(name, value) for name, value, _, _ in told(read(lines))][-3:] == [
        ("钠", "140"), ("氯", "104"), ("钙", "2.40"),
    ]  # fmt: skip
