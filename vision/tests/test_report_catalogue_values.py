"""What stands in the cells of a row: values, ranges, units, arrows, headings, and what is critical."""

import random
from itertools import product

import pytest

from vision.report.catalogue import (
    Column,
    ValueType,
    critical,
    entries,
    flag,
    header_role,
    is_noise,
    limits_of,
    lost_point,
    other_readings,
    parse_flag,
    parse_range,
    parse_unit,
    parse_value,
    specimen_of,
)
from vision.report.catalogue.critical import rules
from vision.report.kinds import Comparator, Flag, Sex, Specimen


@pytest.mark.parametrize(
    ("text", "kind", "number", "grade"),
    [
        ("3.5", ValueType.NUMBER, 3.5, None),
        ("３．５", ValueType.NUMBER, 3.5, None),
        ("4.10", ValueType.NUMBER, 4.1, None),
        ("-2.5", ValueType.NUMBER, -2.5, None),
        ("5.6mmol/L", ValueType.NUMBER, 5.6, None),
        ("45%", ValueType.NUMBER, 45.0, None),
        ("12.3s", ValueType.NUMBER, 12.3, None),
        ("2.3×10^5", ValueType.NUMBER, 230000.0, None),
        ("1.50E+03", ValueType.NUMBER, 1500.0, None),
        ("500(+3)", ValueType.NUMBER, 500.0, 3.0),
        ("66(+)", ValueType.NUMBER, 66.0, 1.0),
        ("0.5(±)", ValueType.NUMBER, 0.5, 0.5),
        ("40(+-)", ValueType.NUMBER, 40.0, 0.5),
        ("500 +++", ValueType.NUMBER, 500.0, 3.0),
        ("1:160", ValueType.TITRE, 160.0, None),
        ("1：1280", ValueType.TITRE, 1280.0, None),
        ("0-2", ValueType.SPAN, 2.0, None),
        ("0-2/HP", ValueType.SPAN, 2.0, None),
        ("-", ValueType.GRADE, None, 0.0),
        ("一", ValueType.GRADE, None, 0.0),  # a minus sign, read as the character for one
        ("±", ValueType.GRADE, None, 0.5),
        ("+-", ValueType.GRADE, None, 0.5),
        ("+/-", ValueType.GRADE, None, 0.5),
        ("+", ValueType.GRADE, None, 1.0),
        ("(++)", ValueType.GRADE, None, 2.0),
        ("+ + +", ValueType.GRADE, None, 3.0),
        ("++++", ValueType.GRADE, None, 4.0),
        ("1+", ValueType.GRADE, None, 1.0),
        ("+2", ValueType.GRADE, None, 2.0),
        ("阴性", ValueType.TEXT, None, 0.0),
        ("阴性(-)", ValueType.TEXT, None, 0.0),
        ("Negative", ValueType.TEXT, None, 0.0),
        ("neg", ValueType.TEXT, None, 0.0),
        ("未检出", ValueType.TEXT, None, 0.0),
        ("未见异常", ValueType.TEXT, None, 0.0),
        ("弱阳性", ValueType.TEXT, None, 0.5),
        ("阳性（+）", ValueType.TEXT, None, 1.0),
        ("强阳性", ValueType.TEXT, None, 3.0),
        ("少量", ValueType.TEXT, None, 1.0),
        ("满视野", ValueType.TEXT, None, 4.0),
        ("Normal", ValueType.TEXT, None, 0.0),
        ("淡黄色", ValueType.TEXT, None, None),
        ("AB型", ValueType.TEXT, None, None),
        ("", ValueType.EMPTY, None, None),
        ("--", ValueType.EMPTY, None, None),
        ("***", ValueType.EMPTY, None, None),
        ("低于检出限", ValueType.TEXT, None, 0.0),  # not "检出"
        ("检出限以下", ValueType.TEXT, None, 0.0),
        ("低于最低检测限", ValueType.TEXT, None, 0.0),
        ("未检测到", ValueType.TEXT, None, 0.0),
        ("not reactive", ValueType.TEXT, None, 0.0),
        ("undetectable", ValueType.TEXT, None, 0.0),
        ("无反应性", ValueType.TEXT, None, 0.0),
        ("反应性", ValueType.TEXT, None, 1.0),
        ("12.5(阳性)", ValueType.NUMBER, 12.5, 1.0),
        ("0.02(阴性)", ValueType.NUMBER, 0.02, 0.0),
        ("<0.05（阴性）", ValueType.NUMBER, 0.05, 0.0),
        ("1:320(+)", ValueType.TITRE, 320.0, 1.0),
        ("1:320阳性", ValueType.TITRE, 320.0, 1.0),
        ("阴性(<1:20)", ValueType.TITRE, 20.0, 0.0),
        ("弱阳性(1:40)", ValueType.TITRE, 40.0, 0.5),
        ("尿路感染?", ValueType.UNKNOWN, None, None),
        ("1.2.3", ValueType.UNKNOWN, None, None),
        ("王小明", ValueType.UNKNOWN, None, None),
    ],
)
def test_values(text: str, kind: ValueType, number: float | None, grade: float | None) -> None:
    value = parse_value(text)
    assert (value.type, value.number, value.grade) == (kind, number, grade)
    assert not value.repaired


