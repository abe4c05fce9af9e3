"""What one message shows: each sign with where it stands and how it is meant."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from care.emergency.flags import PREGNANT, Combination, RedFlag
from care.emergency.measures import Measures, measure
from care.emergency.patterns import Finder
from language.assertion import Assertion, assertions

CLOSE = 15  # characters between two signs joined by &
TOGETHER = 60  # and by +

_MILD = re.compile(r"(?:有点儿?|有些|轻微|稍微|略微?|隐隐|一点点|些许|微微|不太严重)[^，,。！？!?；;\n]{0,3}$")
_CHRONIC_BEFORE = re.compile(
    r"(?:偶尔|偶而|有时候?|时不时|经常|总是|老是|平时|平常|慢性|长期|多年|一直都|每年|每次|每到|常年|常常|时常|间断|间歇|断断续续|时有"
    r"|[\d一二两三四五六七八九十几好半多]+(?:年(?:多|来|了|以来|的)|个多?月(?:多|来|了|以来))|这几年|近几年|这些年)[^。！？!?；;\n]{0,14}$"
)
_CHRONIC_AFTER = re.compile(
    r"^[^。！？!?；;\n]{0,6}?(?:(?:已经|有|都)?[\d一二两三四五六七八九十几好半多]+(?:年|个多?月)(?:多|来)?(?:了|$|[，,。])|好多年|很多年|很久了|好久了|老毛病|老样子"
    r"|半年|很长时间|有段时间)"
)
_NEW = re.compile(r"突然|突发|忽然|今天|刚才|刚刚|现在|今早|今晚|昨晚|加重|越来越|厉害|这次|又犯|一下子")


@dataclass(frozen=True, slots=True)
class Found:
    """One sign at one place; ``mild`` ("有点") and ``chronic`` ("偶尔", "三年了") soften it."""

    start: int
    end: int
    said: Assertion
    mild: bool
    chronic: bool

    def counts(self, flag: RedFlag) -> bool:
        """Whether it counts for ``flag`` as something that a person has now."""
        if self.said.negated or self.said.topic or self.said.experiencer == "animal":
            return False
        return (flag.always or self.said.present) and (flag.chronic or not self.chronic)


@dataclass(frozen=True)
class Evidence:
    """One message: where its signs stand, by name, and its numbers. How one is meant is read when asked for."""

    text: str
    places: Mapping[str, Sequence[tuple[int, int]]]
    measures: Measures = field(default_factory=Measures)
    _read: dict[str, Sequence[Found]] = field(default_factory=dict, compare=False)

    def found(self, name: str) -> Sequence[Found]:
        """The sign ``name`` at each of its places, in order; empty when it is not there."""
        if name not in self.places:
            return ()
        if name not in self._read:
            spans = self.places[name]
            said = assertions(self.text, spans)
            self._read[name] = [_found(self.text, *span, one) for span, one in zip(spans, said, strict=True)]
        return self._read[name]

    def may_hold(self, line: Combination) -> bool:
        """Whether something of every slot of ``line`` is here, however it is meant."""
        return not any(slot.isdisjoint(self.places) for group in line.groups for slot in group)

    def touches(self, flag: RedFlag) -> bool:
        """Whether anything of ``flag`` is here at all; where nothing is, its lines need not be tried."""
        return not flag.signs.isdisjoint(self.places) or any(getattr(self.measures, what) for what in flag.measured)

    def mentions(self, names: frozenset[str]) -> bool:
        """Whether a sign is mentioned at all, however it is meant."""
        return any(name in self.places for name in names)

    def group(self, slots: Sequence[frozenset[str]], flag: RedFlag, *, mild_counts: bool) -> list[tuple[int, int]]:
        """Places where the slots of one group stand close together, in order; empty when they do not."""
        places = self._slot(slots[0], flag, mild_counts)
        for slot in slots[1:]:
            places = pairs(places, self._slot(slot, flag, True), CLOSE)
        return places

    def _slot(self, names: frozenset[str], flag: RedFlag, mild_counts: bool) -> list[tuple[int, int]]:
        return sorted(
            (found.start, found.end)
            for name in names
            for found in self.found(name)
            if found.counts(flag) and (mild_counts or not found.mild)
        )


def pairs(left: Sequence[tuple[int, int]], right: Sequence[tuple[int, int]], most: int) -> list[tuple[int, int]]:
    """Places that span one of ``left`` and one of ``right`` at most ``most`` characters apart; both are sorted."""
    joined, first = [], 0
    for start, end in left:
        while first < len(right) and right[first][1] < start - most - REACH:
            first += 1
        for index in range(first, min(first + NEIGHBOURS, len(right))):
            other_start, other_end = right[index]
            if other_start > end + most:
                break
            if other_end >= start - most and (start, end) != (other_start, other_end):
                joined.append((min(start, other_start), max(end, other_end)))
                break
    return joined


REACH = 60  # no sign is longer
NEIGHBOURS = 64  # how many places are tried for each: keeps a text that repeats itself linear


def evidence(text: str, finder: Finder) -> Evidence:
    """What ``text`` (in its plain form) shows."""
    places: dict[str, set[tuple[int, int]]] = {}
    for name, start, end in finder.find(text):
        places.setdefault(name, set()).add((start, end))
    ordered = {name: _telling(text, sorted(found)) for name, found in places.items()}
    return Evidence(text, ordered, measure(text))


def _telling(text: str, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of very many places one for each surrounding: what is repeated word by word ten thousand times is said once."""
    if len(found) <= MANY_PLACES:
        return found
    kept: dict[str, tuple[int, int]] = {}
    for start, end in found:
        kept.setdefault(text[max(0, start - SURROUNDING) : end + SURROUNDING], (start, end))
    return list(kept.values())[:MOST_PLACES]


