"""Several photos or pages of one report, put together: what stands on two of them is kept once."""

from collections.abc import Sequence
from dataclasses import replace

from vision.report.items import AskBack, AskReason, Item, Quality, Report
from vision.report.kinds import ReportKind


def merge(reports: Sequence[Report]) -> Report:
    """One report of several pages or photos, in their order. An item that was read twice alike is kept once, the surer
    reading; one that was read in two ways is asked back with both. Raises ValueError for none."""
    if not reports:
        raise ValueError("nothing to merge")
    if len(reports) == 1:
        return reports[0]
    first = next((one for one in reports if one.kind is not ReportKind.UNKNOWN), reports[0])
    read = [one for one in reports if one.quality.problem is None] or list(reports)
    scores = [one.quality.score for one in read if one.quality.score is not None]
    return Report(
        kind=first.kind,
        items=tuple(_together(reports)),
        narrative=next((one.narrative for one in reports if one.narrative is not None), None),
        patient=next((one.patient for one in reports if one.patient.name is not None), first.patient),
        quality=Quality(
            problem=read[0].quality.problem,
            notes=tuple(dict.fromkeys(note for one in reports for note in one.quality.notes)),
            score=round(sum(scores) / len(scores), 3) if scores else None,
        ),
        dates=next((one.dates for one in reports if one.dates.reported or one.dates.collected), first.dates),
        title=next((one.title for one in reports if one.title), None),
        pages=sum(one.pages for one in reports),
    )


def _together(reports: Sequence[Report]) -> list[Item]:
    found: dict[tuple[str, str], Item] = {}
    for report in reports:
        here: dict[tuple[str, str], Item] = {}
        for item in report.items:
            key = (item.code or item.name, item.specimen or "")
            while key in here:  # twice on one page: two samples, both kept
                key = (key[0], key[1] + "+")
            here[key] = _one(found[key], item) if key in found else item
        found |= here
    return list(found.values())


def _one(before: Item, item: Item) -> Item:
    sure, other = (before, item) if _rank(before) >= _rank(item) else (item, before)
    if _reading(sure) == _reading(other):
        # Read twice alike, in two pictures: a doubt about the reading alone is settled.
        if sure.ask_back is not None and sure.ask_back.reason is AskReason.LOW_SCORE:
            return replace(sure, ask_back=None, confidence=max(sure.confidence, 0.9))
        return sure
    if sure.ask_back is None and other.ask_back is not None:
        return sure
    candidates = (sure.value_text, other.value_text, *(sure.ask_back.candidates if sure.ask_back else ()))
    ask = AskBack(
        AskReason.AMBIGUOUS, sure.ask_back.box if sure.ask_back else sure.box, tuple(dict.fromkeys(candidates))
    )
    return replace(sure, ask_back=ask, confidence=min(sure.confidence, 0.89))


def _rank(item: Item) -> tuple[bool, float]:
    return item.ask_back is None, item.confidence


def _reading(item: Item) -> tuple[str, str | None]:
    number = item.value_text.replace(" ", "") if item.value is None else f"{item.value:g}"
    return number, item.comparator
