"""A report as a clinician has confirmed it: their last word on its case, with the cells that they put right.

What they put right or confirm is judged as if it had been read: critical, it goes the way of an emergency at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.analysis import read_findings
from care.cases.grading import Graded, labels_of
from care.conversations import append_reply
from care.emergency import emergency_reply
from care.emergency.alerts import raise_alert
from care.handover import HandoverReason, ask_for_person
from care.report import whose
from care.report.asking import PATIENT
from care.report.critical import alarming, looked_at_again, screening_of
from care.report.items import Flag, Report, ReportItem, flag_of, number_in, report_of, with_value
from records.alerts import Alert
from records.conversations import Author, Conversation
from records.findings import Finding
from records.sensitivity import classify
from records.vault import get_vault
from settings import get_settings

Cells = Iterable[Mapping[str, Any]]
"""As ``clinic.grading`` has them: ``row`` from 0, ``field``, ``value``."""


def last_word(session: Session, case_id: str) -> Graded | None:
    """What a clinician last made of the case's findings. Raises as ``read_media``."""
    words = [one for one in labels_of(session, get_vault(), case_id) if one.by != PATIENT]
    return words[-1] if words else None


def confirms(word: Graded | None) -> bool:
    """Whether it says what is right: agreement, or what to put in the machine's place."""
    return word is not None and (word.agrees or bool(word.content.get("cells")))


def report_as_of(session: Session, finding: Finding, word: Graded | None = None) -> Report:
    """The report of a finding with the patient's answers and a clinician's ``word``: their corrections, and with their
    agreement what nobody was sure of is as it was read. Every value is judged anew. Raises as ``read_findings``."""
    report = report_of(finding.id, read_findings(session, finding))
    if word is not None:
        report = corrected(report, word.content.get("cells") or ())
    if word is not None and word.agrees:
        report = replace(report, items=tuple(map(_agreed, report.items)))
    account = session.get_one(Conversation, finding.conversation_id).account_id
    return looked_at_again(report, whose.age_of(session, account, report))


def _agreed(item: ReportItem) -> ReportItem:
    """A row that the patient was asked about, or could not read, as the clinician saw it."""
    if not (item.open or item.unreadable):
        return item
    refused = item.value is None and number_in(item.value_text)[1] is not None
    seen = with_value(item, item.value_text) if refused else item
    return replace(seen, asks=None, confirmed=None)


def corrected(report: Report, cells: Cells) -> Report:
    """The report with these cells put right. What follows from a cell goes with it: a value's flag, a unit's code, what
    a row of another name is."""
    rows: dict[int, dict[str, str]] = {}
    for cell in cells:
        rows.setdefault(int(cell["row"]), {})[str(cell["field"])] = str(cell["value"])
    return replace(report, items=tuple(_put_right(item, rows.get(item.key.place, {})) for item in report.items))


def _put_right(item: ReportItem, cells: Mapping[str, str]) -> ReportItem:
    if not cells:
        return item
    if (name := cells.get("name", item.name)) != item.name:
        level = max(item.sensitivity, classify(name).level)
        item = replace(item, name=name, code=None, loinc=None, limits=(), critical=None, sensitivity=level)
    if (unit := cells.get("unit", item.unit or "")).casefold() != (item.unit or "").casefold():
        item = replace(item, unit=unit or None, ucum=None, limits=(), critical=None)
    if "low" in cells or "high" in cells:
        low, high = (number_in(cells[end])[1] if end in cells else getattr(item, end) for end in ("low", "high"))
        item = replace(item, low=low, high=high, range_text=None)
        item = replace(item, flag=flag_of(item))
    if "value_text" in cells:
        item = replace(with_value(item, cells["value_text"]), asks=None, confirmed=cells["value_text"])
    return replace(item, flag=Flag(cells["flag"])) if cells.get("flag") in set(Flag) else item


def alarm_where_confirmed(session: Session, finding: Finding, word: Graded) -> Alert | None:
    """Raise the alarm for what is critical only by a clinician's ``word``, and tell the patient; None where nothing is,
    or the photo has raised one before. Raises as ``read_findings``."""
    known = {item.key for item in alarming(report_as_of(session, finding))}
    dangerous = [item for item in alarming(report_as_of(session, finding, word)) if item.key not in known]
    if not dangerous or session.scalar(select(Alert.id).where(Alert.message_id == finding.message_id)) is not None:
        return None
    screening, settings = screening_of(dangerous), get_settings()
    alert = raise_alert(
        session,
        conversation_id=finding.conversation_id,
        message_id=finding.message_id,
        screening=screening,
        finding_id=finding.id,
    )
    ask_for_person(session, conversation_id=finding.conversation_id, reason=HandoverReason.RED_FLAG)
    append_reply(
        session,
        conversation_id=finding.conversation_id,
        author=Author.BOT,
        reply=emergency_reply(screening, entrance=settings.emergency_entrance, phone=settings.emergency_phone),
        reply_to=finding.message_id,
    )
    return alert