@pytest.mark.parametrize(
    ("text", "comparator", "number"),
    [
        ("<0.5", Comparator.LT, 0.5),
        ("＜0.10", Comparator.LT, 0.1),
        ("≤1.0", Comparator.LE, 1.0),
        (">=100", Comparator.GE, 100.0),
        (">1000.0", Comparator.GT, 1000.0),
        ("小于3", Comparator.LT, 3.0),
        ("《0.01", Comparator.LT, 0.01),  # brackets that OCR makes of the sign
        ("≥1:320", Comparator.GE, 320.0),
    ],
)
def test_comparators(text: str, comparator: Comparator, number: float) -> None:
    value = parse_value(text)
    assert (value.comparator, value.number) == (comparator, number)


@pytest.mark.parametrize(("text", "decimals"), [("5", 0), ("5.0", 1), ("5.00", 2), ("<0.003", 3)])
def test_decimals_are_kept_as_printed(text: str, decimals: int) -> None:
    assert parse_value(text).decimals == decimals


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("1O.5", ("10.5",)),
        ("l2.3", ("12.3",)),
        ("5,6", ("5.6",)),
        ("6。7", ("6.7",)),
        ("5 .6", ("5.6",)),
        (".5", ("0.5",)),
        ("1..5", ("1.5",)),
        ("1,234", ("1.234", "1234")),  # a point or thousands: both are offered
        ("5 6", ("5.6", "56")),
        ("<O.5", ("0.5",)),
    ],
)
def test_slips_are_repaired_and_said_so(text: str, candidates: tuple[str, ...]) -> None:
    value = parse_value(text)
    assert value.repaired
    assert value.candidates == candidates
    assert value.well_formed < 0.9


@pytest.mark.parametrize(
    ("text", "number", "arrow", "clear"),
    [
        ("12.3↑", 12.3, Flag.HIGH, True),
        ("↓3.1", 3.1, Flag.LOW, True),
        ("12.3 H", 12.3, Flag.HIGH, True),
        ("L 3.1", 3.1, Flag.LOW, True),
        ("12.3 偏高", 12.3, Flag.HIGH, True),
        ("12.3*", 12.3, Flag.ABNORMAL, True),
        ("12.3个", 12.3, Flag.HIGH, False),  # what OCR makes of an arrow
        ("3.1 J", 3.1, Flag.LOW, False),
    ],
)
def test_an_arrow_in_the_cell(text: str, number: float, arrow: Flag, clear: bool) -> None:
    value = parse_value(text)
    assert (value.number, value.printed_flag, value.well_formed == 1.0) == (number, arrow, clear)


