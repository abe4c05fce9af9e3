"""What was badly read of names, units and ranges is put right where one thing alone can be meant; values are not."""

from collections.abc import Sequence

import pytest

from vision.report.catalogue import recognise
from vision.report.cells import cells_of
from vision.report.drafts import Context
from vision.report.items import AskReason, Item
from vision.report.judging import judged
from vision.report.kinds import Specimen
from vision.report.lines import Line
from vision.report.naming import mended
from vision.report.table import readings
from vision.tests.report_lines import line, read, table, told

HEADER = ("项目名称", "缩写", "结果", "单位", "参考区间")
AT = (60, 420, 560, 680, 860)
CHEMISTRY = [
    ("钾", "K", "4.10", "mmol/L", "3.50-5.30"),
    ("钠", "Na", "140", "mmol/L", "137-147"),
    ("肌酐", "CREA", "71", "μmol/L", "57-97"),
    ("总蛋白", "TP", "70.7", "g/L", "65-85"),
    ("尿素", "UREA", "5.10", "mmol/L", "3.10-8.00"),
]
HARDLY = 0.7


def page(*rows: Sequence[str], sure: float = HARDLY) -> list[Item]:
    """The items of rows, below others that are read well; ``sure`` is how the rows are read."""
    lines = table([HEADER, *CHEMISTRY], AT)
    for number, row in enumerate(rows):
        top = 100 + 40 * (len(CHEMISTRY) + 1 + number)
        lines += [
            line(text, left, top, sure=sure if column != "结果" else 1.0)
            for text, left, column in zip(row, AT, HEADER, strict=True)
            if text
        ]
    return list(read(lines).items[len(CHEMISTRY) :])


@pytest.mark.parametrize(
    ("printed", "abbreviation", "name"),
    [
        ("总胆国醇", "TC", "总胆固醇"),
        ("游离三确甲状腺原氨酸", "FT3", "游离三碘甲状腺原氨酸"),
        ("超诚品牌", "CHE", "胆碱酯酶"),  # nothing of it is left: the item's own name
        ("*脱抑素C(CysC)", "", "*胱抑素C(CysC)"),
    ],
)
def test_a_misread_name_is_its_items(printed: str, abbreviation: str, name: str) -> None:
    (item,) = page((printed, abbreviation, "3.85", "", ""))
    assert item.name == name


@pytest.mark.parametrize(
    "name", ["血清钾", "中性粒细胞计数(NEUT#)", "葡萄糖测定", "胆固醇总量", "平均红细胞血红蛋白浓"]
)
def test_a_name_that_is_spelt_in_another_way_stays(name: str) -> None:
    assert mended(name, recognise(name), sure=0.5) == name


@pytest.mark.parametrize(
    ("row", "unit", "ucum"),
    [
        (("氯", "Cl", "104", "m1/", "99-110"), "mmol/L", "mmol/L"),
        (("氯", "Cl", "104", "mol/L", "99-110"), "mmol/L", "mmol/L"),
        (("球蛋白", "GLB", "29.4", "R/", "20-40"), "g/L", "g/L"),
        (("氯", "Cl", "104", "", "99-110"), "mmol/L", "mmol/L"),
    ],
)
def test_a_unit_that_was_not_read_is_the_items(row: tuple[str, ...], unit: str, ucum: str) -> None:
    (item,) = page(row)
    assert (item.unit, item.ucum) == (unit, ucum)


@pytest.mark.parametrize(
    "row",
    [
        ("葡萄糖", "GLU", "95", "mg/dL", "70-110"),  # another unit than usual, surely read
        ("球蛋白", "GLB", "294", "", "200-400"),  # no globulin in grams a litre
    ],
)
def test_no_unit_is_changed_or_made_up(row: tuple[str, ...]) -> None:
    (item,) = page(row, sure=1.0)
    assert (item.unit or "") == row[3]


def test_a_sheet_without_units_stays_so() -> None:
    rows = [(name, abbreviation, value, "", expected) for name, abbreviation, value, _, expected in CHEMISTRY]
    assert all(item.unit is None for item in read(table([HEADER, *rows], AT)).items)


