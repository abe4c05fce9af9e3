"""Reference ranges as printed: numbers, expected words, and bands by sex, age or phase."""

import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from vision.report.catalogue.text import half_width, with_points
from vision.report.catalogue.values import ValueType, description, parse_value
from vision.report.kinds import Sex

_NUM = r"\d+(?:\.\d+)?"
_DASH = r"[-~_到至一]+"
_SPAN = re.compile(rf"(?<![\d.,])(-?{_NUM})\s*%?\s*{_DASH}\s*(<)?\s*(-?{_NUM})(?![\d.,])")
_BLANK = re.compile(rf"(?<![\d.,])({_NUM})\s+({_NUM})(?![\d.,])")
_TITRE = re.compile(r"(<=|>=|[<>≤≥])?\s*1\s*[:/]\s*(\d{1,6})\s*(以下|以上)?")
_ONE = re.compile(rf"(<=|>=|=<|=>|[<>≤≥≦≧]|小于等于|大于等于|不大于|不小于|不超过|小于|大于|低于|高于)\s*({_NUM})")
_UPPER = frozenset({"<", "<=", "=<", "≤", "≦", "小于", "小于等于", "不大于", "不超过", "低于", None})
_STRICT = frozenset({"<", ">", "小于", "大于", "低于", "高于", None})
_LOOSE_POINT = re.compile(r"(?<=\d)\s*\.\s*(?=\d)")
_GRADES = re.compile(
    r"(?:norm(?:al)?|neg(?:ative)?|阴性|正常|-)\s*[-~到至]\s*(±|\+/?-|[1-4]\+|\+{1,4}|弱阳性)", re.IGNORECASE
)
_NEGATIVE = re.compile(r"阴性|未检[出到]|未见|negative", re.IGNORECASE)
_CLASS = r"(阴性|[弱强]?阳性|可疑|灰区|临界)"
_CLASSES_FIRST = re.compile(rf"{_CLASS}\s*[:为]?\s*\(?([^阴阳弱强可灰临]*)")
_CLASSES_LAST = re.compile(rf"([^阴阳弱强可灰临]+?)\s*[:为]?\s*\(?{_CLASS}\)?")
_ONE_OF = re.compile(r"[-~至到/、,;]|或|和")
_DECIMALS = re.compile(r"\d\.(\d+)")
_JOINED = re.compile(r"(\d+\.(\d+))(\d+\.(\d+))")
_SLIPS = str.maketrans("OoQ〇lI|iSB", "0000111158")

_WHO = (
    r"男性?|女性?|[MF](?=\s*[:：\d])|成人|成年人?|儿童|小儿|新生儿|婴儿|幼儿|老年人?|"
    r"(?:<=|>=|[<>≤≥])?\s*\d+\s*(?:[-~至到]\s*\d+\s*)?(?:岁|周岁|个月|月|天|日)(?:以上|以下|内)?|"
    r"卵泡期|排卵期|黄体期|绝经[前后]?期?|月经期|孕早期|孕中期|孕晚期|孕\s*\d+\s*(?:[-~]\s*\d+)?\s*周|妊娠[早中晚]?期?|未孕|非孕"
)
_BEFORE = re.compile(rf"({_WHO})\s*[:：]?\s*")
_AFTER = re.compile(rf"\(\s*({_WHO})\s*\)")
_AGE = re.compile(r"(<=|>=|[<>≤≥])?\s*(\d+)\s*(?:[-~至到]\s*(\d+)\s*)?(周?岁|个?月|天|日)(以上|以下|内)?")
_TO_YEARS = {"岁": 1.0, "月": 1 / 12, "天": 1 / 365.25, "日": 1 / 365.25}
_OLDEST = 200.0
_NAMED_AGES = {
    "成": (18.0, _OLDEST),
    "儿": (0.0, 18.0),
    "小": (0.0, 18.0),
    "新": (0.0, 28 / 365.25),
    "婴": (0.0, 1.0),
    "幼": (1.0, 3.0),
    "老": (60.0, _OLDEST),
}


@dataclass(frozen=True, slots=True)
class Band:
    """One line of a range: its limits (None: open; ``titre``: of titres), whether a limit itself is outside; of a
    qualitative result the grade that is expected at most or at ``least``, or the ``words`` of which one is; and for
    whom it holds (``age`` in years: from, and up to without)."""

    low: float | None = None
    high: float | None = None
    low_excluded: bool = False
    high_excluded: bool = False
    titre: bool = False
    expected: float | None = None
    least: float | None = None
    words: frozenset[str] = frozenset()
    sex: Sex | None = None
    age: tuple[float, float] | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """``bands`` are those that can hold for this patient: one, or several where sex, age or phase are not known.
    ``text`` as printed; ``repaired``: a missing dash or a misread digit was put right."""

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

    @property
    def decimals(self) -> int:
        """The most decimals that a limit is printed with."""
        return max((len(found) for found in _DECIMALS.findall(self.text)), default=0)


def parse_range(text: str, *, sex: Sex | None = None, age_years: float | None = None) -> Range | None:
    """The range that is printed; None where there is none. Sex and age choose between bands that name them; where
    they are not known, every band that can hold is kept and nothing is guessed."""
    plain = _LOOSE_POINT.sub(".", half_width(text).strip())
    if not plain:
        return None
    bands, repaired = _bands(plain), False
    if not bands:
        fixed = with_points(plain.translate(_SLIPS))
        bands = _bands(_JOINED.sub(_parted, fixed))
        repaired = True
    if not bands:
        return None
    fitting = tuple(band for band in bands if _fits(band, sex, age_years))
    return Range(plain, fitting or tuple(bands), repaired)


