"""Around the table: whose report, when, which specimen; several photos of one report; sheets that are not one."""

import numpy as np
import pytest

from vision.report.cells import cells_of
from vision.report.fields import masked_name, masked_number, read_dates, read_patient, read_specimen, same_name
from vision.report.items import AskBack, AskReason, Item, Quality, Report
from vision.report.kinds import ReportKind, Specimen
from vision.report.merging import merge
from vision.report.quality import Problem
from vision.tests.report_lines import line, read, table
from vision.tests.test_report_assembly import AT, BLOOD, HEADER

HEAD = [
    line("江城市第一人民医院检验报告单", 400, 10, height=30),
    line("姓名：王小明", 60, 56), line("性别：男", 300, 56), line("年龄：", 500, 56), line("45岁", 590, 56),
    line("病历号：20240012345", 760, 56), line("标本种类：血清", 1100, 56),
]  # fmt: skip


def test_the_patient_leaves_masked() -> None:
    report = read([*HEAD, *table([HEADER, *BLOOD], AT)], name="王小明")
    assert report.patient.name == "王*明"
    assert report.patient.sex == "male"
    assert report.patient.age_years == 45
    assert report.patient.number == "202**2345"
    assert report.patient.matches is True
    assert "王小明" not in str(report.as_json())
    assert "20240012345" not in str(report.as_json())
    assert report.title == "江城市第一人民医院检验报告单"


@pytest.mark.parametrize(
    ("printed", "expected", "certain", "same"),
    [
        ("王小明", "王小明", True, True),
        ("王 小明", "王小明", True, True),
        ("李强", "王小明", True, False),
        ("王小朋", "王小明", True, False),
        ("王小朋", "王小明", False, None),  # a character that was hardly read may be the other one
        ("王*明", "王小明", True, True),
        ("王**", "王小明", True, None),  # a family name is not a person
        ("李**", "王小明", True, False),
    ],
)
def test_names_are_compared(printed: str, expected: str, certain: bool, same: bool | None) -> None:
    assert same_name(printed, expected, certain=certain) is same


def test_masks() -> None:
    assert [masked_name(name) for name in ("王小明", "李四", "欧阳小明")] == ["王*明", "李*", "欧**明"]
    assert masked_number("1234") == "1**4"


def test_dates_and_specimen() -> None:
    cells = cells_of([
        line("采样时间：2024-05-14 08:45", 60, 56), line("报告日期", 500, 56), line("2024年5月15日", 640, 56),
        line("标本种类：", 60, 90), line("尿液", 200, 90), line("接收时间：2024-13-40", 500, 90),
    ])  # fmt: skip
    dates = read_dates(cells)
    assert (dates.collected, dates.reported, dates.received) == ("2024-05-14T08:45", "2024-05-15", None)
    assert read_specimen(cells) is Specimen.URINE


def test_a_label_without_a_name_names_nobody() -> None:
    assert read_patient(cells_of([line("姓名：", 60, 56), line("性别：女", 200, 56)]))[0].name is None


def test_two_sheets_in_one_photo() -> None:
    other = [
        line("江城市第一人民医院检验报告单", 1700, 10, height=30),
        line("姓名：李强", 1500, 56),
        *table([HEADER, *BLOOD[:3]], [at + 1440 for at in AT]),
    ]
    report = read([*HEAD, *table([HEADER, *BLOOD], AT), *other], size=(1400, 2800))
    assert report.quality.problem == Problem.TWO_SHEETS
    assert report.items == ()


def test_half_a_page() -> None:
    """The results are outside of the picture: names alone are no report, and the lines run out of it."""
    rows = table([(name,) for name, *_ in BLOOD] * 2, (-20,))
    report = read([*rows, line("检验报告单", 300, 10)], size=(1400, 500))
    assert report.items == ()
    assert report.quality.problem == Problem.HALF_PAGE


def test_handwriting() -> None:
    lines = [line("今天早上感觉好一些了", 60, 60 + 50 * row, sure=0.5) for row in range(9)]
    sharp = np.random.default_rng(1).integers(90, 255, (600, 600, 3), dtype=np.uint8)
    assert read(lines, picture=sharp).quality.problem == Problem.HANDWRITING


def test_a_blurred_page() -> None:
    lines = [line("检验报告单上的字看不清", 60, 60 + 50 * row, sure=0.6) for row in range(9)]
    assert read(lines).quality.problem == Problem.BLURRED


def test_a_page_of_something_else() -> None:
    lines = [line("欢迎光临本店，今日特价", 60, 60 + 50 * row) for row in range(9)]
    report = read(lines)
    assert (report.kind, report.quality.problem) == (ReportKind.UNKNOWN, Problem.NO_REPORT)


def page(*items: Item, problem: str | None = None) -> Report:
    return Report(ReportKind.LAB, items, quality=Quality(problem, (), 0.9))


def item(code: str, value: str, confidence: float = 1.0, reason: AskReason | None = None) -> Item:
    ask = None if reason is None else AskBack(reason)
    return Item(code, value, confidence, code=code, value=float(value), ask_back=ask)


def test_photos_of_one_report_are_put_together_without_doubles() -> None:
    whole = merge([page(item("wbc", "5.1"), item("hgb", "134")), page(item("hgb", "134"), item("plt", "98"))])
    assert [one.code for one in whole.items] == ["wbc", "hgb", "plt"]
    assert whole.pages == 2
    assert all(one.ask_back is None for one in whole.items)


def test_two_readings_of_one_value_are_asked_about() -> None:
    found = merge([page(item("k", "4.6")), page(item("k", "46", 0.95))]).items
    assert len(found) == 1
    assert found[0].ask_back is not None
    assert found[0].ask_back.candidates == ("4.6", "46")


def test_a_second_photo_settles_a_hardly_read_value() -> None:
    found = merge([page(item("k", "4.6", 0.7, AskReason.LOW_SCORE)), page(item("k", "4.6", 0.8, AskReason.LOW_SCORE))])
    assert found.items[0].ask_back is None
    # but not one that cannot be
    found = merge([page(item("k", "46", 0.7, AskReason.IMPOSSIBLE)), page(item("k", "46", 0.8, AskReason.IMPOSSIBLE))])
    assert found.items[0].ask_back is not None


def test_an_item_twice_on_one_page_is_two_samples() -> None:
    assert [one.value for one in merge([page(item("glu", "5.1"), item("glu", "7.9")), page()]).items] == [5.1, 7.9]


def test_a_title_whose_first_character_was_misread() -> None:
    rows = [("项目", "结果", "单位"), ("钾", "4.10", "mmol/L"), ("钠", "140", "mmol/L")]
    assert read([line("拾验报告单", 500, 40, height=36), *table(rows, (60, 500, 800))]).title == "检验报告单"