def test_nothing_that_is_printed_breaks_the_parsers() -> None:
    letters = "0123456789.<>≤≥-~+±()（）:：/ 男女岁阴性阳OlI|SB个↑↓HL%^*eE一，,。mgL\x00\ud7ff"
    chance = random.Random(7)
    for _ in range(3000):
        text = "".join(chance.choice(letters) for _ in range(chance.randrange(12)))
        value, expected = parse_value(text), parse_range(text)
        parse_unit(text)
        flag(value, expected)
        header_role(text)
        if expected is not None:
            for band in expected.bands:
                assert band.low is None or band.high is None or band.low <= band.high


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("3.5-9.5", 3.5, 9.5),
        ("3.5--9.5", 3.5, 9.5),
        ("3.5~9.5", 3.5, 9.5),
        ("3.5～9.5", 3.5, 9.5),
        ("3.5—9.5", 3.5, 9.5),
        ("3.5一9.5", 3.5, 9.5),  # the character for one, which a dash is read as
        ("3.50-9. 50", 3.5, 9.5),
        ("3.5至9.5", 3.5, 9.5),
        ("(3.5-9.5)", 3.5, 9.5),
        ("参考值:3.5-9.5", 3.5, 9.5),
        ("0-40 U/L", 0.0, 40.0),
        ("50.0%-70.0%", 50.0, 70.0),
        ("-3.0-3.0", -3.0, 3.0),
        ("<5.2", None, 5.2),
        ("≤ 5.2 mmol/L", None, 5.2),
        ("≥40", 40.0, None),
        (">1.04", 1.04, None),
        (">=3.5,<9.5", 3.5, 9.5),
        ("0.00-<0.05", 0.0, 0.05),
        ("<1:80", None, 80.0),
        ("1:80以下", None, 80.0),
        ("0", None, 0.0),
    ],
)
def test_ranges(text: str, low: float | None, high: float | None) -> None:
    found = parse_range(text)
    assert found is not None
    assert (found.low, found.high, found.repaired) == (low, high, False)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("3.509.50", 3.5, 9.5), ("O-40", 0.0, 40.0), ("3,5-9,5", 3.5, 9.5), ("115.0150.0", 115, 150)],
)
def test_ranges_put_right_say_so(text: str, low: float, high: float) -> None:
    found = parse_range(text)
    assert found is not None
    assert (found.low, found.high, found.repaired) == (low, high, True)


@pytest.mark.parametrize("text", ["", "  ", "9.5-3.5", "见说明", "阴性/阳性"])
def test_no_range(text: str) -> None:
    assert parse_range(text) is None


BY_SEX = "男:120-160 女:110-150"
BY_AGE = "0-28天:10-20 1-6岁:4-11 ≥18岁:3.5-9.5"


@pytest.mark.parametrize(
    ("text", "sex", "age", "limits"),
    [
        (BY_SEX, Sex.MALE, None, (120.0, 160.0)),
        (BY_SEX, Sex.FEMALE, None, (110.0, 150.0)),
        (BY_SEX, None, None, (None, None)),  # not guessed
        ("男120~160;女110~150", Sex.FEMALE, None, (110.0, 150.0)),
        ("120-160(男) 110-150(女)", Sex.MALE, None, (120.0, 160.0)),
        ("M:3-5 F:2-4", Sex.FEMALE, None, (2.0, 4.0)),
        ("男性<15 女性<20", Sex.FEMALE, None, (None, 20.0)),
        (BY_AGE, None, 0.03, (10.0, 20.0)),
        (BY_AGE, None, 3.0, (4.0, 11.0)),
        (BY_AGE, None, 50.0, (3.5, 9.5)),
        ("成人:3.5-9.5;儿童:5-12", None, 8.0, (5.0, 12.0)),
        ("男成人:3-5 女成人:2-4", Sex.MALE, 30.0, (3.0, 5.0)),
    ],
)
def test_bands(text: str, sex: Sex | None, age: float | None, limits: tuple[float | None, float | None]) -> None:
    found = parse_range(text, sex=sex, age_years=age)
    assert found is not None
    assert (found.low, found.high) == limits


@pytest.mark.parametrize(
    ("text", "ucum"),
    [
        ("10^9/L", "10*9/L"),
        ("10~9/L", "10*9/L"),
        ("*10E9/L", "10*9/L"),
        ("×10⁹/L", "10*9/L"),
        ("x10^9/L", "10*9/L"),
        ("X109/L", "10*9/L"),
        ("1O^9/L", "10*9/L"),
        ("10 9/L", "10*9/L"),
        ("10^12/", "10*12/L"),
        ("10^12/L", "10*12/L"),
        ("×10¹²/L", "10*12/L"),
        ("umol/L", "umol/L"),
        ("μmol/L", "umol/L"),
        ("µmol/l", "umol/L"),
        ("mmo1/L", "mmol/L"),
        ("mmol/1", "mmol/L"),
        ("g/l", "g/L"),
        ("g/1", "g/L"),
        ("U/L", "U/L"),
        ("IU/L", "U/L"),
        ("fL", "fL"),
        ("fl", "fL"),
        ("pg", "pg"),
        ("％", "%"),
        ("mm/h", "mm/h"),
        ("mIU/L", "m[IU]/L"),
        ("μIU/mL", "m[IU]/L"),
        ("/HP", "/[HPF]"),
        ("个/HPF", "/[HPF]"),
        ("/ul", "/uL"),
        ("mmHg", "mm[Hg]"),
        ("S/CO", "{S_CO_ratio}"),
        ("mL/min/1.73m²", "mL/min/{1.73_m2}"),
        ("g/24h", "g/(24.h)"),
    ],
)
def test_units(text: str, ucum: str) -> None:
    found = parse_unit(text)
    assert found is not None and found.ucum == ucum


