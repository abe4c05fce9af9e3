"""Numbers that decide about a red flag: age, temperature, blood pressure, pulse, blood sugar."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from language.assertion import assertions
from language.measures import ages, temperatures
from language.numbers import parse_number

_N = r"(?:\d{1,3}(?:\.\d{1,2})?|[零一二两三四五六七八九十百]{1,6}(?:点[零一二三四五六七八九])?)"
_CHILD = r"(?:宝宝|孩子|小孩|娃娃?|婴儿|女宝|男宝|儿子|女儿|闺女|孙子|孙女|小宝|二宝|大宝|外孙女?|女婴|男婴|宝贝|囡囡)"
# What "language.measures" leaves out because no exact age is said: an upper bound, and days.
_UNDER_MONTHS = re.compile(
    rf"(?:不到|不足|未满|没到|不满|还没)(?P<n>{_N})个?月(?!前)|(?P<m>{_N})个?月(?:以下|以内|内|不到|还?没到|未满)的?(?:{_CHILD}|小婴)"
)
_DAYS = re.compile(
    rf"(?<![岁月零])(?:{_CHILD}(?:现在|今天|刚刚?|才|已经|都|快|满|有|是|,|，)*(?P<a>{_N})(?P<au>天|周|个?星期)(?:大|了|龄|,|，)"
    rf"|(?<![岁月零])(?P<b>{_N})(?P<bu>天|周|个?星期)(?:大|龄|的?(?:新生儿?|宝宝|婴儿|小婴|小宝宝)))"
)
_NEWBORN = re.compile(r"新生儿|刚出生|还?没满月|未满月|不到满月|月子里的(?:娃|孩|宝|婴)|没出满?月子?|刚满月|满月的")
_PREGNANCY_AGE = re.compile(r"[孕胎]")

_NOT_BODY = re.compile(
    r"水温|室温|空调|气温|烤箱|酒精|零下|房间|水$|天气|外面|室外|高温"
    r"|近视|散光|远视|老花|视力|左眼|右眼|角度?|弯|侧|倾"
)
# Also left out there: the way it was taken, without 度.
_TAKEN = re.compile(
    r"(?:[腋耳额肛口]温|体温)(?:枪|计)?[^。!?！？;；\n\d]{0,6}(?P<n>3[4-9](?:\.\d)?|4[0-2](?:\.\d)?)(?![\d周])"
)
# A bare number that can be nothing else: "昨天化疗，今天38.6".
_BARE = re.compile(
    r"(?:今天|今早|今晚|昨晚|现在|刚才|早上|晚上|半夜|又|到|都|就|是|量了?|测了?|烧|热|一量|一测|最高|高|腋下|额头|耳朵|肛门|,|，|、|~|-)"
    r"(?P<n>3[789]\.\d|4[01]\.\d)(?![\d.]|公?斤|kg|千克|周|厘米|cm|岁|个?月|米|元|块|万|%|mm|次|分(?!钟)|克|g|u|±|\()"
)
_PRESSURE = re.compile(
    r"(?:血压|高压|收缩压)[^。!?！？;；\n\d]{0,10}?(?P<n>\d{2,3})"
    r"(?!\d|天|次|年|岁|片|/?周)(?:mmhg)?(?:/|-|比|,|，|\s)?(?:\d{2,3})?"
)
_PULSE = re.compile(
    r"(?<!胎)(?:心率|心跳|脉搏|脉率|监护仪)(?!.{0,6}胎)[^。!?！？;；\n\d]{0,12}?"
    r"(?P<n>\d{2,3}|[一二两]百[零一二三四五六七八九]?十?[一二三四五六七八九]?|[二三四五六七八九]十[一二三四五六七八九]?)"
    r"(?!\d|天|年|岁|个|小时|分钟(?!\d)|周|%)"
)
_PULSE_NOT = re.compile(
    r"胎|运动|跑步|爬楼|锻炼|活动后|[跑骑走爬打跳蹦]完|健身|单车|早搏|心电|宝宝|婴儿|孩子|儿子|女儿|新生"
)
_SUGAR = re.compile(
    r"(?<!尿)(?<!查)血糖(?:值|仪)?(?:测出来|测了|一测|测|是|有|到|才|只有|只|掉到|降到|低到|为|高达|飙到|达|:|了|,|，|都|快"
    r"|现在|今天|已经|都到|突然|低|高|超过)*(?P<n>\d{1,2}(?:\.\d{1,2})?)"
    r"(?!小时|个|型|点|次|天|年|-|\.?\d|:|月|周|岁|分|支|单位|片|~|到)"
)


@dataclass(frozen=True, slots=True)
class Measures:
    """What a text states, present readings only: years, °C, mmHg, beats a minute, mmol/L."""

    ages: tuple[float, ...] = ()
    temperatures: tuple[float, ...] = ()
    systolic: tuple[float, ...] = ()
    pulse: tuple[float, ...] = ()
    sugar: tuple[float, ...] = ()


def measure(text: str) -> Measures:
    """The numbers in ``text`` (in its plain form); linear in its length, never raises."""
    head = text[:MEASURED]
    return Measures(
        ages=tuple(_ages(head)),
        temperatures=(*_temperatures(head), *_stated(head, _TAKEN, 30, 43), *_stated(head, _BARE, 37, 42)),
        systolic=tuple(_stated(head, _PRESSURE, 30, 300)),
        pulse=() if _PULSE_NOT.search(head) else tuple(_stated(head, _PULSE, 15, 300)),
        sugar=tuple(_stated(head, _SUGAR, 0.5, 60)),
    )


MEASURED = 20_000  # characters; five times what a message may have


def _ends(found: list[Any]) -> list[Any]:
    """The first and the last of very many numbers: nobody has fifty blood pressures in one part of a text."""
    return found if len(found) <= 2 * MOST_NUMBERS else found[:MOST_NUMBERS] + found[-MOST_NUMBERS:]


MOST_NUMBERS = 12


def _number(text: str | None) -> float | None:
    value: Decimal | None = parse_number(text) if text else None
    return None if value is None else float(value)


def _ages(text: str) -> Iterator[float]:
    """The age of whom the message is about: what is said first, an upper bound before an exact age before "新生儿"."""
    for found in _UNDER_MONTHS.finditer(text):
        months = _number(found["n"] or found["m"])
        if months is not None and not _pregnancy(text, found.start()):
            yield max(months - 0.5, 0) / 12
            return
    for mention in ages(text):
        if mention.text not in NEWBORN_WORDS:
            yield float(mention.value)
            return
    for found in _DAYS.finditer(text):
        count, unit = _number(found["a"] or found["b"]), found["au"] or found["bu"]
        if count is not None and not _pregnancy(text, found.start()):
            yield count / 365 if unit == "天" else count / 52
            return
    if _NEWBORN.search(text):
        yield 0.05


NEWBORN_WORDS = frozenset({"新生儿", "刚出生", "才出生"})


def _pregnancy(text: str, at: int) -> bool:
    return bool(_PREGNANCY_AGE.search(text[max(0, at - 4) : at + 1]))


def _temperatures(text: str) -> Iterator[float]:
    found = _ends(list(temperatures(text)))
    for mention, said in zip(found, assertions(text, [(one.start, one.end) for one in found]), strict=True):
        real = not (said.negated or said.past or said.hypothetical)
        if real and not _NOT_BODY.search(text[max(0, mention.start - 6) : mention.start]):
            yield float(mention.value)


def _stated(text: str, pattern: re.Pattern[str], low: float, high: float) -> Iterator[float]:
    found = _ends(list(pattern.finditer(text)))
    for match, assertion in zip(found, assertions(text, [match.span("n") for match in found]), strict=True):
        value = _number(match["n"])
        if value is not None and low <= value <= high and assertion.present:
            yield value
