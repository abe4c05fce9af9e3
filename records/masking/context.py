"""The words before and after a number that say what it is."""

import re

_GAP = r"[^\d]{0,10}$"
_ID = r"(?:身份证|身份號|身份号|证件|公民身份|社会保障号|sfz|身份[ -]?证|(?<![a-z])id(?:[ -]?card|[ -]?no|number)?)"
ID_BEFORE = re.compile(_ID + _GAP, re.IGNORECASE)
ID_BESIDE = re.compile(_ID + r"(?:号码|号|码)?[\s:.是为]{0,3}$", re.IGNORECASE)
ID_AFTER = re.compile(r"[^\d]{0,4}(?:身份证|证件号)")
ID_IT_IS = re.compile(r" ?[就也]?是[^\d]{0,3}(?:身份证|证件号)")
PHONE_BEFORE = re.compile(
    r"(?:电话|手机|座机|固话|联系方式|联系我|微信(?![^\d*]{0,4}\*{4}(?![\w*]))|(?<!发票)(?<!订单)(?<!快递)(?<!流水)(?<!运单)(?<!验证)(?<!批准)号码|致电|打给|拨打|小灵通|(?<![a-z])(?:tel|phone|mobile|cell|whatsapp))"
    + r"[^\d+]{0,8}[+(]?$",
    re.IGNORECASE,
)
CARD_BEFORE = re.compile(
    r"(?:银行|卡号|账号|帐号|账户|帐户|借记卡|信用卡|储蓄卡|工资卡|bank|card)" + _GAP, re.IGNORECASE
)
WINDOW = 18  # characters looked at on either side


def before(pattern: re.Pattern[str], text: str, start: int) -> bool:
    return pattern.search(text[max(0, start - WINDOW) : start]) is not None


def after(pattern: re.Pattern[str], text: str, end: int) -> bool:
    return pattern.match(text, end, end + WINDOW) is not None