@pytest.mark.parametrize("text", ["", " ", "阴性", "3.5-9.5", "xyz/L"])
def test_no_unit(text: str) -> None:
    assert parse_unit(text) is None


def test_the_item_decides_what_a_unit_of_two_meanings_is() -> None:
    grams, giga = parse_unit("G/L", allowed=entries()["hgb"].units), parse_unit("G/L", allowed=entries()["wbc"].units)
    assert grams is not None and grams.ucum == "g/L"
    assert giga is not None and giga.ucum == "10*9/L"


@pytest.mark.parametrize(
    ("value", "expected", "said"),
    [
        ("3.4", "3.5-9.5", Flag.LOW),
        ("3.5", "3.5-9.5", Flag.NORMAL),
        ("9.6", "3.5-9.5", Flag.HIGH),
        ("5.2", "<5.2", Flag.HIGH),
        ("5.2", "≤5.2", Flag.NORMAL),
        ("40", "≥40", Flag.NORMAL),
        ("1.04", ">1.04", Flag.LOW),
        ("<0.5", "0-1", Flag.NORMAL),
        ("<5", "0-3", Flag.UNKNOWN),
        ("<2", "3-5", Flag.LOW),
        (">1000", "0-40", Flag.HIGH),
        (">2", "3-5", Flag.UNKNOWN),
        ("阴性", "阴性", Flag.NORMAL),
        ("阳性", "阴性", Flag.ABNORMAL),
        ("±", "阴性", Flag.ABNORMAL),
        ("500(+3)", "阴性", Flag.ABNORMAL),
        ("0-2", "0-5", Flag.NORMAL),
        ("6-8", "0-5", Flag.HIGH),
        ("1:320", "<1:80", Flag.HIGH),
        ("阴性", "0-1", Flag.NORMAL),
        ("阳性", "0-1", Flag.UNKNOWN),
        ("155", BY_SEX, Flag.UNKNOWN),  # high for a woman, normal for a man
        ("100", BY_SEX, Flag.LOW),  # low for both
        ("140", BY_SEX, Flag.NORMAL),
        ("5", "", Flag.UNKNOWN),
        # A limit that is within the range leaves both sides open.
        ("<4", "3-5", Flag.UNKNOWN),
        (">4", "3-5", Flag.UNKNOWN),
        (">4", "≥3", Flag.NORMAL),
        # A description is normal where it is one of those expected; of another word nobody can tell.
        ("淡黄色", "淡黄色", Flag.NORMAL),
        ("淡黄色", "黄色", Flag.UNKNOWN),
        ("酱油色", "淡黄色", Flag.UNKNOWN),
        ("淡黄色", "黄色或淡黄色", Flag.NORMAL),
        ("黄色", "淡黄色-黄色", Flag.NORMAL),
        ("软便", "成形便、软便", Flag.NORMAL),
        ("阳性", "淡黄色", Flag.UNKNOWN),
        # What should be there and is not is as little normal as the other way round.
        ("阳性", "阳性", Flag.NORMAL),
        ("+++", "阳性", Flag.NORMAL),
        ("阴性", "阳性", Flag.ABNORMAL),
        ("弱阳性", "阳性", Flag.UNKNOWN),
        ("未检出", "未检出", Flag.NORMAL),
        ("检出", "未检出", Flag.ABNORMAL),
        ("低于检出限", "未检出", Flag.NORMAL),
        ("无反应性", "无反应性", Flag.NORMAL),
        ("反应性", "无反应性", Flag.ABNORMAL),
        ("0", "阴性", Flag.NORMAL),
        ("0.02", "阴性", Flag.UNKNOWN),  # from where on it is positive is not printed
        ("±", "阴性或弱阳性", Flag.NORMAL),
        ("2+", "阴性或弱阳性", Flag.ABNORMAL),
        # A titre is measured by titres alone.
        ("1:40", "<1:80", Flag.NORMAL),
        ("1:80", "<1:80", Flag.HIGH),
        ("1:80", "≤1:80", Flag.NORMAL),
        ("<1:20", "<1:80", Flag.NORMAL),
        (">1:40", "<1:80", Flag.UNKNOWN),
        ("1:320(+)", "阴性", Flag.ABNORMAL),
        ("阴性(<1:20)", "阴性", Flag.NORMAL),
        ("1:40", "阴性", Flag.UNKNOWN),
        ("40", "<1:80", Flag.UNKNOWN),
        ("1:40", "0-3", Flag.UNKNOWN),
        ("阴性", "<1:80", Flag.NORMAL),
        ("阳性", "<1:80", Flag.UNKNOWN),
        # Words and limits together say what is expected in both ways.
        ("阳性", "阴性(<1:80)", Flag.ABNORMAL),
        ("1:160", "阴性(<1:80)", Flag.HIGH),
        ("阳性", "阴性(<1.0)", Flag.ABNORMAL),
        ("阳性", "阴性(0-1.0)", Flag.ABNORMAL),
        ("0.3", "<1.0为阴性", Flag.NORMAL),
        ("0.3", "阴性<1.0，阳性≥1.0", Flag.NORMAL),  # not below 1.0
        ("1.3", "阴性<1.0，阳性≥1.0", Flag.HIGH),
        ("阳性", "阴性<1.0，阳性≥1.0", Flag.ABNORMAL),
        ("0.3", "<1.0阴性;≥1.0阳性", Flag.NORMAL),
        ("0.3", "阴性:<0.9;可疑:0.9-1.1;阳性:>1.1", Flag.NORMAL),
        ("1.0", "阴性:<0.9;可疑:0.9-1.1;阳性:>1.1", Flag.HIGH),
        ("12.5(阳性)", "阴性", Flag.ABNORMAL),
        ("12.5(阳性)", "<10", Flag.HIGH),
        ("±", "norm-1+", Flag.NORMAL),
        ("2+", "norm-1+", Flag.ABNORMAL),
    ],
)
def test_flags(value: str, expected: str, said: Flag) -> None:
    assert flag(parse_value(value), parse_range(expected)) is said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("↑", Flag.HIGH),
        ("H", Flag.HIGH),
        ("偏高", Flag.HIGH),
        ("↓↓", Flag.LOW),
        ("L", Flag.LOW),
        ("+", Flag.ABNORMAL),
        ("*", Flag.ABNORMAL),
        ("N", Flag.NORMAL),
        ("", None),
        ("mmol/L", None),
    ],
)
def test_arrows(text: str, said: Flag | None) -> None:
    assert parse_flag(text) is said


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("检验项目", Column.NAME),
        ("项 目", Column.NAME),
        ("中文名称", Column.NAME),
        ("缩写", Column.ABBREVIATION),
        ("结果", Column.RESULT),
        ("测定结果", Column.RESULT),
        ("提示", Column.FLAG),
        ("单位", Column.UNIT),
        ("参考值", Column.RANGE),
        ("生物参考区间", Column.RANGE),
        ("参考范圈", Column.RANGE),  # one character misread
        ("NO.", Column.NUMBER),
        ("检验方法", Column.METHOD),
        ("上次结果", Column.PREVIOUS),
        ("白细胞计数", None),
        ("3.5-9.5", None),
        ("姓名", None),
    ],
)
def test_headings(text: str, column: Column | None) -> None:
    assert header_role(text) is column


