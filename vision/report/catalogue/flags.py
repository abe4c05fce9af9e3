"""A value against its range, and what an arrow says."""

from vision.report.catalogue.ranges import Band, Range
from vision.report.catalogue.text import half_width
from vision.report.catalogue.values import Value, ValueType
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
    """Where the value stands to its range; UNKNOWN when there is none, the value is no measure, or the bands that could
    hold for the patient disagree."""
    if expected is None or not expected.bands:
        return Flag.UNKNOWN
    said = {_against(value, band) for band in expected.bands}
    return said.pop() if len(said) == 1 else Flag.UNKNOWN


def _against(value: Value, band: Band) -> Flag:
    if band.expected is not None:
        if value.grade is None:
            return Flag.UNKNOWN
        return Flag.NORMAL if value.grade <= band.expected else Flag.ABNORMAL
    if value.number is not None and value.type in _MEASURED:
        return _number_against(value.number, value.comparator, band)
    if value.grade == 0 and (band.low is None or band.low <= 0):
        return Flag.NORMAL  # "阴性" where 0 to 5 is expected
    return Flag.UNKNOWN


def _number_against(number: float, comparator: Comparator | None, band: Band) -> Flag:
    below = band.low is not None and (number <= band.low if band.low_excluded else number < band.low)
    above = band.high is not None and (number >= band.high if band.high_excluded else number > band.high)
    # "<0.5" is all of what is below: sure only where no part of it, or the whole, is outside.
    if comparator in {Comparator.LT, Comparator.LE}:
        if band.low is not None and 0 < number <= band.low:
            return Flag.LOW
        return Flag.UNKNOWN if above and number != band.high else Flag.NORMAL
    if comparator in {Comparator.GT, Comparator.GE}:
        if band.high is not None and number >= band.high:
            return Flag.HIGH
        return Flag.UNKNOWN if below else Flag.NORMAL
    return Flag.LOW if below else Flag.HIGH if above else Flag.NORMAL
