"""Temperatures, ages and durations as patients say them."""

import re
from collections.abc import Iterable
from decimal import Decimal

from .lexicon import alternation
from .mentions import Mention
from .numbers import NUMBER, parse_number, plain
from .words import words

_LOWEST, _HIGHEST = Decimal(34), Decimal(43)
_DEGREES = re.compile(
    rf"(?P<whole>{NUMBER})\s*(?:度|℃|°\s*[Cc]|摄氏度)(?P<tenth>[0-9一二三四五六七八九半](?![0-9十百个天次]))?"
    r"|(?:烧到了?|烧到过|高烧|发烧|低烧|发热|体温|温度|烧)(?:大概|大约|最高|一直|是|有|到|了|在|都|已经|差不多|快|量了|,|，|:|：|\s){0,3}"
    r"(?P<bare>[34]\d(?:\.\d{1,2})?|[三四]十[一二三四五六七八九]?(?:点[一二三四五六七八九])?)(?![\d天周个月岁年次分度℃°摄一二三四五六七八九])"
)
_HALF = Decimal("0.5")


def temperatures(text: str) -> Iterable[Mention]:
    """Body temperatures in °C: "39度2" 39.2, "三十九度" 39, "烧到39" 39. What no body can have is not one."""
    for found in _DEGREES.finditer(text):
        start = found.start("whole" if found["whole"] else "bare")
        number = parse_number(found["whole"] or found["bare"])
        if number is None:
            continue
        if found["tenth"]:
            tenth = _HALF if found["tenth"] == "半" else (parse_number(found["tenth"]) or Decimal(0)) / 10
            number = number + tenth if number == number.to_integral_value() else number
        if _LOWEST <= number <= _HIGHEST:
            yield Mention("temperature", start, found.end(), text[start : found.end()], plain(number))


_MONTH, _WEEK, _DAY = Decimal(12), Decimal(52), Decimal(365)
_CHILD = rf"(?:{alternation(words('age')['child'].split())})"
_WHO = rf"(?:{_CHILD}|{alternation(words('age')['whose'].split())})"
_OLDER = (
    r"(?P<tens>[二三四五六七八九]十|[2-9]0|一百|100)(?:来|多|几|好几|出头|"
    r"开外|好多)岁?(?:的人|了)?(?!\s*(?:天|块|元|斤|公斤|分|度|次|个|年|米|厘米|"
    r"毫|米|片|粒|号|点|人|平|秒|下|千|万|周|%|年代|岁))"
)
_AGE = re.compile(
    rf"(?P<years>{NUMBER})\s*(?:周?岁|岁)(?:零?(?P<months>{NUMBER})个?月|(?P<half>半))?(?:多|左右)?"
    rf"|(?P<about>{NUMBER})(?P<some>多|来|几)岁"
    rf"|{_OLDER}"
    r"|(?P<fullmoon>刚?满月|刚?足月)(?!酒)"
    r"|(?P<newborn>新生儿|刚出生|才出生)(?!科|门诊)"
    r"|(?P<halfyear>半岁)"
    rf"|(?:出生|生下来)(?P<days>{NUMBER})(?P<unit>天|周|个月)"
    rf"|(?P<infant>{NUMBER})个(?P<andhalf>半)?多?月(?P<old>大|的?(?={_CHILD})|龄)"
)
_AFTER_WHO = re.compile(
    rf"{_WHO}(?:的|才|刚|都|已经|现在|大概|也就|快|有|是|今年|,|，|:|：|\s){{0,4}}"
    rf"(?:(?P<months>{NUMBER})个(?P<half>半)?多?月(?!没|之|以|前|后|来|不|都|一直)|(?P<years>\d{{1,3}}|[一二三四五六七八九]?十[一二三四五六七八九]?)(?=$|[,，。;；、!！]|了[,，。]?|的(?!医)|\s+\D|患|得|有|,))"
)
_ALONE_MONTHS = re.compile(rf"\s*(?P<months>{NUMBER})个(?P<half>半)?多?月(?:大)?了?[。!！~]?\s*")
_OLDEST = 130


def ages(text: str) -> Iterable[Mention]:
    """Ages in years: "八个月" 0.67, "六十多" 60, "3岁半" 3.5, "满月" 0.08. "咳嗽八个月了" is no age."""
    taken: list[tuple[int, int]] = []
    for found in _AGE.finditer(text):
        years = _years(found)
        if years is not None and 0 <= years <= _OLDEST:
            taken.append(found.span())
            yield Mention("age", *found.span(), found.group(), plain(years))
    for found in _AFTER_WHO.finditer(text):
        group = "months" if found["months"] else "years"
        start = found.start(group)
        number = parse_number(found[group])
        if number is None or any(low < found.end() and start < high for low, high in taken):
            continue
        years = number if group == "years" else (number + (_HALF if found["half"] else 0)) / _MONTH
        if 0 <= years <= _OLDEST and not _is_pregnancy(text, start):
            yield Mention("age", start, found.end(), text[start : found.end()], plain(years))
    alone = _ALONE_MONTHS.fullmatch(text)
    if alone and not taken and alone["months"] != "半" and (months := parse_number(alone["months"])) is not None:
        years = (months + (_HALF if alone["half"] else 0)) / _MONTH
        yield Mention("age", alone.start("months"), len(text.rstrip()), text.strip(), plain(years))


