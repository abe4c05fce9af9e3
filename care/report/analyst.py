"""A report's way through the house: read, asked back, alarmed, explained; in this order.

    not read -> critical -> whose -> asked back -> explained

A critical value goes before everything: whoever's it is, somebody must come.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.analysis import Asked, Concluded, NewCase, Seen
from care.analysis.said import said_around
from care.booking import family
from care.cases import is_drawn
from care.emergency import emergency_reply
from care.media.vision import Answer, VisionClient
from care.replies import QuickReply, Reply
from care.report import asking, whose
from care.report.comparing import compared
from care.report.critical import alarming, looked_at_again, may_be_critical, screening_of
from care.report.explaining import DEPARTMENT, explained, where_to
from care.report.items import Report, ReportItem
from care.report.merging import merged, photos_of_one
from care.report.trends import of_same_person, reports_of, trends
from care.texts import catalogue, text
from records.alerts import Alert
from records.cases import CaseKind, CaseLevel
from records.conversations import Conversation
from records.findings import FileRole, Finding, FindingKind
from records.masking import shown
from records.vault import LEVEL_NORMAL, LEVEL_SENSITIVE
from settings import get_settings

PATH = "/report"
PRESSING = frozenset({"now", "today"})
DOUBTFUL = frozenset({"handwriting", "no_report", "no_text"})
"""Problems of sheets that a person may well be able to read, or that are none."""


class ReportAnalyst:
    """Photos that are no lesion, and documents."""

    kind = FindingKind.REPORT

    def takes(self, asked: Asked) -> bool:
        return asked.content_type.startswith("image/") or asked.content_type == "application/pdf"

    def look(self, session: Session, asked: Asked, vision: VisionClient) -> Seen | None:
        name = whose.own_name(session, asked.account_id)
        return seen_in(vision.analyse(PATH, asked.file, asked={"name": name} if name else None))

    def conclude(self, session: Session, finding: Finding, data: dict[str, Any]) -> Concluded:
        photos = photos_of_one(session, finding, data)
        account, report = session.get_one(Conversation, finding.conversation_id).account_id, merged(photos)
        report = looked_at_again(report, whose.age_of(session, account, report))
        said = said_around(session, finding.message_id)
        if report.problem is not None and report.empty:
            return _not_read(report, said)
        if dangerous := alarming(report):
            return _alarmed(session, report, dangerous)
        earlier = [one for one in reports_of(session, finding.conversation_id) if one.finding not in _ids(photos)]
        if whose.to_be_asked(report, earlier[-1] if earlier else None):
            reply = asking.whose_question(
                report, family(session, account_id=account), named=report.name_matches is not None
            )
            return Concluded(reply, _case(report, said, first=photos[0].finding), slots=slots(report, waiting=True))
        if report.whose == whose.OTHER:
            return Concluded(Reply(text=text("report.whose.kept_for_nobody")), slots={"finding": None})
        case = _case(report, said, first=photos[0].finding)
        if report.questions:
            reply = asking.too_many(report) or asking.question(session, report)
            return Concluded(reply, case, slots=slots(report, doctor_looks=case is not None, waiting=True))
        return _explained(report, earlier, case)


def _alarmed(session: Session, report: Report, dangerous: Sequence[ReportItem]) -> Concluded:
    """The emergency way. Another photo of the same sheet says it again, but calls nobody a second time."""
    screening, settings = screening_of(dangerous), get_settings()
    known = select(Finding.id).join(Alert, Alert.message_id == Finding.message_id)
    called = set(session.scalars(known.where(Finding.id.in_({item.key.finding for item in dangerous}))))
    new = any(item.key.finding not in called for item in dangerous)
    reply = emergency_reply(screening, entrance=settings.emergency_entrance, phone=settings.emergency_phone)
    told = slots(report, doctor_looks=True, soon="now")
    return Concluded(reply, slots=told, person=True, alarm=screening if new else None)


def seen_in(answer: Answer) -> Seen:
    """The engine's answer as it is kept: all of it at level 5 where one of its items is."""
    pages = {name: part for name, part in answer.files.items() if name.startswith(FileRole.PAGE)}
    level = LEVEL_SENSITIVE if int(answer.findings.get("sensitivity") or 3) >= LEVEL_SENSITIVE else LEVEL_NORMAL
    return Seen(
        version=str(answer.findings.get("version", "")),
        data=answer.findings,
        files=pages,
        level=level,
        read=bool(answer.findings.get("items") or answer.findings.get("narrative")),
    )


