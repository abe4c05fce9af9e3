"""The nearest name: one misread, lost or added character, or an end that the column cut off.

A character may be repaired only where it does not tell items apart: 甲 and 乙 stand at one place in two items' names
("甲肝抗体", "乙肝抗体"), so neither is ever taken for the other. Which those are is found from the names themselves.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from vision.report.catalogue.entries import Entry

SHORTEST = 4
"""Names of fewer characters have too many neighbours to be repaired."""
SHORTEST_CUT, LARGEST_CUT = 5, 3
MISREAD, CUT = 0.85, 0.88
ALWAYS_TELL = frozenset("抗前总低高超微酯一二三四五六七八九十甲乙丙丁戊左右阴阳")
_GAP = "\0"


class Nearest:
    """Built once over every name; a look-up compares with those that share half of it."""

    def __init__(self, names: Mapping[str, tuple[Entry, ...]]) -> None:
        self._names = {name: found for name, found in names.items() if _has_chinese(name)}
        self._by_mask: dict[str, set[str]] = defaultdict(set)
        self._by_cut: dict[str, set[str]] = defaultdict(set)
        for name in self._names:
            for mask in _masks(name):
                self._by_mask[mask].add(name)
            for cut in range(1, LARGEST_CUT + 1):
                if len(name) - cut >= SHORTEST_CUT and self._may_be_cut(name[-cut:]):
                    self._by_cut[name[:-cut]].add(name)
        self._telling = self._telling_pairs()

    def find(self, form: str) -> tuple[tuple[Entry, ...], float] | None:
        """Items and confidence; None when nothing is near, or names of different items are."""
        if len(form) < SHORTEST or not _has_chinese(form):
            return None
        if found := self._one_of(self._by_cut.get(form, set())):
            return found, CUT
        near = {name for mask in _masks(form) for name in self._by_mask.get(mask, ())}
        allowed = {name for name in near if self._may_differ(_difference(form, name))}
        if found := self._one_of(allowed):
            return found, MISREAD
        return None

    def _may_be_cut(self, end: str) -> bool:
        """Not an end that tells items apart: IgM, Ⅱ型, or a name of its own."""
        return end not in self._names and all(_has_chinese(char) for char in end)

    def _may_differ(self, pair: frozenset[str]) -> bool:
        """Digits, Latin and Greek letters always tell items apart (CA125, IgG, α1), and so do some characters of which
        the catalogue may hold one side only."""
        if pair in self._telling or pair & ALWAYS_TELL:
            return False
        return all(not text or _has_chinese(text) for text in pair)

    def _one_of(self, names: set[str]) -> tuple[Entry, ...] | None:
        """The items of the names, where one item is behind every one of them."""
        if not names:
            return None
        common = set.intersection(*({item.code for item in self._names[name]} for name in names))
        if not common:
            return None
        some = min(names)
        return tuple(item for item in self._names[some] if item.code in common)

    def _telling_pairs(self) -> set[frozenset[str]]:
        """Pairs of characters (or a character and a gap) by which two items' names differ."""
        telling = set()
        for alike in self._by_mask.values():
            if len(alike) == 1:
                continue
            several = sorted(alike)
            for at, one in enumerate(several):
                for other in several[at + 1 :]:
                    if not _share_item(self._names[one], self._names[other]) and (found := _difference(one, other)):
                        telling.add(found)
        return telling


def _share_item(one: tuple[Entry, ...], other: tuple[Entry, ...]) -> bool:
    return bool({item.code for item in one} & {item.code for item in other})


def _has_chinese(text: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in text)


def _masks(name: str) -> Iterator[str]:
    """The name with every character in turn masked, left out, and every gap opened: two names share a mask when they
    are one edit apart."""
    for at in range(len(name)):
        yield f"{name[:at]}{_GAP}{name[at + 1 :]}"
    for at in range(len(name) + 1):
        yield f"{name[:at]}{_GAP}{name[at:]}"


def _difference(one: str, other: str) -> frozenset[str]:
    """The two characters that differ, one of them "" for a lost one; empty for the same name."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    left, right = one[start : len(one) - end], other[start : len(other) - end]
    return frozenset() if left == right else frozenset({left, right})
