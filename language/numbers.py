"""Numbers as people write them: 39, ３９, 三十九, 两, 半, 一百二, 38.5, 三十八点五."""

import re
from decimal import Decimal, InvalidOperation

DIGITS = {"零": 0, "〇": 0, "一": 1, "壹": 1, "二": 2, "两": 2, "俩": 2, "三": 3, "仨": 3, "四": 4, "五": 5, "六": 6}
DIGITS |= {"七": 7, "八": 8, "九": 9, "幺": 1}
UNITS = {"十": 10, "百": 100, "千": 1000}

#: A number inside a regular expression, without a group: Arabic with decimals, or Chinese.
ARABIC = r"\d{1,6}(?:\.\d{1,2})?"
CHINESE = r"[零〇一二两俩仨三四五六七八九十百千幺]{1,7}(?:点[零一二三四五六七八九]{1,2})?"
NUMBER = rf"(?:{ARABIC}|{CHINESE}|半)"

_FULL_WIDTH = str.maketrans("０１２３４５６７８９．：／－％", "0123456789.:/-%")
_ARABIC = re.compile(r"\d+(?:\.\d+)?")


def half_width(text: str) -> str:
    """``text`` with full-width digits made plain; every character keeps its place."""
    return text.translate(_FULL_WIDTH)


def parse_number(text: str) -> "Decimal | None":
    """The number that ``text`` says as a whole, or None: "三十九" 39, "两" 2, "半" 0.5, "一百二" 120, "38.5" 38.5."""
    text = half_width(text.strip())
    if not text:
        return None
    if _ARABIC.fullmatch(text):
        try:
            return Decimal(text)
        except InvalidOperation:  # pragma: no cover - the pattern leaves nothing to refuse
            return None
    if text == "半":
        return Decimal("0.5")
    whole, point, decimals = text.partition("点")
    integer = _chinese_integer(whole)
    if integer is None:
        return None
    if not point:
        return Decimal(integer)
    if not decimals or any(char not in DIGITS for char in decimals):
        return None
    return Decimal(f"{integer}." + "".join(str(DIGITS[char]) for char in decimals))


def _chinese_integer(text: str) -> "int | None":
    if not text or any(char not in DIGITS and char not in UNITS for char in text):
        return None
    if not any(char in UNITS for char in text):  # read digit by digit: 二〇二六
        return int("".join(str(DIGITS[char]) for char in text))
    total, digit, last_unit = 0, None, 0
    for char in text:
        if char in UNITS:
            if last_unit and UNITS[char] >= last_unit and digit is None:
                return None
            total += (1 if digit is None else digit) * UNITS[char]
            last_unit, digit = UNITS[char], None
        elif DIGITS[char] == 0:
            last_unit, digit = 10, None  # 一百零二: what follows counts ones
        elif digit is not None:
            return None
        else:
            digit = DIGITS[char]
    if digit is not None:
        # "一百二" is 120: a digit after hundreds counts tens.
        total += digit * (last_unit // 10 if last_unit > 10 else 1)  # noqa: PLR2004
    return total


def plain(number: Decimal) -> str:
    """The shortest decimal writing: 39, 39.2, 0.67, rounded to two places."""
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return text or "0"