@pytest.mark.parametrize(
    ("text", "noise"),
    [
        ("某某市第一人民医院检验报告单", True),
        ("姓名：李四", True),
        ("检验者：", True),
        ("第1页 共2页", True),
        ("备注：本报告仅对此标本负责", True),
        ("报告时间：2024-01-02 10:20", True),
        ("白细胞计数", False),
        ("3.5-9.5", False),
        ("红细胞", False),
        ("标准剩余碱", False),
        ("心型脂肪酸结合蛋白", False),
    ],
)
def test_noise(text: str, noise: bool) -> None:
    assert is_noise(text) is noise


def test_no_item_of_the_catalogue_is_taken_for_noise_or_a_heading() -> None:
    taken = [name for item in entries().values() for name in item.names if is_noise(name) or header_role(name)]
    assert not taken


@pytest.mark.parametrize(
    ("text", "specimen"),
    [
        ("尿液分析报告单", Specimen.URINE),
        ("粪便常规", Specimen.STOOL),
        ("血常规", Specimen.BLOOD),
        ("血气分析", Specimen.GAS),
        ("凝血四项", Specimen.PLASMA),
        ("标本种类：血清", Specimen.SERUM),
        ("姓名：李四", None),
    ],
)
def test_specimens(text: str, specimen: Specimen | None) -> None:
    assert specimen_of(text) is specimen


