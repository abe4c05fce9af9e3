"""What a patient named in one message, with places and read values.

Kinds and values: symptom (canonical name; ``negated`` when denied), body_part (name), duration (days), severity (mild,
moderate, severe), temperature (°C), age (years), sex (female, male), pregnancy (yes, no), date (ISO), time_of_day
(morning, afternoon, evening), department (name of the catalogue, or a first level such as 内科), doctor (as said),
kinship (母亲 ...), ordinal ("2"; "-1" is the last), amount (yuan), insurance_scheme (employee, resident), personal
(a masking token, whole), sensitive (the token of a clause of the complaint that is hidden here). Numbers are decimal
strings.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from .calendar import dates, since, times_of_day
from .complaints import complaints
from .departments import all_departments, department_names
from .insurance import schemes
from .lexicon import Lexicon
from .measures import ages, durations, severities, temperatures
from .mentions import Mention
from .money import amounts
from .numbers import half_width, parse_number, plain
from .people import doctors, kinships, pregnancies, sexes
from .tokens import MASKED, SENSITIVE

__all__ = ["Mention", "extract"]

KINDS = (
    *("symptom", "body_part", "duration", "severity", "temperature", "age", "sex", "pregnancy", "date", "time_of_day"),
    *("department", "doctor", "kinship", "ordinal", "amount", "insurance_scheme", "personal", "sensitive"),
)


def extract(text: str, *, now: datetime) -> list[Mention]:
    """Everything found in ``text``, in order of place; dates are meant at ``now``. Time is linear in the text."""
    personal = [
        Mention(
            "sensitive" if found.group().startswith(SENSITIVE) else "personal",
            *found.span(),
            found.group(),
            found.group(),
        )
        for found in MASKED.finditer(text)
    ]
    plain_text = MASKED.sub(lambda found: "\n" * len(found.group()), half_width(text))
    symptoms = complaints(plain_text)
    numeric = _without_overlap(
        temperatures(plain_text),
        _since_and_dates(plain_text, now),
        ages(plain_text),
        durations(plain_text),
        times_of_day(plain_text),
    )
    others = [
        *_departments(plain_text, symptoms),
        *doctors(plain_text),
        *kinships(plain_text),
        *sexes(plain_text),
        *pregnancies(plain_text),
        *_ordinals(plain_text, numeric),
        *severities(plain_text),
        *amounts(plain_text),
        *schemes(plain_text),
    ]
    both = _months_alone(plain_text, numeric)
    found = [*personal, *symptoms, *numeric, *both, *others]
    return sorted((_as_written(mention, text) for mention in found), key=lambda m: (m.start, m.end, m.kind))


def _as_written(mention: Mention, text: str) -> Mention:
    """With the patient's own characters (full-width digits)."""
    return Mention(
        mention.kind, mention.start, mention.end, text[mention.start : mention.end], mention.value, mention.negated
    )


def _since_and_dates(text: str, now: datetime) -> Iterable[Mention]:
    begun = list(since(text, now=now))
    yield from begun
    ends = iter(sorted(begun, key=lambda m: m.start))
    current = next(ends, None)
    for day in dates(text, now=now):
        while current is not None and current.end <= day.start:
            current = next(ends, None)
        if current is None or not current.start <= day.start < current.end:
            yield day


def _without_overlap(*groups: Iterable[Mention]) -> list[Mention]:
    """Earlier groups win a place over later ones."""
    taken: set[int] = set()
    kept: list[Mention] = []
    for group in groups:
        for mention in group:
            places = range(mention.start, mention.end)
            if taken.isdisjoint(places):
                kept.append(mention)
                taken.update(places)
    return kept


def _months_alone(text: str, numeric: list[Mention]) -> list[Mention]:
    """ "八个月" alone answers both "how old" and "how long": the dialogue knows which was asked."""
    if len(numeric) != 1 or numeric[0].kind != "age" or "月" not in numeric[0].text or numeric[0].text != text.strip():
        return []
    return [mention for mention in durations(text) if mention.start == numeric[0].start]


_SHORT_NAME_BEFORE = re.compile(r"(?:挂|看|去|到|转|约|预约|找|换|换成|改|改成|改到|问|要|个|下|的|是|咨询)$")
_SHORT_NAME_AFTER = re.compile(r"的?(?:号|医生|大夫|专家|门诊|主任|挂号)")
_FULL = ("科", "门诊", "中心", "急诊", "室", "保")
_NOT_WARDS = re.compile(r"\s*(?:手册|全书|杂志|护士长群)")


@lru_cache(maxsize=1)
def _department_lexicon() -> Lexicon:
    names = {alias: department.name for alias, department in department_names().items()}
    for department in all_departments():
        names.setdefault(department.parent, department.parent)
    return Lexicon(names)


def _departments(text: str, symptoms: list[Mention]) -> Iterable[Mention]:
    covered = {
        place for mention in symptoms if mention.kind == "symptom" for place in range(mention.start, mention.end)
    }
    for start, end, value in _department_lexicon().find(text):
        word = text[start:end]
        if not covered.isdisjoint(range(start, end)) or _NOT_WARDS.match(text, end):
            continue
        named = word.endswith(_FULL) or text.strip() == word
        if named or _SHORT_NAME_BEFORE.search(text, max(0, start - 2), start) or _SHORT_NAME_AFTER.match(text, end):
            yield Mention("department", start, end, word, value)


_ORDINAL = re.compile(
    r"第(?P<nth>\d{1,2}|[一二三四五六七八九十两]{1,2})(?:个|位|项|条|种|段|家|号|(?=医生|时间|时段)|(?=$|[,，。!！\s吧]))"
    r"|(?P<first>头一个|头个|前面那个|上面那个|最前面的|最早的|最上面)|(?P<last>最后一个|最后那个|最下面的?|末尾那个|最后一位)"
    r"|(?:选|要|就|点)(?P<chosen>\d|[一二三四五六七八九])(?=$|[,，。!！\s吧号])"
    r"|(?P<circled>[①②③④⑤⑥⑦⑧⑨])"
)
_ONLY = re.compile(r"\s*(?:选|就|要)?(\d{1,2}|[一二三四五六七八九十])(?:号|吧|。|\.|、|个)?\s*")


def _ordinals(text: str, numeric: list[Mention]) -> Iterable[Mention]:
    only = _ONLY.fullmatch(text)
    if only and not numeric:
        number = parse_number(only.group(1))
        if number is not None:
            yield Mention("ordinal", *only.span(1), only.group(1), plain(number))
        return
    for found in _ORDINAL.finditer(text):
        if found["first"] or found["last"]:
            value = "1" if found["first"] else "-1"
        elif found["circled"]:
            value = str("①②③④⑤⑥⑦⑧⑨".index(found["circled"]) + 1)
        else:
            number = parse_number(found["nth"] or found["chosen"])
            if number is None:
                continue
            value = plain(number)
        yield Mention("ordinal", *found.span(), found.group(), value)
