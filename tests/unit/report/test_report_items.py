"""A value that is put right: its number, its grade and its flag, as the engine would have it."""

import pytest

from care.report.grades import grade_of
from care.report.items import Flag, ItemKey, ReportItem, number_in, with_value


@pytest.mark.parametrize(
    ("written", "comparator", "value"),
    [
        ("6.8", None, 6.8),
        (" 6.80 ", None, 6.8),
        ("<0.05", "<", 0.05),
        ("＜0.05", "<", 0.05),
        ("≥100", ">=", 100.0),
        ("阳性", None, None),
        ("6.8 mmol/L", None, None),
        ("", None, None),
    ],
)
def test_numbers(written: str, comparator: str | None, value: float | None) -> None:
    assert number_in(written) == (comparator, value)


@pytest.mark.parametrize(
    ("written", "grade"),
    [
        ("阴性", 0.0),
        ("阴性(-)", 0.0),
        ("-", 0.0),
        ("未检出", 0.0),
        ("低于检出限", 0.0),
        ("±", 0.5),
        ("弱阳性", 0.5),
        ("+", 1.0),
        ("2+", 2.0),
        ("（+++）", 3.0),
        ("阳性", 1.0),
        ("淡黄色", None),
        ("1:80", None),
        ("", None),
    ],
)
def test_grades(written: str, grade: float | None) -> None:
    assert grade_of(written) == grade


@pytest.mark.parametrize(
    ("written", "range_text", "low", "high", "flag"),
    [
        ("5.4", "3.5-5.3", 3.5, 5.3, Flag.HIGH),
        ("5.3", "3.5-5.3", 3.5, 5.3, Flag.NORMAL),
        ("3.4", "3.5-5.3", 3.5, 5.3, Flag.LOW),
        ("5.2", "<5.2", None, 5.2, Flag.HIGH),  # the limit itself is outside
        ("5.2", "≤5.2", None, 5.2, Flag.NORMAL),
        (">1000", "0-40", 0.0, 40.0, Flag.HIGH),
        ("<5", "3-9", 3.0, 9.0, Flag.UNKNOWN),  # on either side of 3
        ("<0.5", "0-1", 0.0, 1.0, Flag.NORMAL),
        ("5", "", None, None, Flag.UNKNOWN),
        ("阳性", "阴性", None, None, Flag.ABNORMAL),
        ("阴性", "阴性", None, None, Flag.NORMAL),
        ("阳性", "3.5-5.3", 3.5, 5.3, Flag.UNKNOWN),
        ("黄色", "阴性", None, None, Flag.UNKNOWN),
    ],
)
def test_flags(written: str, range_text: str, low: float | None, high: float | None, flag: Flag) -> None:
    item = ReportItem(ItemKey("f", 0), "钾", "1", value=1.0, range_text=range_text, low=low, high=high)
    assert with_value(item, written).flag is flag
