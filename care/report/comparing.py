"""Two narrative reports over time: what became of what both measured, and what cannot be said.

Things are matched by what they are, organ and side, then by the part of the organ. Where more than one can be meant it
is said so, and nothing is said about growth.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from care.report.narrative import text_of_kind, text_of_side
from care.texts import text

NOISE_MM = 1.0
"""Two measurements of the same thing differ by this much: less is the same."""

Clause = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Place:
    kind: str
    organ: str | None
    side: str | None


def compared(earlier: Mapping[str, Any], later: Mapping[str, Any], *, day: str) -> list[str]:
    """A sentence for each thing that either report (JSON of ``vision.report.narrative``) measured, in the later one's
    order; ``day`` is the earlier one's."""
    before, now = _measured(earlier), _measured(later)
    said: list[str] = []
    for place, found in now.items():
        known = before.pop(place, [])
        if known:
            said += _at_one_place(known, found, day)
        elif place.organ in _organs(earlier):
            said += [_said("new", day, now=one) for one in found]
    for place, lost in before.items():
        if place.organ in _organs(later):
            said += [_said("gone", day, before=one) for one in lost]
    return said


def _clauses(report: Mapping[str, Any]) -> tuple[Sequence[Clause], Sequence[Clause]]:
    return report.get("findings") or (), report.get("conclusion") or ()


def _organ(clause: Clause) -> str | None:
    return clause.get("organ") or clause.get("site")


def _organs(report: Mapping[str, Any]) -> set[str | None]:
    """What the report speaks of at all: of another organ its silence says nothing."""
    return {_organ(clause) for clauses in _clauses(report) for clause in clauses}


def _measured(report: Mapping[str, Any]) -> dict[_Place, list[Clause]]:
    """What has a kind and a size, by place; from the conclusion only where the description has none."""
    found: dict[_Place, list[Clause]] = defaultdict(list)
    for clauses in _clauses(report):
        known = set(found)
        for one in clauses:
            if not one.get("kind") or not one.get("sizes") or one.get("negated"):
                continue
            place = _Place(one["kind"], _organ(one), one.get("side"))
            if place not in known:
                found[place].append(one)
    return found


def _at_one_place(before: list[Clause], now: list[Clause], day: str) -> list[str]:
    if len(before) == len(now) == 1:
        return [_pair(before[0], now[0], day)]
    said = []
    for one in now:
        alike = [other for other in before if other.get("site") == one.get("site")]
        twins = [other for other in now if other.get("site") == one.get("site")]
        if len(alike) == len(twins) == 1:
            said.append(_pair(alike[0], one, day))
        else:
            said.append(_said("unsure", day, before=(alike or before)[0], now=one))
    return said


def _pair(before: Clause, now: Clause, day: str) -> str:
    """One of each: the same thing, unless they are in different parts of the organ, or each the largest of several."""
    sites = {before.get("site"), now.get("site")}
    elsewhere = len(sites) > 1 and not sites & {_organ(before), _organ(now)}
    several = "multiple" in {before.get("count"), now.get("count")}
    if elsewhere or several or len(before["sizes"]) > 1 or len(now["sizes"]) > 1:
        return _said("unsure", day, before=before, now=now)
    by = round(_longest(now) - _longest(before), 2)
    key = "same" if abs(by) < NOISE_MM else "larger" if by > 0 else "smaller"
    return _said(key, day, before=before, now=now, mm=f"{abs(by):g}")


def _longest(clause: Clause) -> float:
    return max(float(one) for size in clause["sizes"] for one in size["mm"])


def _said(key: str, day: str, *, before: Clause | None = None, now: Clause | None = None, mm: str = "") -> str:
    one = now or before or {}
    sentence = text(
        f"report.narrative.{key}",
        day=day,
        where="".join(filter(None, (text_of_side(one.get("side")), one.get("site")))),
        what=text_of_kind(one.get("kind")),
        mm=mm,
        before=_size(before),
        after=_size(now),
    )
    return sentence + _regraded(before, now)


def _size(clause: Clause | None) -> str:
    """The largest size of a clause, as printed."""
    if clause is None:
        return ""
    return str(max(clause["sizes"], key=lambda size: max(size["mm"]))["text"])


def _regraded(before: Clause | None, now: Clause | None) -> str:
    """What became of the grade, where both name one of the same system and they differ."""
    if before is None or now is None:
        return ""
    earlier = {grade["system"]: grade for grade in before.get("grades") or ()}
    for grade in now.get("grades") or ():
        known = earlier.get(grade["system"])
        if known and str(known["value"]).upper() != str(grade["value"]).upper():
            return text("report.narrative.regraded", before=known["text"], after=grade["text"])
    return ""
