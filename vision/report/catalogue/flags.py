"""A value against its range, and what an arrow says."""

from vision.report.catalogue.ranges import Band, Range
from vision.report.catalogue.text import half_width
from vision.report.catalogue.values import Value, ValueType, description
from vision.report.kinds import Comparator, Flag

_HIGH = {"↑", "⬆", "▲", "h", "hh", "high", "高", "偏高", "升高", "↑↑", "↑↑↑", "h↑", "上升"}
_LOW = {"↓", "⬇", "▼", "l", "ll", "low", "低", "偏低", "降低", "↓↓", "↓↓↓", "l↓", "下降"}
_ABNORMAL = {"+", "*", "a", "p", "异常", "阳性", "abn", "abnormal", "!", "★"}
_MEASURED = frozenset({ValueType.NUMBER, ValueType.SPAN, ValueType.TITRE})
_NORMAL = {"n", "正常", "normal", "-", "m"}


def parse_flag(text: str) -> Flag | None:
    """What the column of arrows says: ↑ ↓ H L + * 偏高 ...; None for an empty or unknown mark."""
    plain = half_width(text).strip().lower()
    for words, flag in ((_HIGH, Flag.HIGH), (_LOW, Flag.LOW), (_ABNORMAL, Flag.ABNORMAL), (_NORMAL, Flag.NORMAL)):
        if plain in words:
            return flag
    return None


def flag(value: Value, expected: Range | None) -> Flag:
    """Where the value stands to its range; UNKNOWN when there is none, the two are not of one kind, or the bands that
    could hold for the patient disagree."""
    if expected is None or not expected.bands:
        return Flag.UNKNOWN
    said = {_against(value, band) for band in expected.bands}
    return said.pop() if len(said) == 1 else Flag.UNKNOWN


def _against(value: Value, band: Band) -> Flag:
    if band.words:
        return Flag.NORMAL if description(value.text) in band.words else Flag.UNKNOWN
    limited = band.low is not None or band.high is not None
    if limited and value.number is not None and value.type in _MEASURED:
        if band.titre is (value.type is ValueType.TITRE):
            return _number_against(value.number, value.comparator, band)
        return Flag.UNKNOWN
    return _grade_against(value, band)


def _grade_against(value: Value, band: Band) -> Flag:
    nothing = value.type is ValueType.NUMBER and value.number == 0 and value.comparator is None
    grade = 0.0 if nothing and value.grade is None else value.grade
    if grade is None:
        return Flag.UNKNOWN
    if band.expected is not None:
        return Flag.NORMAL if grade <= band.expected else Flag.ABNORMAL
    if band.least is not None:
        return Flag.NORMAL if grade >= band.least else Flag.UNKNOWN if grade else Flag.ABNORMAL
    # "阴性" where 0 to 5 is expected.
    return Flag.NORMAL if grade == 0 and (band.low is None or band.low <= 0) else Flag.UNKNOWN


def _number_against(number: float, comparator: Comparator | None, band: Band) -> Flag:
    below = band.low is not None and (number <= band.low if band.low_excluded else number < band.low)
    above = band.high is not None and (number >= band.high if band.high_excluded else number > band.high)
    # "<0.5" is all of what is below: sure only where no part of it, or the whole, is outside.
    if comparator in {Comparator.LT, Comparator.LE}:
        if band.low is not None and band.low != 0:
            return Flag.LOW if 0 < number <= band.low else Flag.UNKNOWN
        return Flag.UNKNOWN if above and number != band.high else Flag.NORMAL
    if comparator in {Comparator.GT, Comparator.GE}:
        if band.high is not None:
            return Flag.HIGH if number >= band.high else Flag.UNKNOWN
        return Flag.UNKNOWN if below else Flag.NORMAL
    return Flag.LOW if below else Flag.HIGH if above else Flag.NORMAL
