"""What the patient is asked about a report, and their answers: kept in the findings, and as labels for training."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.analysis import FINDINGS_KIND, file_of, read_findings, revise_findings
from care.booking import FamilyMember
from care.booking.patients import SELF
from care.buttons import choice
from care.replies import AskBackCard, QuickReply, Reply
from care.report.critical import may_be_critical
from care.report.items import ItemKey, Report, ReportItem
from care.report.whose import OTHER
from care.texts import text
from records.cases import Case, CaseLabel
from records.findings import FileRole, Finding
from records.media import Media
from records.media_store import store_bytes
from records.vault import get_vault

READING, WHOSE = "reading", "whose"
"""Kinds of the buttons' choices."""
NOTHING = ""
"""The answer of a patient who cannot read it either."""
NOT_IT = "not_it"
"""The answer that it is not what was offered: the number is then typed."""
MOST_QUESTIONS = 6
PATIENT = "patient"


def question(session: Session, report: Report) -> Reply:
    """The next question about a value, with the place on the sheet where a picture of it is there."""
    item, waiting = next_of(report), len(report.questions)
    lines = [_asked(item)]
    if may_be_critical(item):
        lines.append(text("report.ask_back.urgent"))
    if waiting > 1:
        lines.append(text("report.ask_back.left", left=waiting))
    chips = [*_offered(item), _chip(item, text("report.ask_back.cannot"), NOTHING)]
    again = QuickReply(title=text("report.ask_back.again"), payload="/send_report")
    return Reply(text="\n".join(lines), card=_picture(session, item), quick_replies=(*chips, again))


def next_of(report: Report) -> ReportItem:
    """What is asked first: what may be dangerous."""
    return min(report.questions, key=lambda item: not may_be_critical(item))


def too_many(report: Report) -> Reply | None:
    """The wish for a better photo where more is unclear than a patient can be asked; None otherwise."""
    waiting = len(report.questions)
    if waiting <= MOST_QUESTIONS and 2 * waiting <= max(len(report.items), 4):
        return None
    again = QuickReply(title=text("report.button.again"), payload="/send_report")
    return Reply(text=text("report.ask_back.too_many", count=waiting), quick_replies=(again,))


def whose_question(report: Report, members: list[FamilyMember], *, named: bool) -> Reply:
    """Whose report it is; ``named``: whether the profile has a name that the sheet's was compared with."""
    key = "report.whose.question" if named else "report.whose.question_unnamed"
    chips = [_whose(text("report.whose.own"), SELF, report)]
    for member in members:
        if member.kinship != SELF:
            title = text("report.whose.member", kinship=member.kinship, name=member.patient.name_shown)
            chips.append(_whose(title, member.patient.id, report))
    chips.append(_whose(text("report.whose.other"), OTHER, report))
    return Reply(text=text(key, name=report.patient_name), quick_replies=tuple(chips))


def _whose(title: str, who: str, report: Report) -> QuickReply:
    return QuickReply(title=title, payload=choice(WHOSE, f"{report.finding}:{who}", intent="answer_triage"))


def _asked(item: ReportItem) -> str:
    match item.candidates:
        case [first, second, *_]:
            return text("report.ask_back.two", name=item.name, first=first, second=second)
        case [only]:
            return text("report.ask_back.one", name=item.name, first=only)
    if item.value is not None:
        return text("report.ask_back.one", name=item.name, first=item.value_text)
    return text("report.ask_back.open", name=item.name)


def _offered(item: ReportItem) -> list[QuickReply]:
    readings = item.candidates or ((item.value_text,) if item.value is not None else ())
    if len(readings) == 1:
        yes = _chip(item, text("report.ask_back.yes_it_is", value=readings[0]), readings[0])
        return [yes, _chip(item, text("report.ask_back.no_it_is_not"), NOT_IT)]
    return [_chip(item, one, one) for one in readings]


def _chip(item: ReportItem, title: str, answer: str) -> QuickReply:
    return QuickReply(title=title, payload=choice(READING, f"{item.key}:{answer}", intent="answer_triage"))


def _picture(session: Session, item: ReportItem) -> AskBackCard | None:
    if item.box is None:
        return None
    role = f"{FileRole.PAGE}_{item.box.page}" if item.box.page else FileRole.PAGE
    page = file_of(session, item.key.finding, role)
    if page is None:
        return None
    box = (item.box.left, item.box.top, item.box.right, item.box.bottom)
    return AskBackCard(title=text("report.ask_back.title"), picture=f"/api/chat/media/{page}", box=box)


def answer(session: Session, conversation_id: str, key: ItemKey, said: str) -> Finding | None:
    """Keep what the patient reads on the sheet, as part of the findings and as a label; None where these are no
    findings of this conversation. A second answer takes the first one's place."""
    finding = session.get(Finding, key.finding, with_for_update=True)
    if finding is None or finding.conversation_id != conversation_id:
        return None
    data = read_findings(session, finding)
    rows = data.get("items") or []
    if not 0 <= key.place < len(rows):
        return None
    row = rows[key.place]
    if said == NOT_IT:
        row["ask_back"] = {**(row.get("ask_back") or {"reason": "refused"}), "candidates": [], "refused": True}
        row["value"] = None
        revise_findings(session, get_vault(), finding, data)
        return finding
    _keep_label(session, finding, row, said)
    row["confirmed"] = said
    revise_findings(session, get_vault(), finding, data)
    return finding


def file_for(session: Session, conversation_id: str, finding_id: str, who: str) -> Finding | None:
    """Note whose report it is: "本人", the id of a patient, or ``OTHER``."""
    finding = session.get(Finding, finding_id, with_for_update=True)
    if finding is None or finding.conversation_id != conversation_id:
        return None
    data = read_findings(session, finding)
    revise_findings(session, get_vault(), finding, {**data, "whose": who})
    return finding


def _keep_label(session: Session, finding: Finding, row: Mapping[str, Any], said: str) -> None:
    case = session.scalars(select(Case).where(Case.finding_id == finding.id)).first()
    if case is None:
        return
    label = {
        "item": row.get("code") or row.get("name"),
        "read": row.get("value_text"),
        "asked": row.get("ask_back"),
        "answer": said,
    }
    sealed = store_bytes(
        session,
        get_vault(),
        conversation_id=finding.conversation_id,
        kind=FINDINGS_KIND,
        content_type="application/json",
        content=json.dumps(label, ensure_ascii=False).encode(),
        level=session.get_one(Media, finding.media_id).sensitivity,
    )
    agrees = said == row.get("value_text")
    session.add(CaseLabel(case_id=case.id, finding_id=finding.id, agrees=agrees, media_id=sealed.id, by=PATIENT))
