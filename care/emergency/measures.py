"""Numbers that decide about a red flag: age, temperature, blood pressure, pulse, blood sugar."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from language.assertion import assertions
from language.numbers import parse_number

_N = r"(?:\d{1,3}(?:\.\d{1,2})?|[零一二两三四五六七八九十百]{1,6}(?:点[零一二三四五六七八九])?)"
_CHILD = r"(?:宝宝|孩子|小孩|娃娃?|婴儿|女宝|男宝|儿子|女儿|闺女|孙子|孙女|小宝|二宝|大宝|外孙女?|男|女|女婴|男婴|宝贝|囡囡|出生|生下来|小朋友|患儿|侄子|侄女|外甥女?|弟弟|妹妹)"
_YEARS = re.compile(rf"(?P<n>{_N})(?P<more>[多来几]?)(?:周?岁|岁)(?:(?P<half>半)|(?P<m>{_N})个?月)?(?!前|的?时候|时|以前|开始|起)")
_MONTHS = re.compile(
    rf"(?:{_CHILD}(?:现在|今年|刚刚?|才|已经|都|快|满|有|是|,|，)*(?P<a>{_N})(?P<ah>个半|个多)?个?月(?!前|没|以来|之前|份|底|初|\d|以上|以后)"
    rf"|(?<!\d月)(?P<b>{_N})(?P<bh>个半|个多)?个?月(?:龄|大(?!出血)|的?{_CHILD}|以下的?{_CHILD}|以内的?{_CHILD}))"
)
_UNDER_MONTHS = re.compile(rf"(?:不到|不足|未满|没到|不满|还没)(?P<n>{_N})个?月(?!前)|(?P<m>{_N})个?月(?:以下|以内|内)的?{_CHILD}")
_WEEKS_DAYS = re.compile(rf"(?:{_CHILD}(?:现在|今天|刚刚?|才|已经|都|快|满|有|,|，)*(?P<a>{_N})(?P<au>天|周|个?星期)(?!前|没|以来|了还|左右没)(?:大|了|龄)?|(?P<b>{_N})(?P<bu>天|周|个?星期)(?:大|龄|的(?:新生|宝|婴|孩|娃)|新生儿|宝宝|婴儿))")
_NEWBORN = re.compile(r"新生儿|刚出生|还?没满月|未满月|不到满月|月子里的(?:娃|孩|宝|婴)|没出满?月子?|刚满月|满月的")
_PREGNANCY_AGE = re.compile(r"[孕胎]")

_TEMPERATURE = re.compile(rf"(?P<n>{_N})(?:度|℃|°c|°)(?P<d>[\d一二三四五六七八九]?)(?!角|近视|散光|的?水|酒)")
_TEMPERATURE_BARE = re.compile(r"(?:体温|烧到|高烧|烧|发热|发烧|温度)(?:是|到|在|有|了|都|达|高达|最高|量|测|了下|:|超过|已经|大概|左右)*(?P<n>(?:3[4-9]|4[0-2])(?:\.\d)?)(?!\d|天|次|岁|个|周|小时|分|月|:|年)")
_FEVER_CONTEXT = re.compile(r"烧|热|体温|腋|耳温|额温|肛温|口温|温度计|退热|美林|降温|℃|冷|寒")
_NOT_BODY = re.compile(r"水温|室温|空调|气温|烤箱|酒精|零下|房间|水$")
_PRESSURE = re.compile(r"(?:血压|高压|收缩压)[^。!?！？;；\n\d]{0,10}?(?P<n>\d{2,3})(?!\d|天|次|年|岁|片|/?周)(?:mmhg)?(?:/|-|比|,|，|\s)?(?P<low>\d{2,3})?")
_PULSE = re.compile(r"(?<!胎)(?:心率|心跳|脉搏|脉率)(?!.{0,6}胎)[^。,，!?！？;；\n\d]{0,8}?(?P<n>\d{2,3})(?!\d|天|年|岁|个|小时|分钟(?!\d)|周|%)(?P<range>-|到|~)?")
_PULSE_NOT = re.compile(r"胎|运动|跑步|爬楼|锻炼|活动后|早搏|心电|宝宝|婴儿|孩子|儿子|女儿|新生")
_SUGAR = re.compile(r"(?<!尿)(?<!查)血糖(?:值|仪)?(?:测出来|测了|一测|测|是|有|到|才|只有|只|掉到|降到|低到|为|高达|飙到|达|:|了|,|，|都|快|现在|今天|已经|都到|突然|低|高|超过)*(?P<n>\d{1,2}(?:\.\d{1,2})?)(?!小时|个|型|点|次|天|年|-|\.?\d|:|月|周|岁|分|支|单位|片|~|到)")


@dataclass(frozen=True, slots=True)
class Measures:
    """What a text states, present readings only. Ages in years, temperature in °C, pressure in mmHg, sugar in mmol/L."""

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
        temperatures=tuple(_temperatures(head)),
        systolic=tuple(_stated(head, _PRESSURE, 30, 300)),
        pulse=() if _PULSE_NOT.search(head) else tuple(_stated(head, _PULSE, 15, 300)),
        sugar=tuple(_stated(head, _SUGAR, 0.5, 60)),
    )


MEASURED = 20_000  # characters; five times what a message may have


def _number(text: str | None) -> float | None:
    value: Decimal | None = parse_number(text) if text else None
    return None if value is None else float(value)


def _ages(text: str) -> Iterator[float]:
    for found in _YEARS.finditer(text):
        years = _number(found["n"])
        if years is not None and years <= 120:  # noqa: PLR2004
            yield years + (0.5 if found["half"] else 0) + (_number(found["m"]) or 0) / 12
    under = [(_number(found["n"] or found["m"]), found.start()) for found in _UNDER_MONTHS.finditer(text)]
    yield from (max(months - 0.5, 0) / 12 for months, at in under if months is not None and not _pregnancy(text, at))
    for found in [] if under else _MONTHS.finditer(text):
        months = _number(found["a"] or found["b"])
        if months is not None and months <= 36 and not _pregnancy(text, found.start()):  # noqa: PLR2004
            yield (months + (0.5 if found["ah"] or found["bh"] else 0)) / 12
    for found in _WEEKS_DAYS.finditer(text):
        count, unit = _number(found["a"] or found["b"]), found["au"] or found["bu"]
        is_age = found["b"] or found.group().endswith(("大", "了", "龄")) or found.group().startswith(("出生", "生下来"))
        if count is not None and is_age and not _pregnancy(text, found.start()):
            yield count / 365 if unit == "天" else count / 52
    if _NEWBORN.search(text):
        yield 0.05


def _pregnancy(text: str, at: int) -> bool:
    return bool(_PREGNANCY_AGE.search(text[max(0, at - 4) : at + 1]))


def _temperatures(text: str) -> Iterator[float]:
    if not _FEVER_CONTEXT.search(text):
        return
    found = [*_TEMPERATURE.finditer(text), *_TEMPERATURE_BARE.finditer(text)]
    said = assertions(text, [match.span("n") for match in found])
    for match, assertion in zip(found, said, strict=True):
        value = _number(match["n"])
        decimal = _number(match["d"]) if "d" in match.re.groupindex and match["d"] else None
        if value is None or _NOT_BODY.search(text[max(0, match.start() - 4) : match.start()]):
            continue
        value += (decimal or 0) / 10
        if 30 <= value <= 43 and not _unreal(assertion.negated, assertion.past, assertion.hypothetical):  # noqa: PLR2004
            yield value


def _unreal(*ways: bool) -> bool:
    return any(ways)


def _stated(text: str, pattern: re.Pattern[str], low: float, high: float) -> Iterator[float]:
    found = list(pattern.finditer(text))
    for match, assertion in zip(found, assertions(text, [match.span("n") for match in found]), strict=True):
        value = _number(match["n"])
        if value is not None and low <= value <= high and assertion.present:
            yield value
