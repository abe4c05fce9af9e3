"""Dates and times of day as patients say them, read at a given moment."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from .mentions import Mention
from .numbers import NUMBER, parse_number, plain

_WEEKDAYS = {
    "一": 0,
    "二": 1,
    "三": 2,
    "四": 3,
    "五": 4,
    "六": 5,
    "日": 6,
    "天": 6,
    "末": 5,
    "1": 0,
    "2": 1,
    "3": 2,
    "4": 3,
}
_WEEKDAYS |= {"5": 4, "6": 5, "7": 6}
_RELATIVE = {"大前": -3, "大后": 3, "前": -2, "后": 2, "昨": -1, "明": 1, "今": 0, "当": 0}
_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3}|两)"
_WEEK = r"(?:周|星期|礼拜)"
_DATE = re.compile(
    rf"(?P<relative>大前|大后|前|后|昨|明|今)(?:天|日|儿个|儿|个儿|(?=早|晚|晨|上午|下午|夜|中午))"
    rf"|(?P<weeks>这个?|本|下下个?|下个?|上上个?|上个?)?{_WEEK}(?P<weekday>[一二三四五六日天末1-7])(?![个天小岁年\d])"
    rf"|(?P<weekonly>下下个?|下个?|上个?){_WEEK}(?![一二三四五六日天末1-7])"
    rf"|(?:(?P<year>20\d\d|[二两][零〇][一二三四五六七八九零〇]{{2}}|明|今|去)年)?(?P<month>{_N})月份?(?P<day>{_N})[号日]?(?!个|月)"
    r"|(?P<iso_year>20\d\d)[-/.](?P<iso_month>\d{1,2})[-/.](?P<iso_day>\d{1,2})(?!\d)"
    r"|(?<![\d.])(?P<slash_month>1[0-2]|0?[1-9])/(?P<slash_day>[12]\d|3[01]|0?[1-9])(?![\d/.])"
    rf"|(?P<which>这个?|本|下下个?|下个?|上个?)月(?:(?P<which_day>{_N})[号日]?|(?P<part>底|末|初|中旬|中))"
    rf"|(?<!每)(?P<bare_part>月底|月末|月初)"
    rf"|(?<![第这那年月\d])(?P<bare_day>{_N})[号日](?![楼线码院区诊室厅病床窗梯门药脉个位线子])"
    rf"|(?:再过|过)?(?P<after>{NUMBER})(?P<after_unit>天|个?星期|周|个?礼拜|个月)(?:以后|之后|后)"
    rf"|(?:再过|过)(?P<passing>{NUMBER})(?P<passing_unit>天|个?星期|周|个?礼拜|个月)(?!没|不)"
    r"|(?P<feast>元旦|国庆节|国庆|五一|劳动节|圣诞节|圣诞|平安夜)"
)
_FEASTS = {"元旦": (1, 1), "国庆节": (10, 1), "国庆": (10, 1), "五一": (5, 1), "劳动节": (5, 1)}
_FEASTS |= {"圣诞节": (12, 25), "圣诞": (12, 25), "平安夜": (12, 24)}
_TIME = re.compile(
    r"(?P<part>早上|早晨|清早|清晨|一大早|一早|大早上|上午|上半天|凌晨|中午|正午|晌午|午后|下午|后半晌|下半天|傍晚|晚上|夜里|夜间|半夜|"
    r"(?<=[今明昨后])早|(?<=[今明昨后])晚|(?<=[周][一二三四五六日])晚|(?<=[一二三四五六日天])早)?\s*"
    r"(?P<hour>(?<![\d.])(?:[01]?\d|2[0-4])(?=[点:：时](?!候|间|常|不))|(?:[一二三四五六七八九]|十[一二]?|两)(?=点(?!点|儿|滴)))?"
    r"(?:[:：](?P<minute>[0-5]\d)|[点时](?:钟|半|整|[一二三]刻|[一二三四五]?十[一二三四五六七八九]?分?|[0-5]\d分?)?)?"
)
_MORNING = {"早上", "早晨", "清早", "清晨", "一大早", "一早", "大早上", "上午", "上半天", "早", "凌晨"}
_AFTERNOON = {"中午", "正午", "晌午", "午后", "下午", "后半晌", "下半天"}
SUNDAY = 6
_NOON, _EVENING, _FIRST_HOUR = 12, 18, 7


@dataclass(frozen=True)
class _Found:
    start: int
    end: int
    day: date


def dates(text: str, *, now: datetime) -> Iterable[Mention]:
    """Days as ISO dates: "下周三", "12月1号", "大后天", "周五", "月底", "三天后", meant at ``now``."""
    for found in _days(text, now.date()):
        yield Mention("date", found.start, found.end, text[found.start : found.end], found.day.isoformat())


_SINCE = re.compile(r"(?:开始|起(?![床来])|以来|就(?:开始|有)|到现在|至今)")


_VAGUELY_SINCE = re.compile(
    r"从?(?:去年|上个月|上个?星期|上周|上个?礼拜|前年|今年)就?(?:开始|起|以来|到现在)|刚刚开始|刚才|刚刚|刚开始"
)
_AGO = {"刚": 0, "去年": 365, "前年": 730, "月": 30, "今年": 180}


def since(text: str, *, now: datetime) -> Iterable[Mention]:
    """Durations told by their beginning, in days: "从昨晚开始" 1, "上周三起" 7 and more, "刚刚" 0."""
    today = now.date()
    for found in _days(text, today):
        prefixed = text[max(0, found.start - 1) : found.start] in ("从", "自")
        part = _TIME.match(text, found.end)
        end = part.end() if part else found.end
        opened = _SINCE.match(text, end)
        if not (prefixed or opened):
            continue
        day = found.day if found.day <= today else _earlier(found.day)
        start = found.start - 1 if prefixed else found.start
        end = opened.end() if opened else end
        yield Mention("duration", start, end, text[start:end], plain(Decimal(max(0, (today - day).days))))
    for spoken in _VAGUELY_SINCE.finditer(text):
        days = next((days for key, days in _AGO.items() if key in spoken.group()), 7)
        yield Mention("duration", *spoken.span(), spoken.group(), str(days))


def _earlier(day: date) -> date:
    """A weekday that was read as coming, meant as past: a week before."""
    return day - timedelta(days=7)


def _days(text: str, today: date) -> Iterable[_Found]:
    for found in _DATE.finditer(text):
        try:
            day = _read(found, today)
        except (ValueError, OverflowError):
            continue  # 2月30号
        if day is not None:
            yield _Found(found.start(), found.end(), day)


def _number(text: "str | None") -> int:
    number = parse_number(text or "")
    if number is None:
        raise ValueError(text)
    return int(number)


def _read(found: "re.Match[str]", today: date) -> "date | None":
    past = _is_past(found)
    if found["relative"]:
        return today + timedelta(days=_RELATIVE[found["relative"]])
    if found["weekday"] or found["weekonly"]:
        return _weekday(found, today, past=past)
    if found["month"]:
        return _month_day(found["year"], _number(found["month"]), _number(found["day"]), today, past=past)
    if found["iso_year"]:
        return date(int(found["iso_year"]), int(found["iso_month"]), int(found["iso_day"]))
    if found["slash_month"]:
        return _month_day(None, int(found["slash_month"]), int(found["slash_day"]), today, past=past)
    if found["which"] or found["bare_part"]:
        return _in_month(found, today)
    if found["bare_day"]:
        return _bare_day(_number(found["bare_day"]), today, past=past)
    if found["after"] or found["passing"]:
        count = parse_number(found["after"] or found["passing"]) or Decimal(0)
        unit = found["after_unit"] or found["passing_unit"]
        days = count * (30 if "月" in unit else 1 if unit == "天" else 7)
        return today + timedelta(days=int(days))
    month, day = _FEASTS[found["feast"]]
    return _month_day(None, month, day, today, past=past)


def _is_past(found: "re.Match[str]") -> bool:
    text = found.string
    return text[max(0, found.start() - 1) : found.start()] in ("从", "自") or bool(_SINCE.match(text, found.end()))


def _weekday(found: "re.Match[str]", today: date, *, past: bool) -> date:
    monday = today - timedelta(days=today.weekday())
    which = (found["weeks"] or found["weekonly"] or "").rstrip("个")
    offset = _WEEKDAYS[found["weekday"]] if found["weekday"] else 0
    shift = {"这": 0, "本": 0, "下": 7, "下下": 14, "上": -7, "上上": -14}.get(which)
    if shift is not None:
        day = monday + timedelta(days=offset + shift)
        # On a Sunday "这周六" is the Saturday to come: the week that one speaks of is the one about to begin.
        return day + timedelta(days=7) if shift == 0 and day < today and today.weekday() == SUNDAY and not past else day
    day = monday + timedelta(days=offset)  # a bare weekday is the next one, today included
    if past:
        return day if day <= today else day - timedelta(days=7)
    return day if day >= today else day + timedelta(days=7)


def _month_day(year: "str | None", month: int, day: int, today: date, *, past: bool) -> date:
    if year:
        named = {"明": today.year + 1, "今": today.year, "去": today.year - 1}
        return date(named.get(year) or _number(year), month, day)
    meant = date(today.year, month, day)
    if past:
        return meant if meant <= today else date(today.year - 1, month, day)
    return meant if meant >= today else date(today.year + 1, month, day)


def _months_on(today: date, months: int) -> "tuple[int, int]":
    index = today.year * 12 + today.month - 1 + months
    return index // 12, index % 12 + 1


def _in_month(found: "re.Match[str]", today: date) -> date:
    which = (found["which"] or "这").rstrip("个")
    year, month = _months_on(today, {"这": 0, "本": 0, "下": 1, "下下": 2, "上": -1}[which])
    if found["which_day"]:
        return date(year, month, _number(found["which_day"]))
    part = found["part"] or found["bare_part"][-1]
    if part in ("底", "末"):
        return date(year, month, monthrange(year, month)[1])
    if part == "初" and not found["which"] and today.day > 5:  # noqa: PLR2004 - a bare 月初 is the coming one
        year, month = _months_on(today, 1)
    return date(year, month, 1 if part == "初" else 15)


def _bare_day(day: int, today: date, *, past: bool) -> date:
    step = -1 if past else 1
    for months in range(0, 4 * step, step):
        year, month = _months_on(today, months)
        if day > monthrange(year, month)[1]:
            continue
        meant = date(year, month, day)
        if (past and meant <= today) or (not past and meant >= today):
            return meant
    raise ValueError(day)


def times_of_day(text: str) -> Iterable[Mention]:
    """Parts of a day: morning, afternoon (from noon) or evening (from six): "上午", "下午三点", "15:30", "明早"."""
    for found in _TIME.finditer(text):
        value = _part(found)
        if value:
            yield Mention("time_of_day", *found.span(), found.group(), value)


def _part(found: "re.Match[str]") -> str:
    part = found["part"]
    if part in _MORNING:
        return "morning"
    if part in _AFTERNOON:
        return "afternoon"
    if part:
        return "evening"
    if not found["hour"]:
        return ""
    hour = _number(found["hour"])
    if hour < _FIRST_HOUR:
        hour += 12  # nobody sees a doctor at three in the morning: 三点 is fifteen
    if hour < _NOON:
        return "morning"
    return "afternoon" if hour < _EVENING else "evening"
