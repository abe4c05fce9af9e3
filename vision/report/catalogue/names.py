"""Names of items: what may be dropped of a printed name, and the index that finds the rest."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vision.report.catalogue.entries import Entry
from vision.report.catalogue.nearest import Nearest
from vision.report.catalogue.text import folded, key, trimmed
from vision.report.kinds import Specimen

_BRACKETS = re.compile(r"\(([^()]*)(?:\)|$)")
_NOT_LATIN = re.compile(r"[\u4e00-\u9fff()]")
_LATIN_ENDS = re.compile(r"[A-Za-z0-9_\-#%/+().,\s]+$|^[A-Za-z0-9_\-#%/+().,\s]+")
_ENDING = re.compile(
    r"(?:测定|检测|检查|检验|定量|定性|试验|计数|浓度|含量|水平|数目|总数|数量|数|量|值|"
    r"酶法|速率法|比浊法|免疫比浊法|化学发光法|发光法|电极法|干化学法?|急诊|快速|max|elisa法)$"
)
_PREFIXES = (
    (re.compile(r"^(?:血清|血浆|全血|血液|静脉血|末梢血|血)"), Specimen.SERUM),
    (re.compile(r"^(?:尿液|尿中|尿沉渣|随机尿|晨尿|尿)"), Specimen.URINE),
    (re.compile(r"^(?:大便|粪便|粪)"), Specimen.STOOL),
    (re.compile(r"^脑脊液"), Specimen.CSF),
    (re.compile(r"^(?:胸腹水|胸水|腹水|积液)"), Specimen.FLUID),
    (re.compile(r"^(?:镜检|显微镜检?|每?高倍视野|每?低倍视野|镜下|查)"), None),
)
WHOLE, OUTSIDE, CHINESE, INSIDE, LATIN, WITHOUT_PREFIX = 1.0, 0.99, 0.96, 0.95, 0.93, 0.98
EXACT, WITHOUT_ENDING, LOOK_ALIKE = 1.0, 0.97, 0.95


@dataclass(frozen=True, slots=True)
class Clue:
    """A part of a printed name to look up, how much it is worth, and the specimen that the name gave away."""

    text: str
    weight: float
    specimen: Specimen | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Items of one name, and how sure it is that this is the name that is printed."""

    entries: tuple[Entry, ...]
    confidence: float


def clues(name: str, abbreviation: str | None = None) -> Iterator[Clue]:
    """Ways to read a printed name, from the whole of it to its parts, then the abbreviation of its own column."""
    whole = trimmed(name)
    parts = [(whole, WHOLE), (_BRACKETS.sub("", whole), OUTSIDE)]
    parts += [(part, INSIDE) for part in _BRACKETS.findall(whole)]
    latin = _NOT_LATIN.sub("", whole)
    if len(key(latin)) != 1:  # 肌钙蛋白C is not 肌钙蛋白
        parts.append((_LATIN_ENDS.sub("", whole), CHINESE))
    parts += [(part, LATIN) for part in (latin, *latin.split("/"))]
    if abbreviation:
        parts.append((trimmed(abbreviation), LATIN))
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


class Index:
    """Names to items: as they stand, without generic endings, with look-alikes folded, and at last the nearest."""

    def __init__(self, items: Iterable[Entry]) -> None:
        self._exact: dict[str, list[Entry]] = defaultdict(list)
        self._bare: dict[str, list[Entry]] = defaultdict(list)
        self._folded: dict[str, list[Entry]] = defaultdict(list)
        for item in items:
            for name in item.names:
                form = key(name)
                for table, wanted in ((self._exact, form), (self._bare, _bare(form)), (self._folded, folded(form))):
                    if wanted and item not in table[wanted]:
                        table[wanted].append(item)
        self._nearest = Nearest({form: tuple(found) for form, found in self._exact.items()})

    def find(self, text: str) -> Found | None:
        """Items that the name ``text`` stands for, without repairing more than look-alikes."""
        form = key(text)
        if not form:
            return None
        confidence = EXACT
        for shorter in _shortened(form):
            if found := self._exact.get(shorter):
                return Found(tuple(found), confidence)
            confidence = WITHOUT_ENDING
        if found := self._bare.get(_bare(form)):
            return Found(tuple(found), WITHOUT_ENDING)
        if found := self._folded.get(folded(form)):
            return Found(tuple(found), LOOK_ALIKE)
        return None

    def nearest(self, text: str) -> Found | None:
        """Items of the one name that ``text`` can be a misreading or a cut of; None where more than one is near."""
        found = self._nearest.find(key(text))
        return None if found is None else Found(*found)


def _shortened(form: str) -> Iterator[str]:
    """The form, then without one generic ending after the other."""
    yield form
    while (shorter := _ENDING.sub("", form)) != form and shorter:
        form = shorter
        yield form


def _bare(form: str) -> str:
    *_, last = _shortened(form)
    return last
