"""Reference ranges as printed: numbers, expected words, and bands by sex, age or phase."""

import re
from dataclasses import dataclass

from vision.report.catalogue.text import half_width
from vision.report.catalogue.values import ValueType, parse_value
from vision.report.kinds import Sex

_DIGITS = r"\d+(?:\.\d+)?"
_SPAN = re.compile(rf"(-?{_DIGITS})\s*%?\s*[-~到至]+\s*(-?{_DIGITS})")
_ONE = re.compile(rf"(<=|>=|[<>≤≥≦≧]|小于等于|大于等于|小于|大于)\s*({_DIGITS})")
_UPPER = {"<", "<=", "≤", "≦", "小于", "小于等于"}
_STRICT = {"<", ">", "小于", "大于"}
_LABEL = re.compile(
    r"(男性?|女性?|成人|成年|儿童|新生儿|婴儿|[mMfF](?=\s*[:：])|\d+\s*[-~]?\s*\d*\s*(?:岁|月|天)[以]?[上下]?|"
    r"卵泡期|排卵期|黄体期|绝经[期后]?|孕\s*\d*|妊娠)\s*[:：]?\s*"
)
_AGE = re.compile(r"(\d+)\s*(?:[-~]\s*(\d+))?\s*(岁|月|天)(以上|以下)?")
_TO_YEARS = {"岁": 1.0, "月": 1 / 12, "天": 1 / 365.25}


@dataclass(frozen=True, slots=True)
class Band:
    """One line of a range: its limits (None: open), whether a limit itself is outside, and for whom it holds."""

    low: float | None = None
    high: float | None = None
    low_excluded: bool = False
    high_excluded: bool = False
    expected: float | None = None
    sex: Sex | None = None
    age: tuple[float, float] | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """``bands`` are those that can hold for this patient: one, or several where sex, age or phase are not known.
    ``text`` as printed; ``repaired``: a missing dash or point was put back."""

    text: str
    bands: tuple[Band, ...]
    repaired: bool = False

    @property
    def low(self) -> float | None:
        """The lower limit where only one band can hold."""
        return self.bands[0].low if len(self.bands) == 1 else None

    @property
    def high(self) -> float | None:
        """The upper limit where only one band can hold."""
        return self.bands[0].high if len(self.bands) == 1 else None


def parse_range(text: str, *, sex: Sex | None = None, age_years: float | None = None) -> Range | None:
    """The range that is printed; None where there is none. Sex and age choose between bands that name them."""
    plain = half_width(text).strip()
    if not plain:
        return None
    bands = tuple(_bands(plain))
    if not bands:
        return None
    fitting = tuple(band for band in bands if _fits(band, sex, age_years))
    return Range(plain, fitting or bands)


def _fits(band: Band, sex: Sex | None, age_years: float | None) -> bool:
    if sex is not None and band.sex is not None and band.sex is not sex:
        return False
    return age_years is None or band.age is None or band.age[0] <= age_years < band.age[1]


def _bands(plain: str) -> list[Band]:
    pieces = _LABEL.split(plain)
    found = []
    if lone := _limits(pieces[0]):
        found.append(lone)
    for label, limits in zip(pieces[1::2], pieces[2::2], strict=True):
        band = _limits(limits)
        if band is not None:
            found.append(_labelled(band, label.strip()))
    return found


def _labelled(band: Band, label: str) -> Band:
    sex = Sex.MALE if label[:1] in "男mM" else Sex.FEMALE if label[:1] in "女fF" else None
    return Band(band.low, band.high, band.low_excluded, band.high_excluded, band.expected, sex, _age(label), label)


def _age(label: str) -> tuple[float, float] | None:
    found = _AGE.match(label)
    if not found:
        return None
    scale = _TO_YEARS[found[3]]
    start = float(found[1]) * scale
    if found[2]:
        return start, float(found[2]) * scale
    return (0.0, start) if found[4] == "以下" else (start, 200.0)


def _limits(text: str) -> Band | None:
    plain = text.strip(" ;,")
    if found := _SPAN.search(plain):
        low, high = float(found[1]), float(found[2])
        return Band(low, high) if low <= high else None
    if found := _ONE.search(plain):
        limit, strict = float(found[2]), found[1] in _STRICT
        return Band(high=limit, high_excluded=strict) if found[1] in _UPPER else Band(low=limit, low_excluded=strict)
    value = parse_value(plain)
    if value.type in {ValueType.GRADE, ValueType.TEXT}:
        return Band(expected=value.grade)
    return None