def _ids(photos: list[Report]) -> set[str]:
    return {one.finding for one in photos}


def _explained(report: Report, earlier: list[Report], case: NewCase | None) -> Concluded:
    history = of_same_person(earlier, report)
    outside = {item.code for item in report.outside}
    changes = [one for one in trends([*history, report]) if one.code in outside]
    reply = explained(report, changes=changes, compared=_compared(history, report), doctor_looks=case is not None)
    return Concluded(reply, case, slots=slots(report, doctor_looks=case is not None))


def _compared(history: list[Report], report: Report) -> list[str]:
    if not report.narrative:
        return []
    before = next((one for one in reversed(history) if one.narrative and one.kind == report.kind), None)
    if before is None or before.narrative is None:
        return []
    return compared(before.narrative, report.narrative, day=before.day or "")


def _case(report: Report, said: tuple[str, ...], *, first: str) -> NewCase | None:
    """The case that a report calls for; of what is all normal, a share is drawn. ``first``: the finding of its first
    photo, so that a report in three photos is drawn or not as one."""
    reasons = [
        name
        for name, holds in (
            ("critical_unconfirmed", any(may_be_critical(item) for item in report.items)),
            ("sensitive", report.sealed),
            ("out_of_range", bool(report.outside)),
            ("ask_back", bool(report.questions)),
            ("unreadable", any(item.unreadable for item in report.items)),
            ("narrative", bool(report.narrative)),
            ("other_person", report.name_matches is False and report.whose is None),
        )
        if holds
    ]
    sampled = not reasons
    if sampled and not is_drawn(first, get_settings().second_look_share):
        return None
    department, soon = where_to(report)
    urgent = "critical_unconfirmed" in reasons or (soon in PRESSING and bool(report.outside))
    level = CaseLevel.URGENT if urgent else CaseLevel.SECOND_LOOK if sampled else CaseLevel.ROUTINE
    return NewCase(
        kind=CaseKind.REPORT,
        level=level,
        department=department,
        complaint=shown("；".join(said)),
        reasons=tuple(reasons) or ("second_look",),
        sampled=sampled,
    )


def slots(
    report: Report, *, doctor_looks: bool = False, waiting: bool = False, soon: str | None = None
) -> dict[str, Any]:
    """What the assistant is told: where and how soon, and whether the patient was asked something; no value."""
    department, usual = where_to(report)
    found = {
        "kind": str(FindingKind.REPORT),
        "id": report.finding,
        "department": department,
        "soon": soon or usual,
        "doctor_looks": doctor_looks,
        "waiting": waiting,
    }
    return {"finding": found}


def _not_read(report: Report, said: tuple[str, ...]) -> Concluded:
    key = f"report.again.{report.problem}"
    known = text(key if key in catalogue() else "report.again.other")
    again = QuickReply(title=text("report.button.again"), payload="/send_report")
    if report.problem not in DOUBTFUL:
        return Concluded(Reply(text=known, quick_replies=(again,)))
    case = NewCase(
        kind=CaseKind.REPORT,
        level=CaseLevel.ROUTINE,
        department=DEPARTMENT,
        complaint=shown("；".join(said)),
        reasons=("not_read",),
    )
    return Concluded(Reply(text=f"{known}\n{text('report.again_help')}", quick_replies=(again,)), case)