def _parted(found: re.Match[str]) -> str:
    """``3.509.50`` with its dash back: both limits have as many decimals as the last one."""
    joined, decimals = found[0], len(found[4])
    cut = joined.index(".") + 1 + decimals
    return f"{joined[:cut]}-{joined[cut:]}"


def _fits(band: Band, sex: Sex | None, age_years: float | None) -> bool:
    if sex is not None and band.sex is not None and band.sex is not sex:
        return False
    return age_years is None or band.age is None or band.age[0] <= age_years < band.age[1]


class _Piece(NamedTuple):
    labels: tuple[str, ...]
    limits: str


def _bands(plain: str) -> list[Band]:
    found: list[Band] = []
    for piece in _pieces(_AFTER.sub(r" \1@ ", plain)):
        band = _limits(piece.limits)
        if band is not None:
            found.append(_labelled(band, piece.labels))
    return found


def _pieces(text: str) -> list[_Piece]:
    """The text cut at its labels, which stand before the limits, or behind them (there marked with @)."""
    parts = _BEFORE.split(text)
    pieces: list[_Piece] = []
    labels: tuple[str, ...] = ()
    limits = parts[0]
    if limits.strip(" ;,:"):
        pieces.append(_Piece((), limits))
    for label, after in zip(parts[1::2], parts[2::2], strict=True):
        if after.startswith("@") and pieces:
            pieces[-1] = _Piece((label,), pieces[-1].limits)
            if after.strip("@ ;,"):
                pieces.append(_Piece((), after))
        elif after.strip(" ;,:"):
            pieces.append(_Piece((*labels, label), after))
            labels = ()
        else:
            labels = (*labels, label)  # 男 成人: 3-5
    return pieces


def _labelled(band: Band, labels: tuple[str, ...]) -> Band:
    for label in labels:
        if label[0] in "男M":
            band = replace(band, sex=Sex.MALE)
        elif label[0] in "女F":
            band = replace(band, sex=Sex.FEMALE)
        else:
            band = replace(band, age=_age(label))
    return replace(band, label=" ".join(labels) or None)


def _age(label: str) -> tuple[float, float] | None:
    found = _AGE.match(label)
    if not found:
        return _NAMED_AGES.get(label[0])
    scale = _TO_YEARS[found[4][-1]]
    start = float(found[2]) * scale
    if found[3]:
        return start, float(found[3]) * scale
    below = found[5] in {"以下", "内"} or (found[1] or "").startswith(("<", "≤"))
    return (0.0, start) if below else (start, _OLDEST)


def _limits(text: str) -> Band | None:
    plain = text.strip(" ;,:@()")
    if "阴性" in plain and "阳性" in plain and any(char.isdigit() for char in plain):
        return _of_classes(plain)
    band = _measured(plain) or _qualitative(plain)
    if band is not None and band.expected is None and not band.low and _NEGATIVE.search(plain):
        band = replace(band, expected=0.0)
    return band


def _of_classes(plain: str) -> Band | None:
    """What is negative, of limits that say from where on a result is positive: ``阴性<0.9 可疑0.9-1.1 阳性>1.1``."""
    if plain[0] in "阴阳弱强可灰临":
        classes = [(name, limits) for name, limits in _CLASSES_FIRST.findall(plain)]
    else:
        classes = [(name, limits) for limits, name in _CLASSES_LAST.findall(plain)]
    negative = [band for name, limits in classes if name == "阴性" and (band := _measured(limits.strip(" ;,:@()")))]
    return replace(negative[0], expected=0.0) if len(negative) == 1 else None


def _measured(plain: str) -> Band | None:
    if found := _TITRE.search(plain):
        upper = found[3] != "以上" and not (found[1] or "<").startswith((">", "≥"))
        limit, strict = float(found[2]), found[1] in _STRICT and found[3] is None
        if upper:
            return Band(high=limit, high_excluded=strict, titre=True)
        return Band(low=limit, low_excluded=strict, titre=True)
    if found := _SPAN.search(plain):
        return _between(found[1], found[3], high_excluded=bool(found[2]))
    limits = {found[1] in _UPPER: (float(found[2]), found[1] in _STRICT) for found in _ONE.finditer(plain)}
    if limits:
        low, high = limits.get(False, (None, False)), limits.get(True, (None, False))
        crossed = low[0] is not None and high[0] is not None and low[0] > high[0]
        return None if crossed else Band(low[0], high[0], low[1], high[1])
    if found := _BLANK.search(plain):
        return _between(found[1], found[2])
    return Band(high=0.0) if plain == "0" else None


def _qualitative(plain: str) -> Band | None:
    words = [description(word) for word in _ONE_OF.split(plain) if word.strip()]
    if words and all(words):
        return Band(words=frozenset(word for word in words if word))
    if "阴性" in plain and "阳性" in plain.replace("弱阳性", ""):
        return None  # whichever it is
    if found := _GRADES.fullmatch(plain):
        plain = found[1]
    value = parse_value(plain)
    if value.type is ValueType.TEXT and value.text == "阳性":
        return Band(least=value.grade)
    if value.grade is not None and value.type in {ValueType.GRADE, ValueType.TEXT}:
        return Band(expected=value.grade)
    return None


def _between(low: str, high: str, *, high_excluded: bool = False) -> Band | None:
    """None where they stand the wrong way round: one of the two was misread."""
    start, end = float(low), float(high)
    return Band(start, end, high_excluded=high_excluded) if start <= end else None