MANY_PLACES = 24  # in one part of a text
MOST_PLACES = 120
SURROUNDING = 8  # characters on either side


def _found(text: str, start: int, end: int, said: Assertion) -> Found:
    before, after = text[max(0, start - 24) : start], text[end : end + 12]
    before = re.split(r"[。！？!?；;\n]", before)[-1]
    chronic = False
    if match := _CHRONIC_BEFORE.search(before):
        chronic = not _NEW.search(before[match.end() - len(match.group()) :]) and not _NEW.search(text[start:end])
    elif _CHRONIC_AFTER.match(after):
        chronic = not _NEW.search(before) and not _NEW.search(text[start:end])
    return Found(start, end, said, bool(_MILD.search(before)), chronic)


def holds(
    line: Combination, flag: RedFlag, *, now: Evidence, earlier: Sequence[Evidence], known: Measures, pregnant: bool
) -> bool:
    """Whether one line of ``when`` is fulfilled, with something of it in the message of now.

    ``known`` holds numbers that stay true (an age said earlier); every other number must be in the message or an
    earlier one, and something must be new.
    """
    if (line.without and now.mentions(line.without)) or not (earlier or now.may_hold(line)):
        return False
    fresh = False
    for condition in line.conditions:
        if condition.what == PREGNANT:
            if not pregnant:
                return False
            continue
        values = getattr(known if condition.what == "ages" else now.measures, condition.what)
        if condition.holds(values):
            fresh = fresh or condition.what != "ages"
        elif not any(condition.holds(getattr(past.measures, condition.what)) for past in earlier):
            return False
    if not line.groups:
        return fresh
    mild_counts = not line.single
    places: list[tuple[int, int]] | None = None
    for slots in line.groups:
        here = now.group(slots, flag, mild_counts=mild_counts)
        joined = here if places is None else pairs(places, here, TOGETHER)
        if here and joined:
            places = joined
        elif len(line.groups) + len(line.conditions) == 1 or not any(
            past.group(slots, flag, mild_counts=mild_counts) for past in earlier
        ):
            return False
    return places is not None or fresh
