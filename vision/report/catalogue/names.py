"""The index over the names of the catalogue's items."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vision.report.catalogue.entries import Entry
from vision.report.catalogue.nearest import Nearest
from vision.report.catalogue.text import folded, key

_ENDING = re.compile(
    r"(?:测定|检测|检查|检验|定量|定性|试验|计数|浓度|含量|水平|数目|总数|数量|数|量|值|"
    r"酶法|速率法|比浊法|免疫比浊法|化学发光法|发光法|电极法|干化学法?|急诊|快速|max|elisa法)$"
)
EXACT, WITHOUT_ENDING, LOOK_ALIKE = 1.0, 0.97, 0.95
SHORTEST_LOOK_ALIKE = 3


@dataclass(frozen=True, slots=True)
class Found:
    """Items of one name, and how sure it is that this is the name that is printed."""

    entries: tuple[Entry, ...]
    confidence: float


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
        if form.isdigit() or len(form) < (SHORTEST_LOOK_ALIKE if any(char.isascii() for char in form) else 2):
            return None
        if found := self._folded.get(folded(form)):
            return Found(tuple(found), LOOK_ALIKE)
        return None

    def knows(self, text: str) -> bool:
        """Whether the name is any item's."""
        return self.find(text) is not None

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