def test_a_unit_in_brackets_behind_the_name() -> None:
    rows = [
        ("葡萄糖(mmol/L)", "5.20", "3.90-6.10"),
        ("钙(Ca)(mmol/L)", "2.40", "2.11-2.52"),
        ("钠(Na)", "140", "137-147"),
    ]
    assert told(read(table([("项目", "结果", "参考值"), *rows], (60, 500, 800)))) == [
        ("葡萄糖", "5.20", "mmol/L", "3.90-6.10"),
        ("钙(Ca)", "2.40", "mmol/L", "2.11-2.52"),
        ("钠(Na)", "140", None, "137-147"),
    ]


def test_a_dash_too_short_to_be_seen() -> None:
    lines = table([HEADER, *CHEMISTRY, ("血红蛋白", "HGB", "155", "g/L", "120")], AT)
    lines += [line("160", 960, 340)]
    assert told(read(lines))[-1] == ("血红蛋白", "155", "g/L", "120-160")


@pytest.mark.parametrize(
    "value",
    ["041", "52.6~96.6", "3.20-4.80"],
)
def test_a_value_in_a_form_that_no_result_has_is_asked_about(value: str) -> None:
    (item,) = page(("氯", "Cl", value, "mmol/L", ""), sure=1.0)
    assert item.ask_back is not None


@pytest.mark.parametrize(
    ("row", "sure", "asked"),
    [
        (("总胆红素", "94", "μmol/L", "0.0-17.1"), 0.94, True),  # rather surely read, but its point may be lost
        (("总胆红素", "9.4", "μmol/L", "0.0-17.1"), 0.94, False),
        (("上皮细胞", "0-17", "/μL", ""), 1.0, True),  # the range of a result that was missed
    ],
)
def test_what_speaks_against_a_value_weighs_more_than_how_it_was_read(
    row: tuple[str, ...], sure: float, asked: bool
) -> None:
    name, value, unit, expected = row
    lines = table([HEADER, *CHEMISTRY], AT)
    lines += [line(name, 60, 340), line(value, 560, 340, sure=sure), line(unit, 680, 340)]
    lines += [line(expected, 860, 340)] if expected else []
    assert (read(lines).items[-1].ask_back is not None) is asked


def test_what_every_reader_reads_alike_may_still_be_another_cell() -> None:
    rows = [
        ("尿比重", "1.013", "", "1.003-1.030"),
        ("尿红细胞", "25.5", "/μL", "0-17"),
        ("尿白细胞", "0-28", "/μL", ""),
    ]
    found = readings(cells_of(table([("项目名称", "结果", "单位", "参考区间"), *rows], (60, 420, 560, 760))))
    items = judged(found, Context(specimen=Specimen.URINE), lambda cells: [(cell.line, cell.line) for cell in cells])
    assert [item.value_text for item in items] == ["1.013", "25.5", "0-28"]
    assert [item.ask_back is not None for item in items] == [False, False, True]


def test_so_many_in_a_field_of_view_is_a_result() -> None:
    rows = [("粪便白细胞", "0-2", "/HP"), ("粪便红细胞", "0-1", "/HP"), ("粪便脓细胞", "1-3", "/HP")]
    found = read(table([("项目名称", "结果", "单位"), *rows], (60, 560, 680))).items
    assert [(item.value_text, item.ask_back) for item in found] == [(value, None) for _, value, _ in rows]


def test_two_results_of_one_item() -> None:
    """One of the two names is misread: the one that was read less surely is asked about, not the other."""
    lines = table([HEADER, *CHEMISTRY, ("", "", "103", "mmol/L", "99-110")], AT)
    sodium, chloride = read([*lines, line("钠", 60, 340, sure=0.9)]).items[1::4]
    assert sodium.ask_back is None
    assert chloride.ask_back is not None
    assert chloride.ask_back.reason is AskReason.AMBIGUOUS


def test_a_value_run_into_its_range_is_asked_about() -> None:
    lines: list[Line] = table([HEADER, *CHEMISTRY], AT)
    lines += [line("总胆汁酸", 60, 340), line("23.224.51～9.97", 560, 340), line("μmol/L", 1000, 340)]
    assert read(lines).items[-1].ask_back is not None


