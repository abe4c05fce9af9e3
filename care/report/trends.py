"""One patient's values over their reports: data for the patient's card and the clinician's chart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.analysis import read_findings
from care.report.critical import looked_at_again
from care.report.items import Report, ReportItem, report_of
from records.conversations import Message
from records.findings import Finding, FindingKind
from settings import get_settings

REPORTS_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Point:
    """One value on one day (ISO 8601)."""

    day: str
    value: float


@dataclass(frozen=True, slots=True)
class Trend:
    """One item in one unit, oldest first, at least two days; ``low`` and ``high`` are the latest report's range."""

    code: str
    name: str
    unit: str
    points: tuple[Point, ...]
    low: float | None = None
    high: float | None = None

    @property
    def change(self) -> float:
        """The last value less the one before it."""
        return self.points[-1].value - self.points[-2].value


def reports_of(session: Session, conversation_id: str) -> list[Report]:
    """The conversation's latest reports, oldest first, each with its day: the sheet's, or that of its photo."""
    rows = session.execute(
        select(Finding, Message.created_at)
        .join(Message, Message.id == Finding.message_id)
        .where(Finding.conversation_id == conversation_id, Finding.kind == FindingKind.REPORT)
        .order_by(Message.seq.desc())
        .limit(REPORTS_LOOKED_AT)
    ).all()
    zone = get_settings().zone
    found = []
    for finding, sent_at in reversed(rows):
        data = read_findings(session, finding)
        dates = {"collected": sent_at.astimezone(zone).date().isoformat()} | {
            name: day for name, day in (data.get("dates") or {}).items() if day
        }
        found.append(looked_at_again(report_of(finding.id, {**data, "dates": dates})))
    return found


def of_same_person(reports: Iterable[Report], latest: Report) -> list[Report]:
    """Those that can only be the same person's as ``latest``: filed for the same, and no other name on the sheet."""
    return [
        one
        for one in reports
        if one.whose == latest.whose
        and (one.patient_name is None or latest.patient_name is None or one.patient_name == latest.patient_name)
    ]


def trends(reports: Sequence[Report]) -> tuple[Trend, ...]:
    """Every item with values of two days or more. Of one day the last reading counts; a value that is asked about, has
    no number or another unit than the latest is left out: nothing is converted here."""
    by_code: dict[str, list[tuple[str, ReportItem]]] = {}
    for report in reports:
        for item in report.items:
            if item.code and item.used and item.value is not None and item.comparator is None and report.day:
                by_code.setdefault(item.code, []).append((report.day, item))
    found = []
    for code, readings in by_code.items():
        readings.sort(key=lambda one: one[0])
        latest = readings[-1][1]
        same = {
            day: item.value for day, item in readings if item.unit == latest.unit and item.specimen == latest.specimen
        }
        points = tuple(Point(day, value) for day, value in same.items() if value is not None)
        if len(points) > 1:
            found.append(Trend(code, latest.name, latest.unit or "", points, latest.low, latest.high))
    return tuple(found)
