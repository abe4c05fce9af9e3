"""Amounts of money as people write them: 2万, 两万三, 1万2, 20,000块, ￥1234.5, 八百多, 2w.

A range ("两三万", "十几万") names no amount and is left out: the dialogue asks for one figure.
"""

import re
from collections.abc import Iterable
from decimal import Decimal

from .mentions import Mention
from .numbers import DIGITS, half_width, parse_number

LARGEST = Decimal(100_000_000)
_CN = "零〇一二两俩三四五六七八九十百千"
_ARABIC = r"\d{1,3}(?:[,，]\d{3})+(?:\.\d{1,2})?|\d{1,9}(?:\.\d{1,2})?"
_PART = rf"(?:{_ARABIC}|[{_CN}]+)"
_SMALL = {"千": 1000, "百": 100, "k": 1000, "K": 1000}
_AMOUNT = re.compile(
    rf"(?<![\d.,\-负第几A-Za-z])(?P<currency>[￥¥]|RMB|rmb|人民币)?\s*"
    rf"(?P<number>半|{_PART}(?:点[零一二三四五六七八九]{{1,2}})?)\s*"
    rf"(?:(?P<myriad>[万wW])(?P<rest>半|零?{_PART}(?:[千百]{_PART}?)*)?|(?P<small>[千百kK])(?P<tail>半|{_PART}(?:百{_PART}?)*)?)?"
    r"(?P<more>多|来|左右|出头)?\s*(?P<unit>元|圆|块钱|块|大洋|人民币|rmb|RMB|钱)?"
)
_FULL_UNITS = ("元", "圆", "块钱", "人民币", "rmb", "RMB", "钱")
# A bare number is money after these words; before these, any number is something else.
_BEFORE = re.compile(
    r"(?:花了?|用了?|费用|总费用|一共|总共|共计|合计|总额|交了?|付了?|缴了?|账单|发票|开支|金额|药费|检查费|押金|自费|乙类药?|丙类药?|甲类药?|报销?了?|目录外)"
    r"(?:大概|大约|差不多|是|有|要|快|将近|去|了|的|：|:|\s)*$"
)
_NOT_AFTER = re.compile(
    r"\s*(?:[%％度岁天日月年周次个号步人米克斤片粒支针瓶盒楼层室床点分时秒级项种条例公毫厘千]|小时|分钟|星期|成|家|位|期)"
)
_DIGIT_RANGE = re.compile(r"[一二两三四五六七八九]{2}(?=[万千百十]|$)|\d[-~～到至]\d|几")
LEAST_BARE_PIECES = 10  # "三块" without more may be pieces of anything


def amounts(text: str) -> Iterable[Mention]:
    """Amounts in yuan (kind ``amount``; the value a decimal string with at most two places), in order of place."""
    plain_text = half_width(text)
    for found in _AMOUNT.finditer(plain_text):
        value = _value(found)
        if value is None or not 0 < value <= LARGEST or not _is_money(found, plain_text, value):
            continue
        start = found.start("currency") if found["currency"] else found.start("number")
        yield Mention("amount", start, found.end(), text[start : found.end()], _shown(value))


def bare_amount(text: str) -> "str | None":
    """The amount that a whole answer says when an amount was asked for ("20000", "大概两万吧"); None without one."""
    said = re.sub(r"[\s，。,.!！吧呢啊了哦嘛]+$", "", half_width(text).strip())
    said = re.sub(r"^(?:我|一共|总共|大概|大约|差不多|花了?|应该|可能|是|有|就|估计|快|将近|要)+", "", said)
    found = _AMOUNT.fullmatch(said)
    value = _value(found) if found else None
    return _shown(value) if value is not None and 0 < value <= LARGEST else None


def _is_money(found: "re.Match[str]", text: str, value: Decimal) -> bool:
    if found["currency"] or found["unit"] in _FULL_UNITS:
        return True
    spent = _BEFORE.search(text, max(0, found.start() - 12), found.start()) is not None
    if found["unit"] == "块":
        return spent or value >= LEAST_BARE_PIECES
    if _NOT_AFTER.match(text, found.end()):
        return False
    large = bool(found["myriad"] or found["small"]) or any(unit in found["number"] for unit in "百千")
    # "一万" and "三千" are money where nothing else is counted; "千万别" and "万一" are no numbers at all.
    return spent or (large and value >= 100 and found["number"] not in ("百", "千"))  # noqa: PLR2004


def _value(found: "re.Match[str]") -> "Decimal | None":
    number, rest, tail = found["number"], found["rest"], found["tail"]
    if _DIGIT_RANGE.search(number):
        return None
    value = _number(number)
    if value is None:
        return None
    if found["myriad"]:
        below = _below(rest, 1000)
        return None if below is None else value * 10_000 + below
    if found["small"]:
        unit = _SMALL[found["small"]]
        below = _below(tail, unit // 10)
        return None if below is None else value * unit + below
    return value


def _below(text: "str | None", digit_counts: int) -> "Decimal | None":
    """What follows the unit: "三" of 两万三 counts thousands, "三千五" is itself."""
    if not text:
        return Decimal(0)
    if text == "半":
        return Decimal(5 * digit_counts)
    if len(text) == 1 and (text in DIGITS or text.isdigit()):
        return Decimal(DIGITS[text] if text in DIGITS else int(text)) * digit_counts
    whole = _number(text.lstrip("零"))
    if whole is not None:
        return whole
    total = Decimal(0)
    for part in re.finditer(r"(?P<number>[\d.]+|[^\d千百]+)(?P<unit>[千百])?", text.lstrip("零")):
        value = _number(part["number"])
        if value is None:
            return None
        total += value * _SMALL.get(part["unit"] or "", 1)
    return total


def _number(text: str) -> "Decimal | None":
    return parse_number(text.replace(",", "").replace("，", ""))


def _shown(value: Decimal) -> str:
    shown = f"{value:.2f}"
    return shown.removesuffix(".00")
