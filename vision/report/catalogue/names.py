"""Names of items: the index over the catalogue, and what may be dropped or repaired of a printed name."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vision.report.catalogue.entries import Entry
from vision.report.catalogue.text import folded, key, trimmed
from vision.report.kinds import Specimen

_BRACKETS = re.compile(r"\(([^()]*)\)?")
_CJK = re.compile(r"[\u4e00-\u9fffα-ω]")
_GENERIC = re.compile(r"(?:测定|检测|检查|检验|定量|定性|试验|计数|浓度|含量|水平|数目|总数|数量|数|量)+$")
_PREFIXES = (
    (re.compile(r"^(?:血清|血浆|全血|血液|静脉血|末梢血)"), Specimen.SERUM),
    (re.compile(r"^(?:尿液|尿中|尿沉渣|尿)"), Specimen.URINE),
    (re.compile(r"^(?:大便|粪便|粪)"), Specimen.STOOL),
    (re.compile(r"^(?:脑脊液)"), Specimen.CSF),
    (re.compile(r"^(?:镜检|显微镜检?|高倍|镜下)"), None),
)


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


def clues(name: str) -> Iterator[Clue]:
    """Ways to read a printed name, from the whole of it to its parts."""
    whole = trimmed(name)
    outside = _BRACKETS.sub("", whole)
    inside = _BRACKETS.findall(whole)
    parts = [(whole, 1.0), (outside, 0.99), *((part, 0.95) for part in inside)]
    latin = re.sub(r"[\u4e00-\u9fff()]", "", whole)
    chinese = re.sub(r"[A-Za-z0-9_\-#%/().\s]+$|^[A-Za-z0-9_\-#%/().\s]+", "", whole)
    parts += [(chinese, 0.96), (latin, 0.93)]
    seen = set()
    for text, weight in parts:
        if not text or text in seen:
            continue
        seen.add(text)
        yield Clue(text, weight)
        for pattern, specimen in _PREFIXES:
            if (rest := pattern.sub("", text).lstrip(":：- ")) != text and rest:
                yield Clue(rest, weight * 0.99, specimen)


class Index:
    """Names to items: exactly, without generic endings, and with look-alikes folded."""

    def __init__(self, items: Iterable[Entry]) -> None:
        self._exact: dict[str, list[Entry]] = defaultdict(list)
        self._bare: dict[str, list[Entry]] = defaultdict(list)
        self._folded: dict[str, list[Entry]] = defaultdict(list)
        for item in items:
            for name in item.names:
                whole = key(name)
                for table, form in ((self._exact, whole), (self._bare, _bare(whole)), (self._folded, folded(whole))):
                    if form and item not in table[form]:
                        table[form].append(item)

    def find(self, text: str) -> Found | None:
        """Items of the name ``text``."""
        form = key(text)
        if not form:
            return None
        for table, wanted, confidence in (
            (self._exact, form, 1.0),
            (self._bare, _bare(form), 0.97),
            (self._folded, folded(form), 0.95),
        ):
            if found := table.get(wanted):
                return Found(tuple(found), confidence)
        return None


def _bare(form: str) -> str:
    return _GENERIC.sub("", form) or form