@pytest.mark.parametrize(
    ("code", "value", "unit", "age", "rule"),
    [
        ("k", 6.5, "mmol/L", None, "potassium_high"),
        ("k", 2.5, "mmol/L", 60.0, "potassium_low"),
        ("k", 7.0, "mmol/L", 0.01, None),  # of a newborn
        ("k", 5.0, "mmol/L", None, None),
        ("na", 118.0, "mmol/L", None, "sodium_low"),
        ("glu", 40.0, "mg/dL", None, "glucose_low"),
        ("glu", 30.0, "mmol/L", None, "glucose_high"),
        ("hgb", 4.5, "g/dL", None, "hemoglobin_low"),
        ("hgb", 80.0, "g/L", 0.02, "hemoglobin_low_newborn"),
        ("plt", 15.0, "10*9/L", None, "platelet_low"),
        ("wbc", 0.8, "10*9/L", None, "wbc_low"),
        ("hs_ctnt", 200.0, "ng/L", None, "hs_troponin_t_high"),
        ("hs_ctnt", 0.2, "ng/mL", None, "hs_troponin_t_high"),
        ("inr", 6.0, None, None, "inr_high"),
        ("crea", 9.0, "mg/dL", None, "creatinine_high"),
        ("bg_ph", 7.1, "[pH]", None, "ph_low"),
        ("pco2", 10.0, "kPa", None, "pco2_high"),
        ("ca", 1.5, "mmol/L", None, "calcium_low"),
        ("bg_lac", 6.0, "mmol/L", None, "lactate_gas_high"),
        ("tbil", 300.0, "umol/L", 0.01, "bilirubin_high_newborn"),
        ("hct", 39.2, "L/L", None, None),  # a misprinted unit is no alarm
        ("hct", 0.15, "L/L", None, "hematocrit_low"),
        ("k", 6.5, "g/L", None, None),  # a unit that potassium is not given in
        ("no_such_item", 1.0, None, None, None),
    ],
)
def test_critical(code: str, value: float, unit: str | None, age: float | None, rule: str | None) -> None:
    found = critical(code, value, unit, age_years=age)
    assert (None if found is None else found.rule.id) == rule


def test_limits_in_a_rows_own_unit_say_the_same_as_the_rules() -> None:
    compared = 0
    for rule in (one for found in rules().values() for one in found):
        for unit in (None, *entries()[rule.code].units):
            for limit in limits_of(rule.code, unit):
                for number in (one for one in (limit.low, limit.high) if one is not None):
                    for value, age in product((number * 0.97, number * 1.03), (0.01, 0.3, 5.0, 40.0)):
                        if rule.code == "hct":
                            continue  # which unit is meant depends on the value
                        low, high = limit.low, limit.high
                        beyond = (low is not None and value < low) or (high is not None and value > high)
                        judged = critical(rule.code, value, unit, age_years=age)
                        if beyond and limit.age[0] <= age < limit.age[1]:
                            assert judged is not None, (limit, value, unit, age)
                            compared += 1
    assert compared > 500


def test_limits_of_a_fraction_and_of_no_unit_at_all() -> None:
    assert [limit.low for limit in limits_of("hct", None, 0.39)] == [pytest.approx(0.18), None]
    assert limits_of("k", "g/L") == ()
    assert [limit.grade for limit in limits_of("malaria", None)] == [1]


def test_a_value_beyond_what_can_be_measured_is_critical_at_the_limit() -> None:
    assert critical("hs_ctnt", 52.0, "ng/L") is None
    assert critical("hs_ctnt", 52.0, "ng/L", comparator=Comparator.GT) is not None
    assert critical("plt", 30.0, "10*9/L", comparator=Comparator.LT) is not None
    assert critical("plt", 30.0, "10*9/L", comparator=Comparator.GT) is None


def test_a_positive_result_can_be_critical() -> None:
    found = critical("malaria", None, None, grade=1.0)
    assert found is not None and found.rule.id == "malaria_positive"
    assert critical("malaria", None, None, grade=0.0) is None


def test_what_else_a_number_can_have_been() -> None:
    assert other_readings("k", parse_value("41"), "mmol/L") == ("4.1",)
    assert other_readings("hgb", parse_value("1250"), "g/L") == ("125.0",)
    assert other_readings("k", parse_value("阴性"), "mmol/L") == ()
    assert lost_point(parse_value("52"), parse_range("3.5-9.5")) == "5.2"
    assert lost_point(parse_value("12"), parse_range("3.5-9.5")) is None  # high, and well possible
    assert lost_point(parse_value("5.2"), parse_range("3.5-9.5")) is None