def _is_pregnancy(text: str, start: int) -> bool:
    return bool(re.search(r"(?:孕|怀)[^,，。]{0,3}$", text[max(0, start - 5) : start]))


def _years(found: "re.Match[str]") -> "Decimal | None":
    if found["years"]:
        years = parse_number(found["years"])
        if years is None:
            return None
        if found["months"]:
            return years + (parse_number(found["months"]) or Decimal(0)) / _MONTH
        return years + _HALF if found["half"] else years
    if found["about"]:
        return parse_number(found["about"])
    if found["tens"]:
        return parse_number(found["tens"])
    if found["fullmoon"]:
        return 1 / _MONTH
    if found["newborn"]:
        return Decimal(0)
    if found["halfyear"]:
        return _HALF
    if found["days"]:
        number = parse_number(found["days"])
        parts = {"天": _DAY, "周": _WEEK, "个月": _MONTH}[found["unit"]]
        return None if number is None else number / parts
    number = parse_number(found["infant"]) if found["infant"] else None
    if number is None or _is_pregnancy(found.string, found.start()):
        return None
    return (number + (_HALF if found["andhalf"] else 0)) / _MONTH


_UNITS = {
    "天": 1,
    "日": 1,
    "周": 7,
    "星期": 7,
    "礼拜": 7,
    "月": 30,
    "年": 365,
    "分钟": 0,
}
_DURATION = re.compile(
    rf"(?P<number>好几|几十|几|两三|三四|四五|五六|六七|七八|十几|十多|好多|大半|小半|半把|这几|多半|二三|三五|一两|{NUMBER}|数|多)"
    r"(?P<more>来|多|"
    r"几)?(?P<measure>个)?(?P<half>半)?(?P<unit>天|日(?![子期])|"
    r"周(?![岁一二三四五六日末])|星期(?![一二三四五六日天])|礼拜(?![一二三四五六日天])|"
    r"月|年|小时|钟头|分钟)"
    r"(?P<tail>半)?(?P<over>多)?(?:左右|了)?"
)
_VAGUE = words("vague_numbers")
# "三天后" is a date, "每天两次" and "一天三次" how often, "三天的药" an amount,
# "怀孕八个月" a pregnancy, "三个月大" an age.
_NOT_BEFORE = re.compile(
    r"(?:每|第|过|孕|怀孕|怀了|孕期|隔|提前|出生|生下来|再过|再|服|吃|怀|下|上|这|那|本|未来|最近的?|头)$"
)
_NOT_AFTER = re.compile(
    rf"\s*(?:以?后|之后|内(?!科)|以内|大(?!便|概)|龄|的?{_CHILD}|的?药|"
    rf"[拉吐咳尿泻上跑醒疼犯发屙要得都能大就]{{0,3}}[一二三四五六七八九十两几\d]+[多来]?[次回趟遍片粒颗顿包袋]|"
    rf"假|的量|号|体检|里能|能好|份|底|初|中旬|复查|疗程)"
)


def durations(text: str) -> Iterable[Mention]:
    """How long, in days: "三天了" 3, "半个月" 15, "两三天" 2.5, "一年半" 547.5."""
    for found in _DURATION.finditer(text):
        if _NOT_BEFORE.search(text[max(0, found.start() - 4) : found.start()]) or _NOT_AFTER.match(text, found.end()):
            continue
        days = _days(found)
        if days is not None:
            yield Mention("duration", *found.span(), found.group(), plain(days))


def _days(found: "re.Match[str]") -> "Decimal | None":
    unit, number = found["unit"], found["number"]
    if unit == "月" and not found["measure"]:
        return None  # 三月 is March
    if unit in ("日", "年") and re.fullmatch(r"\d{3,}|[零〇一二三四五六七八九]{3,}", number):
        return None  # 2026年
    if unit == "日" and not found.string[: found.start()].endswith(("近", "已", "有")):
        return None  # 十二月一日
    count = Decimal(_VAGUE[number]) if number in _VAGUE else parse_number(number)
    if count is None:
        return None
    if found["half"] or found["tail"]:
        count += _HALF
    days = count / 24 if unit in ("小时", "钟头") else count * _UNITS[unit]
    return min(days, Decimal(365 * _OLDEST))


_SEVERITY = words("severity")
_SEVERITY_OF = {word: grade for grade, words in _SEVERITY.items() for word in words.split()}
_SEVERE = re.compile("|".join(sorted(_SEVERITY_OF, key=lambda word: (-len(word), word))))


def severities(text: str) -> Iterable[Mention]:
    """How bad: mild, moderate or severe, by the words used."""
    for found in _SEVERE.finditer(text):
        yield Mention("severity", *found.span(), found.group(), _SEVERITY_OF[found.group()])
