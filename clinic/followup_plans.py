"""Plans of follow-ups: read by who answers for them; changed, or added, by two clinicians."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, status
from pydantic import BaseModel
from sqlalchemy.orm import Session

from care.followup.in_force import known, plans
from care.followup.plans import Plan, file_texts
from care.followup.proposals import PROPOSALS
from care.published import (
    NamesDose,
    NamesSomebody,
    NothingChanged,
    UnknownDocument,
    Version,
    history,
    newest,
    with_file,
)
from care.published.reading import TextInvalid
from clinic import proposing
from clinic.parameters import Id
from clinic.proposing import PROPOSE, READ, Draft, NewProposal, ProposalRow
from clinic.seat import AtSeat
from clinic.versions import NAMES_SOMEBODY, LineRow, VersionRow, VersionText, lines_of, row_of
from records.cases import CaseKind
from records.database import read_scope, session_scope
from records.published import DocumentKind, ProposalState

UNKNOWN = "没有这个随访计划"
WAITING = "这个随访计划已有一个修改在等审核，请先处理它"

PlanId = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{2,63}$")]

routes = APIRouter()


class AskedShown(BaseModel):
    """One question: on which days, and its answers with what each means."""

    days: list[int]
    ask: str
    answers: list[tuple[str, str]]


class PlanRow(BaseModel):
    """One plan in force. ``after`` is the event it begins from, ``departments`` and ``kinds`` those it is meant for."""

    id: str
    name: str
    after: str
    departments: list[str]
    kinds: list[CaseKind]
    source: str
    unanswered: str
    ask_at: str
    retired: bool
    version: int
    questions: list[AskedShown]


class PlanPage(BaseModel):
    """One plan as it is written, and its versions, the newest first."""

    id: str
    text: str
    versions: list[VersionRow]


class PlanChecked(BaseModel):
    """Why a change cannot be used (empty when it can); in what it would watch less closely; every line."""

    problem: str
    weaker: list[str]
    lines: list[LineRow]


class PlanProposalPage(ProposalRow):
    """One proposal as who decides sees it; while it waits, checked against what is in force at this moment."""

    text: str
    checked: PlanChecked | None


@routes.get("/follow-up-plans", dependencies=READ)
def get_plans() -> list[PlanRow]:
    """Every plan in force, by its name."""
    found = plans()
    with read_scope() as session:
        changed = newest(session, DocumentKind.FOLLOW_UP_PLAN)
    return [_plan(plan, changed[name].version if name in changed else 0) for name, plan in found.items()]


@routes.get("/follow-up-plans/{plan_id}", dependencies=READ)
def get_plan(plan_id: PlanId) -> PlanPage:
    """404 for an unknown one."""
    with read_scope() as session:
        versions = _versions(session, plan_id)
    return PlanPage(id=plan_id, text=versions[0].text, versions=[row_of(one) for one in versions])


@routes.get("/follow-up-plans/{plan_id}/versions/{version}", dependencies=READ)
def get_version(plan_id: PlanId, version: int) -> VersionText:
    """One version against the one in force. 404 for an unknown one."""
    with read_scope() as session:
        versions = _versions(session, plan_id)
    found = next((one for one in versions if one.version == version), None)
    if found is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, UNKNOWN)
    return VersionText(version=version, text=found.text, lines=lines_of(versions[0].text, found.text))


@routes.post("/follow-up-plans/{plan_id}/check", dependencies=PROPOSE)
def post_check(plan_id: PlanId, draft: Draft) -> PlanChecked:
    """What a change, or a new plan, would mean; nothing is kept."""
    with read_scope() as session:
        return _checked(session, plan_id, draft.text)


@routes.post("/follow-up-plans/{plan_id}/proposals", status_code=status.HTTP_201_CREATED, dependencies=PROPOSE)
def post_proposal(plan_id: PlanId, new: NewProposal, seat: AtSeat) -> ProposalRow:
    """Propose a change, or a new plan (``base`` 0). 400 for one that cannot be used, and why; 409 when another waits
    or the plan has changed meanwhile."""
    with refusing(), session_scope() as session:
        row = PROPOSALS.propose(session, actor=seat.actor, name=plan_id, text=new.text, note=new.note, base=new.base)
        return proposing.row_of(row, seat)


@routes.get("/follow-up-plan-proposals/{proposal_id}", dependencies=READ)
def get_proposal(proposal_id: Id, seat: AtSeat) -> PlanProposalPage:
    """404 for an unknown one."""
    with read_scope() as session:
        row = proposing.proposal_of(session, PROPOSALS, proposal_id)
        checked = _checked(session, row.name, row.text) if row.state == ProposalState.PROPOSED else None
        return PlanProposalPage(**proposing.row_of(row, seat).model_dump(), text=row.text, checked=checked)


UNUSABLE = (TextInvalid, NamesSomebody, NamesDose, NothingChanged)


@contextmanager
def refusing() -> Iterator[None]:
    """Answers of the API for what the service refuses."""
    try:
        with proposing.refusing(unknown=UNKNOWN, waiting=WAITING):
            yield
    except UNUSABLE as wrong:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, _why(wrong)) from None


def _why(wrong: Exception) -> str:
    match wrong:
        case TextInvalid():
            return str(wrong)
        case NamesDose():
            return f"告诉患者的话里不能写药的用量（{wrong}）"
        case NothingChanged():
            return proposing.UNCHANGED
        case _:
            return NAMES_SOMEBODY


def _versions(session: Session, plan_id: str) -> list[Version]:
    try:
        known(session, plan_id)
    except UnknownDocument:
        raise HTTPException(status.HTTP_404_NOT_FOUND, UNKNOWN) from None
    return with_file(history(session, DocumentKind.FOLLOW_UP_PLAN, plan_id), file_texts().get(plan_id))


def _checked(session: Session, plan_id: str, text: str) -> PlanChecked:
    problem, weaker = "", list[str]()
    stands = PROPOSALS.in_force(session, plan_id)
    try:
        weaker = list(PROPOSALS.check(session, plan_id, text).weaker)
    except UNUSABLE as wrong:
        problem = _why(wrong)
    return PlanChecked(problem=problem, weaker=weaker, lines=lines_of(stands.text, text))


def _plan(plan: Plan, version: int) -> PlanRow:
    return PlanRow(
        id=plan.id,
        name=plan.name,
        after=plan.whom.after,
        departments=list(plan.whom.departments),
        kinds=list(plan.whom.kinds),
        source=plan.source,
        unanswered=plan.unanswered,
        ask_at=f"{plan.ask_at:%H:%M}",
        retired=plan.retired,
        version=version,
        questions=[AskedShown(days=list(one.days), ask=one.ask, answers=one.answers) for one in plan.questions],
    )


routes.include_router(proposing.deciding("/follow-up-plan-proposals", PROPOSALS, refusing))