@pytest.mark.parametrize(
    ("value", "asked"), [("弱阳性", False), ("阳性(+)", False), ("馨阳性", True), ("阴性化学发光法", True)]
)
def test_an_answer_in_words_has_nothing_beside_it(value: str, asked: bool) -> None:
    lines = table(
        [("项目", "结果", "参考值"), ("抗核抗体", "阴性", "阴性"), ("抗SSB抗体", value, "阴性")], (60, 500, 800)
    )
    assert (read(lines).items[1].ask_back is not None) is asked


@pytest.mark.parametrize("expected", ["阴性", "用性"])
def test_a_bare_number_where_a_word_is_expected_is_asked_about(expected: str) -> None:
    rows = [("项目", "结果", "参考区间"), ("蛋白质(PRO)", "阴性", "阴性"), ("酮体(KET)", "1+", "阴性")]
    rows += [("亚硝酸盐(NIT)", "阴性", "阴性"), ("隐血(BLD)", "3", expected)]
    *clear, blood = read(table(rows, (60, 420, 720))).items
    assert [item.ask_back for item in clear] == [None] * 3
    assert blood.ask_back is not None  # 3+


def test_an_abbreviation_that_nobody_knows_among_many_that_are_known_is_asked_about() -> None:
    rows = [
        ("项目", "结果", "单位", "参考区间"),
        ("WBC", "6.1", "10^9/L", "3.5-9.5"),
        ("RBC", "4.5", "10^12/L", "4.3-5.8"),
    ]
    rows += [("PLT", "210", "10^9/L", "125-350"), ("BGB", "139", "g/L", "130-175")]
    *known, stranger = read(table(rows, (60, 420, 560, 720))).items
    assert [item.ask_back for item in known] == [None] * 3
    assert stranger.ask_back is not None  # HGB


def test_a_badly_read_page_has_each_value_read_again_and_what_two_readers_read_alike_stands() -> None:
    lines = table([HEADER], AT)
    for number, row in enumerate(CHEMISTRY):
        for text, left, column in zip(row, AT, HEADER, strict=True):
            lines.append(line(text, left, 140 + 40 * number, sure=1.0 if column == "结果" else 0.8))
    asked = [item.ask_back for item in read(lines).items]
    assert all(question is not None and question.reason is AskReason.LOW_SCORE for question in asked)


def test_where_most_rows_have_an_abbreviation_alone_it_is_their_name() -> None:
    rows = [HEADER, *[("", *row[1:]) for row in CHEMISTRY]]
    assert [item.name for item in read(table(rows, AT)).items] == ["K", "Na", "CREA", "TP", "UREA"]
    assert read(table([HEADER, *CHEMISTRY[:-1], ("", *CHEMISTRY[-1][1:])], AT)).items[-1].name == "尿素"


def test_a_value_that_took_in_what_stands_behind_it_is_asked_about() -> None:
    (item,) = page(("中性粒细胞计数", "NEUT#", "2.5310", "10^9/L", "1.80-6.30"), sure=1.0)
    assert item.ask_back is not None
    (item,) = page(("C反应蛋白", "CRP", "2.46", "mg/L", "0-10"), sure=1.0)
    assert item.ask_back is None


@pytest.mark.parametrize(("again", "asked"), [(0.7, True), (0.9, False)])
def test_a_doubt_is_settled_only_where_one_reading_was_rather_sure(again: float, asked: bool) -> None:
    lines = table([HEADER, *CHEMISTRY, ("氯", "Cl", "", "mmol/L", "99-110")], AT)
    found = readings(cells_of([*lines, line("104", 560, 340, sure=0.7)]))
    other = line("104", 560, 340, sure=again)
    item = judged(found, Context(), lambda cells: [(other, other) for _ in cells])[-1]
    assert (item.value_text, item.ask_back is not None) == ("104", asked)


@pytest.mark.parametrize(("value", "asked"), [("3", True), ("3+", False)])
def test_a_grade_that_lost_its_plus_signs_is_asked_about(value: str, asked: bool) -> None:
    rows = [("尿比重", "1.013", "1.003-1.030"), ("尿蛋白", value, "阴性"), ("尿酮体", "1+", "阴性")]
    found = readings(cells_of(table([("项目名称", "结果", "参考区间"), *rows], (60, 420, 760))))
    items = judged(found, Context(specimen=Specimen.URINE), lambda cells: [(cell.line, cell.line) for cell in cells])
    assert (items[1].value_text, items[1].ask_back is not None) == (value, asked)
