"""Several photos of one report put together, without doubles; rows that two photos read differently are asked about."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.analysis import read_findings
from care.report.items import Report, ReportItem, report_of
from records.conversations import Message
from records.findings import Finding, FindingKind

TOGETHER = timedelta(minutes=10)
AMBIGUOUS = "ambiguous"


def photos_of_one(session: Session, finding: Finding, data: Mapping[str, Any]) -> list[Report]:
    """The reports of the same sheet that were sent within some minutes before this one, and this one, in order."""
    sent_at = session.get_one(Message, finding.message_id).created_at
    mine = report_of(finding.id, data)
    together = [mine]
    for other in _earlier(session, finding, sent_at):
        theirs = report_of(other.id, read_findings(session, other))
        if all(same_sheet(theirs, one) for one in together):
            together.insert(0, theirs)
    return together


def _earlier(session: Session, finding: Finding, sent_at: datetime) -> Sequence[Finding]:
    return session.scalars(
        select(Finding)
        .join(Message, Message.id == Finding.message_id)
        .where(
            Finding.conversation_id == finding.conversation_id,
            Finding.kind == FindingKind.REPORT,
            Finding.id != finding.id,
            Message.created_at <= sent_at,
            Message.created_at > sent_at - TOGETHER,
        )
        .order_by(Message.seq.desc())
    ).all()


def same_sheet(one: Report, other: Report) -> bool:
    """Whether two photos may be of one report: nothing that both show contradicts, and both have rows."""
    if not one.items or not other.items or one.kind != other.kind or one.whose != other.whose:
        return False
    facts = ((one.patient_name, other.patient_name), (one.patient_number, other.patient_number), (one.day, other.day))
    return all(a is None or b is None or a == b for a, b in facts)


def merged(photos: Sequence[Report]) -> Report:
    """One report of all rows, each once; the latest photo gives the rest. Of one row read twice the surer reading
    stays, and where both are sure of different values the patient is asked."""
    latest = photos[-1]
    rows: dict[tuple[str, str | None, int], ReportItem] = {}
    for photo in photos:
        seen: Counter[tuple[str, str | None]] = Counter()
        for item in photo.items:
            name = (item.code or item.name, item.specimen)
            key = (*name, seen[name])  # twice on one page: two samples, both kept
            seen[name] += 1
            known = rows.get(key)
            rows[key] = item if known is None else _one_of(known, item)
    return replace(
        latest,
        items=tuple(rows.values()),
        photos=len(photos),
        patient_name=next((one.patient_name for one in photos if one.patient_name), None),
        patient_number=next((one.patient_number for one in photos if one.patient_number), None),
        name_matches=_first(one.name_matches for one in photos),
        age_years=next((one.age_years for one in photos if one.age_years is not None), None),
        day=next((one.day for one in photos if one.day), None),
        title=next((one.title for one in photos if one.title), None),
    )


def _first(values: Any) -> bool | None:
    return next((value for value in values if value is not None), None)


def _one_of(known: ReportItem, again: ReportItem) -> ReportItem:
    if known.confirmed:
        return known
    if again.confirmed or known.unreadable:
        return again
    if known.value_text == again.value_text:
        return known if not known.open else again
    if known.open != again.open:
        return again if known.open else known
    candidates = dict.fromkeys((again.value_text, known.value_text, *again.candidates, *known.candidates))
    return replace(again, asks=AMBIGUOUS, candidates=tuple(candidates))
