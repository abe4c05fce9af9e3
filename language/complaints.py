"""Symptoms and parts of the body in free text: the catalogue's surfaces, and "part + ... + feeling"."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from .lexicon import Lexicon, alternation
from .mentions import Mention
from .negation import continues, negated_after, negator_before
from .symptoms import body_part_lexicon, feeling_lexicon, symptom_lexicon
from .words import words

# Between a part and what is felt there.
_FILLER = alternation(words("between_part_and_feeling")["any"].split())
_DENIED = re.compile(r"(?:不太|不怎么|没怎么|不是很|不|没有|没)")
_SINGLE_NEIGHBOURS = {
    "吐": re.compile(r"吐槽|谈吐|吐司|吐鲁番|吐露|吐字|吞吐|吐丝|吐痰"),
    "晕": re.compile(r"晕车|晕船|晕机|晕染|红晕|乳晕|晕针"),
    "喘": re.compile(r"喘口气"),
    "咳": re.compile(r"咳咳咳?$"),
}
_RELIEVED = re.compile(
    r"退烧了|烧退了|不烧了|烧已经退|没烧|不咳了|不吐了|不疼了|不痛了|不拉了|不晕了|不痒了|没再烧|没发过烧"
)
_RELIEF = {"烧": "发热", "咳": "咳嗽", "吐": "呕吐", "拉": "腹泻", "晕": "头晕", "痒": "皮肤瘙痒"}


@dataclass(frozen=True)
class _Found:
    start: int
    end: int
    value: str
    denied_inside: bool = False
    part: "tuple[int, int, str] | None" = None


@lru_cache(maxsize=1)
def _lexicon() -> Lexicon:
    return Lexicon(symptom_lexicon())


@lru_cache(maxsize=1)
def _part_lexicon() -> Lexicon:
    return Lexicon({name: part.name for name, part in body_part_lexicon().items()})


@lru_cache(maxsize=1)
def _felt() -> "re.Pattern[str]":
    return re.compile(rf"((?:{_FILLER}){{0,5}}?)({alternation(feeling_lexicon())})")


@lru_cache(maxsize=1)
def _also_felt() -> "re.Pattern[str]":
    return re.compile(
        rf"(?:(?:[,，]?(?:又|还|也|并且|而且|带|伴)|、|和){{1,2}}(?:有点|很)?|[,，]?)({alternation(feeling_lexicon())})"
    )


_JOINT = re.compile(r"\s*(?:和|跟|与|及|、|连着|带着|还有|连)\s*")


def complaints(text: str) -> list[Mention]:
    """Symptoms (canonical name; ``negated`` when denied) and the parts of the body named, in order of place."""
    parts = _part_lexicon().find(text)
    found = [
        _Found(start, end, value) for start, end, value in _lexicon().find(text) if _stands_alone(text, start, end)
    ]
    found.extend(_composed(text, parts))
    symptoms = _longest_first(found)
    mentions = list(_with_negation(text, symptoms))
    mentions.extend(_relieved(text, mentions))
    spans = {(symptom.part[0], symptom.part[1]) for symptom in symptoms if symptom.part}
    for start, end, value in parts:
        inside = any(s.start <= start and end <= s.end for s in _around(symptoms, start))
        if (start, end) in spans or (not inside and (end - start > 1 or len(text.strip()) == 1)):
            mentions.append(Mention("body_part", start, end, text[start:end], value))
    return sorted(mentions, key=lambda mention: (mention.start, mention.end))


def _around(symptoms: list[_Found], start: int) -> Iterable[_Found]:
    """The symptoms that could hold ``start``; they are sorted, so a bisection would find them, and few are long."""
    low, high = 0, len(symptoms)
    while low < high:
        middle = (low + high) // 2
        if symptoms[middle].start <= start:
            low = middle + 1
        else:
            high = middle
    return symptoms[max(0, low - 3) : low]


def _stands_alone(text: str, start: int, end: int) -> bool:
    surface = text[start:end]
    pattern = _SINGLE_NEIGHBOURS.get(surface)
    return pattern is None or not any(
        found.start() <= start - max(0, start - 3) < found.end()
        for found in pattern.finditer(text[max(0, start - 3) : end + 3])
    )


def _composed(text: str, parts: "list[tuple[int, int, str]]") -> Iterable[_Found]:
    lexicon, feelings = body_part_lexicon(), feeling_lexicon()
    for index, (start, end, name) in enumerate(parts):
        matched = _felt().match(text, end, end + 30)
        if not matched:
            continue
        part = lexicon[text[start:end]]
        value = next((part.feelings[f] for f in feelings[matched.group(2)] if f in part.feelings), None)
        if value is None:
            continue
        denied = bool(_DENIED.search(matched.group(1)))
        if denied and _asked(text, matched.start(2), matched.group(2)):
            denied = False
        yield _Found(start, matched.end(), value, denied, (start, end, name))
        after = _also_felt().match(text, matched.end(), matched.end() + 12)
        if after:
            other = next((part.feelings[f] for f in feelings[after.group(1)] if f in part.feelings), None)
            if other and other != value:
                yield _Found(after.start(1), after.end(), other)
        if index and _JOINT.fullmatch(text, parts[index - 1][1], start):  # 头和脖子都疼
            before = parts[index - 1]
            whole = lexicon[text[before[0] : before[1]]]
            joined = next((whole.feelings[f] for f in feelings[matched.group(2)] if f in whole.feelings), None)
            if joined:
                yield _Found(before[0], before[1], joined, denied, before)


def _asked(text: str, start: int, feeling: str) -> bool:
    """疼不疼: the feeling before 不 comes again after it."""
    return text[: start - 1].endswith(feeling[0]) and text[start - 1] == "不"


def _longest_first(found: list[_Found]) -> list[_Found]:
    """Non-overlapping, the longest of what begins first."""
    kept: list[_Found] = []
    for one in sorted(found, key=lambda f: (f.start, -f.end, f.part is None)):
        if kept and one.start < kept[-1].end:
            if one.end > kept[-1].end and one.end - one.start > kept[-1].end - kept[-1].start:
                kept[-1] = one
            continue
        kept.append(one)
    return kept


def _with_negation(text: str, symptoms: list[_Found]) -> Iterable[Mention]:
    reach = ""  # the negator whose denial still holds, from one symptom to the next
    previous_end = 0
    for symptom in symptoms:
        negator = negator_before(text, symptom.start)
        if not negator and reach and continues(text, previous_end, symptom.start, negator=reach):
            negator = reach
        negated = bool(negator) or symptom.denied_inside or negated_after(text, symptom.end)
        start = symptom.start
        yield Mention("symptom", start, symptom.end, text[start : symptom.end], symptom.value, negated)
        reach, previous_end = negator, symptom.end


def _relieved(text: str, mentions: list[Mention]) -> Iterable[Mention]:
    taken = {position for mention in mentions for position in range(mention.start, mention.end)}
    for found in _RELIEVED.finditer(text):
        value = next((value for key, value in _RELIEF.items() if key in found.group()), None)
        if value and not any(position in taken for position in range(found.start(), found.end())):
            yield Mention("symptom", found.start(), found.end(), found.group(), value, True)
