"""Ways to read a printed name: the whole of it, what stands outside and inside brackets, Chinese and Latin apart."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from vision.report.catalogue.text import key, trimmed
from vision.report.kinds import Specimen

_BRACKETS = re.compile(r"\(([^()]*)(?:\)|$)")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LATIN_END = re.compile(r"[A-Za-z0-9α-ω_\-#%/+.,\s]+$")
_LATIN_START = re.compile(r"^[A-Za-z0-9α-ω_\-#%/+.,\s]+")
# What may stand in brackets and changes nothing of the item: method, device, place and manner.
_MANNER = re.compile(
    r"法$|^(?:酶|速率|比浊|发光|化学发光|电极|干化学|免疫|单克隆|化学|计算|计算值|测定|检测|定量|定性|镜检|高倍|低倍|高倍视野|低倍视野|"
    r"急诊?|快速|静脉|末梢|血清|血浆|全血|血液|尿液?|粪便|自动化|仪器|血|max|uf.*|elisa|ifa|clia|eclia|poct|红细胞|白细胞)$",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[A-Za-z]{2,}(?:[-_ ][A-Za-z]+)*")
_RUNNING_NUMBER = re.compile(r"\d{1,2}(?=[\u4e00-\u9fffA-Zγαβ*])")
_PREFIXES = (
    (re.compile(r"^(?:血清|血浆|全血|血液|静脉血|末梢血|血)"), Specimen.SERUM),
    (re.compile(r"^(?:尿液|尿中|尿沉渣|随机尿|晨尿|尿)"), Specimen.URINE),
    (re.compile(r"^(?:大便|粪便|粪)"), Specimen.STOOL),
    (re.compile(r"^脑脊液"), Specimen.CSF),
    (re.compile(r"^(?:胸腹水|胸水|腹水|积液)"), Specimen.FLUID),
    (re.compile(r"^(?:镜检|显微镜检?|每?高倍视野|每?低倍视野|镜下|查)"), None),
)
WHOLE, OUTSIDE, CHINESE, INSIDE, ABBREVIATION, WITHOUT_PREFIX = 1.0, 0.99, 0.96, 0.85, 0.93, 0.98
WITHOUT_NUMBER, OWN_LETTERS = 0.96, 0.93
REST_UNKNOWN = 0.8
"""A part whose other part says nothing that is known: "类风湿因子Ig" is not surely 类风湿因子."""


@dataclass(frozen=True, slots=True)
class Clue:
    """A part of a printed name to look up, how much it is worth, and the specimen that the name gave away."""

    text: str
    weight: float
    specimen: Specimen | None = None


def clues(name: str, abbreviation: str | None, known: Callable[[str], bool]) -> Iterator[Clue]:
    """From the whole name to its parts, then the abbreviation of its own column; ``known`` tells whether a text is any
    item's name."""
    whole = trimmed(name)
    parts = [(whole, WHOLE), *_bracketed(whole, known)]
    if numbered := _RUNNING_NUMBER.match(whole):
        rest = whole[numbered.end() :]
        parts += [(rest, WITHOUT_NUMBER), *_bracketed(rest, known)]
    parts += _mixed(whole, known)
    if abbreviation:
        parts.append((trimmed(abbreviation), ABBREVIATION))
    seen = set()
    for text, weight in parts:
        if not text or text in seen:
            continue
        seen.add(text)
        yield Clue(text, weight)
        for pattern, specimen in _PREFIXES:
            rest = pattern.sub("", text).lstrip(":- ")
            if rest and rest != text:
                yield Clue(rest, weight * WITHOUT_PREFIX, specimen)


def _bracketed(whole: str, known: Callable[[str], bool]) -> Iterator[tuple[str, float]]:
    inside = [part for part in _BRACKETS.findall(whole) if part]
    if not inside and "(" not in whole:
        return
    told = [OUTSIDE if _MANNER.search(part) or known(part) else _bracket_weight(part) for part in inside]
    yield _BRACKETS.sub("", whole), min(told, default=OUTSIDE)
    for part in inside:
        yield part, INSIDE


def _bracket_weight(part: str) -> float:
    """Of a name whose bracket nobody knows: letters are one more abbreviation, anything else may tell items apart."""
    return OWN_LETTERS if _LETTERS.fullmatch(part) else REST_UNKNOWN


def _mixed(whole: str, known: Callable[[str], bool]) -> Iterator[tuple[str, float]]:
    """Chinese and the Latin before or behind it. Latin letters in the middle, or a lone one, belong to the name."""
    outside = _BRACKETS.sub("", whole)
    for pattern in (_LATIN_END, _LATIN_START):
        found = pattern.search(outside)
        if not found or len(key(found[0])) <= 1:
            continue
        rest = pattern.sub("", outside)
        if _CHINESE.search(rest):
            yield rest, CHINESE if known(found[0]) else REST_UNKNOWN
            yield found[0], REST_UNKNOWN
        elif all(map(known, halves := outside.split("/"))):
            yield from ((half, ABBREVIATION) for half in halves)
