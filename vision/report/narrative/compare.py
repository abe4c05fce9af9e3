"""Two reports of the same person over time: what changed in size, and what cannot be said."""

from collections import defaultdict
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from vision.report.narrative.clauses import organ_of
from vision.report.narrative.parts import Finding, Narrative, Side, Size
from vision.report.narrative.wording import wording

NOISE_MM = 1.0
"""Two measurements of the same thing differ by this much: less is the same."""


class ChangeKind(StrEnum):
    """NEW and GONE are about what was written, not about what is there. UNSURE: there is more than one match, so
    nothing is said about growth."""

    LARGER = "larger"
    SMALLER = "smaller"
    SAME = "same"
    NEW = "new"
    GONE = "gone"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Change:
    """``by_mm`` is the later longest dimension less the earlier, where the two are surely of the same thing."""

    kind: ChangeKind
    text: str
    earlier: Finding | None = None
    later: Finding | None = None
    by_mm: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Place:
    kind: str
    organ: str | None
    side: Side | None


def compare(earlier: Narrative, later: Narrative) -> tuple[Change, ...]:
    """What both reports measured, and what became of it, in the later report's order. Things are matched by what they
    are, organ and side, then by the part of the organ; where more than one can be meant it is said so."""
    before, now = _measured(earlier), _measured(later)
    changes: list[Change] = []
    for place, found in now.items():
        changes += _at_one_place(before.pop(place, []), found, seen_before=_covers(earlier, place))
    for place, lost in before.items():
        if _covers(later, place):
            changes += [_said(ChangeKind.GONE, one, None) for one in lost]
    return tuple(changes)


def _measured(report: Narrative) -> dict[_Place, list[Finding]]:
    """Findings with a kind and a size by place; those of the conclusion only where the description has none."""
    found: dict[_Place, list[Finding]] = defaultdict(list)
    for clauses in (report.findings, report.conclusion):
        known = set(found)
        for one in clauses:
            if one.kind is None or not one.sizes or one.negated:
                continue
            place = _Place(one.kind, organ_of(one.site), one.side)
            if place not in known:
                found[place].append(one)
    return found


def _covers(report: Narrative, place: _Place) -> bool:
    """Whether the report speaks of the organ at all: of another organ it says nothing."""
    sites = {organ_of(one.site) for one in (*report.findings, *report.conclusion)}
    return place.organ in sites or organ_of(report.examined) == place.organ


def _at_one_place(before: list[Finding], now: list[Finding], *, seen_before: bool) -> list[Change]:
    if not before:
        return [_said(ChangeKind.NEW, None, one) for one in now] if seen_before else []
    if len(before) == len(now) == 1:
        return [_pair(before[0], now[0])]
    changes = []
    for one in now:
        alike = [other for other in before if other.site == one.site]
        twins = [other for other in now if other.site == one.site]
        if len(alike) == len(twins) == 1:
            changes.append(_pair(alike[0], one))
        else:
            changes.append(_said(ChangeKind.UNSURE, (alike or before)[0], one))
    return changes


def _pair(before: Finding, now: Finding) -> Change:
    """One of each: the same thing, unless they are in different parts, or each the largest of several."""
    elsewhere = before.site != now.site and before.site != organ_of(before.site) and now.site != organ_of(now.site)
    several = "multiple" in {before.count, now.count}
    if elsewhere or several or len(before.sizes) > 1 or len(now.sizes) > 1:
        return _said(ChangeKind.UNSURE, before, now)
    by = round(now.sizes[0].longest - before.sizes[0].longest, 2)
    kind = ChangeKind.SAME if abs(by) < NOISE_MM else ChangeKind.LARGER if by > 0 else ChangeKind.SMALLER
    return _said(kind, before, now, by)


def _said(kind: ChangeKind, before: Finding | None, now: Finding | None, by: float | None = None) -> Change:
    one = now or before
    assert one is not None and one.kind is not None
    words = wording()
    where = f"{words.sides.get(one.side, '') if one.side else ''}{one.site or ''}"
    text = words.phrases[kind.value].format(
        where=where,
        what=words.kind_names[one.kind],
        mm=f"{abs(by or 0):g}",
        before=_shown(before.sizes) if before else "",
        after=_shown(now.sizes) if now else "",
    )
    return Change(kind, text + _regraded(before, now), before, now, by)


def _shown(found: tuple[Size, ...]) -> str:
    return "×".join(f"{one:g}" for one in max(found, key=lambda size: size.longest).mm) + " mm"


def _regraded(before: Finding | None, now: Finding | None) -> str:
    """What became of the grade, where both name one of the same system and they differ."""
    if before is None or now is None:
        return ""
    earlier = {grade.system: grade for grade in before.grades}
    for grade in now.grades:
        known = earlier.get(grade.system)
        if known is not None and known.value.upper() != grade.value.upper():
            return wording().phrases["graded"].format(before=known.text, after=grade.text)
    return ""
