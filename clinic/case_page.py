"""One case on one page: who, what was said, what the machine found, what was decided before, what was done."""

from typing import Any

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from care.analysis import read_findings
from care.cases import history
from care.cases.beside import earlier_cases, earlier_findings, said_before
from care.cases.grading import labels_of
from care.cases.people import Who, who_are
from care.report.filing import filing_of
from clinic.case_access import case_for, is_hidden
from clinic.cases import CaseRow, flag_names, row_of
from clinic.conversations import waits_for_consent
from clinic.parameters import Id
from clinic.permissions import Permission, allowed
from clinic.seat import AtSeat, Seat
from clinic.viewing import audit_case
from records.cases import Case
from records.conversations import Conversation
from records.database import session_scope, utc_now
from records.filings import FilingState
from records.findings import Finding, FindingFile
from records.masking import shown
from records.media import Media
from records.media_store import MediaNotFound
from records.vault import VaultEntryShredded, get_vault
from settings import get_settings

READ = [Depends(allowed(Permission.READ_CASES))]

routes = APIRouter()


class Said(BaseModel):
    """One message of the patient, masked; ``about`` marks the one that the case is about."""

    seq: int
    text: str
    media_id: str | None
    media_type: str | None
    created_at: AwareDatetime
    about: bool


class FileShown(BaseModel):
    """A picture or clip that shows what was found."""

    media_id: str
    media_type: str


class FindingShown(BaseModel):
    """What an engine found. ``data`` is its JSON as the engine gives it, empty with ``special`` (level 5: only after a
    step-up) or ``gone`` (erased, damaged); ``files`` by role; ``source`` is the patient's own file."""

    id: str
    kind: str
    version: str
    created_at: AwareDatetime
    special: bool
    gone: bool
    data: dict[str, Any]
    files: dict[str, FileShown]
    source: FileShown | None


class LabelShown(BaseModel):
    """What a clinician made of it."""

    agrees: bool
    content: dict[str, Any]
    by: str
    at: AwareDatetime


class Step(BaseModel):
    """One line of the case's history."""

    step: str
    by: str
    details: dict[str, Any]
    at: AwareDatetime


class FilingShown(BaseModel):
    """How far a confirmed report has come into the hospital's own records; ``problem`` is a ``FilingProblem``."""

    state: FilingState
    problem: str
    at: AwareDatetime


class EarlierCase(BaseModel):
    id: str
    kind: str
    level: str
    state: str
    outcome: str | None
    opened_at: AwareDatetime


class CaseShown(BaseModel):
    """Everything on the page of one case. ``earlier`` are findings of the same kind about the same patient;
    ``filing`` is None until a report's case is closed with a clinician's word on it."""

    case: CaseRow
    holder: str
    seat: str | None
    said: list[Said]
    finding: FindingShown | None
    labels: list[LabelShown]
    filing: FilingShown | None
    earlier: list[FindingShown]
    cases: list[EarlierCase]
    history: list[Step]


@routes.get("/cases/{case_id}", dependencies=READ)
def get_case(case_id: Id, seat: AtSeat) -> CaseShown:
    """The page of one case, a view that is audited. 404 for an unknown one, 403 for one of another department."""
    flag_names()
    with session_scope() as session:
        case, account = case_for(session, seat, case_id)
        conversation = session.get_one(Conversation, case.conversation_id)
        today = utc_now().astimezone(get_settings().zone).date()
        who = who_are(session, [account], today=today).get(account, Who())
        finding = session.get(Finding, case.finding_id) if case.finding_id else None
        shown_finding = _finding(session, seat, finding, account) if finding else None
        earlier = [_finding(session, seat, one, account) for one in earlier_findings(session, case)]
        steps = history(session, case.id)
        audit_case(session, seat, patient=account, case_id=case.id, version=f"{case.state}:{len(steps)}")
        return CaseShown(
            case=row_of(case, who),
            holder=conversation.holder,
            seat=conversation.seat,
            said=_said(session, case, conversation),
            finding=shown_finding,
            labels=[] if shown_finding and shown_finding.special else _labels(session, case.id),
            filing=_filing(session, case),
            earlier=earlier,
            cases=[
                EarlierCase(
                    id=one.id,
                    kind=one.kind,
                    level=one.level,
                    state=one.state,
                    outcome=one.outcome,
                    opened_at=one.opened_at,
                )
                for one in earlier_cases(session, case)
            ],
            history=[Step(step=one.step, by=one.by, details=one.details, at=one.at) for one in steps],
        )


def _said(session: Session, case: Case, conversation: Conversation) -> list[Said]:
    rows = said_before(session, case)
    types = _types(session, [row.media_id for row in rows if row.media_id])
    return [
        Said(
            seq=row.seq,
            text="" if waits_for_consent(conversation, row.state) else shown(row.text),
            media_id=row.media_id,
            media_type=types.get(row.media_id or ""),
            created_at=row.created_at,
            about=row.id == case.message_id,
        )
        for row in rows
    ]


def _types(session: Session, media_ids: list[str]) -> dict[str, str]:
    rows = session.execute(select(Media.id, Media.content_type).where(Media.id.in_(media_ids)))
    return {row.id: row.content_type for row in rows}


def _finding(session: Session, seat: Seat, finding: Finding, account: str) -> FindingShown:
    hidden = is_hidden(session, seat, finding, account)
    data: dict[str, Any] = {}
    gone = False
    if not hidden:
        try:
            data = read_findings(session, finding)
        except (MediaNotFound, VaultEntryShredded):
            gone = True
    files = session.execute(
        select(FindingFile.role, Media.id, Media.content_type)
        .join(Media, Media.id == FindingFile.media_id)
        .where(FindingFile.finding_id == finding.id)
    )
    source = session.get(Media, finding.source_media_id) if finding.source_media_id else None
    return FindingShown(
        id=finding.id,
        kind=finding.kind,
        version=finding.version,
        created_at=finding.created_at,
        special=hidden,
        gone=gone,
        data=data,
        files={role: FileShown(media_id=media_id, media_type=kind) for role, media_id, kind in files},
        source=FileShown(media_id=source.id, media_type=source.content_type) if source else None,
    )


def _filing(session: Session, case: Case) -> FilingShown | None:
    filing = filing_of(session, case)
    if filing is None:
        return None
    at = filing.filed_at if filing.state == FilingState.FILED and filing.filed_at else filing.asked_at
    return FilingShown(state=FilingState(filing.state), problem=filing.problem, at=at)


def _labels(session: Session, case_id: str) -> list[LabelShown]:
    try:
        graded = labels_of(session, get_vault(), case_id)
    except (MediaNotFound, VaultEntryShredded):
        return []
    return [LabelShown(agrees=one.agrees, content=one.content, by=one.by, at=one.at) for one in graded]
