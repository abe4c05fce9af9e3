"""Changing a red flag: one clinician proposes, another approves or refuses."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, status
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from care.emergency import proposals
from care.emergency.differences import Less, Weaker
from care.emergency.flags import RedFlagsInvalid
from care.published import EditedMeanwhile, NamesDose, NamesSomebody
from clinic.parameters import NO_NUL, Id
from clinic.permissions import Permission, allowed
from clinic.safety import UNKNOWN, FlagId
from clinic.seat import AtSeat, Seat
from clinic.versions import EDITED_MEANWHILE, NAMES_SOMEBODY, LineRow, Why, lines_of
from records.audit import Action, Outcome, audit_alone
from records.database import read_scope, session_scope
from records.published import ProposalState, SafetyProposal

READ = [Depends(allowed(Permission.READ_SAFETY))]
PROPOSE = [Depends(allowed(Permission.PROPOSE_SAFETY))]
APPROVE = [Depends(allowed(Permission.APPROVE_SAFETY))]
MOST = 100

SAID = {
    Less.SITUATION: "去掉或改动了一种情形：{what}。只符合这一种的患者可能不再报警",
    Less.EXCLUSION: "新增排除：消息里提到“{what}”就不再报警",
    Less.CHRONIC: "说成长期的、时有时无的症状不再报警",
    Less.ALWAYS: "说成过去的、只是想到的不再报警",
    Less.URGENCY: "紧急程度降低：从拨打 120 改为去急诊",
    Less.ADVICE: "告诉患者的话里不再提到 120",
    Less.EXAMPLE: "原来的例句不再触发这条红旗：{what}",
    Less.EXAMPLE_DROPPED: "删去了原来的例句：{what}",
}

routes = APIRouter()

FlagText = Annotated[str, StringConstraints(min_length=1, max_length=proposals.MOST_CHARS, pattern=NO_NUL)]


class FlagDraft(BaseModel):
    text: FlagText


class NewProposal(BaseModel):
    """``base`` is the version of the flag that was changed."""

    text: FlagText
    note: Why
    base: int = Field(ge=0, le=1_000_000)


class Decision(BaseModel):
    """Why, in a sentence."""

    reason: Why


class FlagChecked(BaseModel):
    """Why a change cannot be used (empty when it can); in what it would alarm less, in plain words; every line."""

    problem: str
    weaker: list[str]
    lines: list[LineRow]


class ProposalRow(BaseModel):
    """One proposal; ``own`` ones are for somebody else to decide."""

    id: str
    flag_id: str
    note: str
    by: str
    at: AwareDatetime
    state: ProposalState
    decided_by: str | None
    decided_at: AwareDatetime | None
    decision: str
    own: bool


class ProposalPage(ProposalRow):
    """One proposal as who decides sees it; while it waits, checked against what is in force at this moment."""

    text: str
    checked: FlagChecked | None


@routes.get("/red-flag-proposals", dependencies=READ)
def get_proposals(seat: AtSeat) -> list[ProposalRow]:
    """Those that wait first, then the latest; at most 100."""
    waits = SafetyProposal.state != ProposalState.PROPOSED
    with read_scope() as session:
        rows = session.scalars(select(SafetyProposal).order_by(waits, SafetyProposal.at.desc()).limit(MOST))
        return [_row(row, seat) for row in rows]


@routes.get("/red-flag-proposals/{proposal_id}", dependencies=READ)
def get_proposal(proposal_id: Id, seat: AtSeat) -> ProposalPage:
    """404 for an unknown one."""
    with read_scope() as session:
        row = session.get(SafetyProposal, proposal_id)
        if row is None:
            raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这个修改建议")
        waits = row.state == ProposalState.PROPOSED
        checked = _checked(session, row.flag_id, row.text) if waits else None
        return ProposalPage(**_row(row, seat).model_dump(), text=row.text, checked=checked)


@routes.post("/red-flags/{flag_id}/check", dependencies=PROPOSE)
def post_check(flag_id: FlagId, draft: FlagDraft) -> FlagChecked:
    """What a change would mean; nothing is kept. 404 for an unknown flag."""
    with read_scope() as session:
        return _checked(session, flag_id, draft.text)


@routes.post("/red-flags/{flag_id}/proposals", status_code=status.HTTP_201_CREATED, dependencies=PROPOSE)
def post_proposal(flag_id: FlagId, new: NewProposal, seat: AtSeat) -> ProposalRow:
    """Propose a change. 400 for one that cannot be used, and why; 404 for an unknown flag; 409 when another waits or
    the flag has changed meanwhile."""
    with refusing(), session_scope() as session:
        row = proposals.propose(session, actor=seat.actor, flag_id=flag_id, text=new.text, note=new.note, base=new.base)
        return _row(row, seat)


@routes.post("/red-flag-proposals/{proposal_id}/approve", status_code=204, dependencies=APPROVE)
def post_approve(proposal_id: Id, decision: Decision, seat: AtSeat) -> None:
    """Put a colleague's change in force; within a second every message is screened by it. 403 for one's own."""
    with refusing(), _not_ones_own(seat, Action.APPROVE_RED_FLAG, proposal_id), session_scope() as session:
        proposals.approve(session, actor=seat.actor, proposal_id=proposal_id, decision=decision.reason)


@routes.post("/red-flag-proposals/{proposal_id}/refuse", status_code=204, dependencies=APPROVE)
def post_refuse(proposal_id: Id, decision: Decision, seat: AtSeat) -> None:
    """Leave the flag as it is, and say why. 403 for one's own: that is withdrawn."""
    with refusing(), _not_ones_own(seat, Action.REFUSE_RED_FLAG, proposal_id), session_scope() as session:
        proposals.refuse(session, actor=seat.actor, proposal_id=proposal_id, decision=decision.reason)


@routes.post("/red-flag-proposals/{proposal_id}/withdraw", status_code=204, dependencies=PROPOSE)
def post_withdraw(proposal_id: Id, seat: AtSeat) -> None:
    """Take one's own proposal back. 403 for a colleague's."""
    with refusing(), session_scope() as session:
        proposals.withdraw(session, actor=seat.actor, proposal_id=proposal_id)


REFUSALS: dict[type[Exception], tuple[int, str]] = {
    proposals.UnknownFlag: (404, UNKNOWN),
    proposals.ProposalNotFound: (404, "没有这个修改建议"),
    proposals.ProposalDecided: (409, "这个修改建议已经有结果了"),
    proposals.OneIsWaiting: (409, "这条红旗已有一个修改在等审核，请先处理它"),
    proposals.FlagChangedMeanwhile: (409, EDITED_MEANWHILE),
    EditedMeanwhile: (409, EDITED_MEANWHILE),
    proposals.OwnProposal: (403, "自己提出的修改要由另一位医生审核"),
    proposals.NotOwnProposal: (403, "只有提出的人可以撤回"),
}


@contextmanager
def refusing() -> Iterator[None]:
    """Answers of the API for what the service refuses."""
    try:
        yield
    except tuple(REFUSALS) as refused:
        code, why = REFUSALS[type(refused)]
        raise HTTPException(code, why) from None
    except UNUSABLE as wrong:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, _why(wrong)) from None


@contextmanager
def _not_ones_own(seat: Seat, action: Action, proposal_id: str) -> Iterator[None]:
    try:
        yield
    except proposals.OwnProposal:
        audit_alone(
            actor=seat.actor,
            action=action,
            patient=None,
            subject=f"proposal:{proposal_id}",
            outcome=Outcome.REFUSED,
            details={"cause": "own_proposal"},
        )
        raise


UNUSABLE = (
    RedFlagsInvalid,
    NamesSomebody,
    NamesDose,
    proposals.NothingChanged,
    proposals.ExamplesMissing,
    proposals.ExampleSilent,
)


def _why(wrong: Exception) -> str:
    match wrong:
        case RedFlagsInvalid():
            return f"不能用：{wrong}"
        case NamesDose():
            return f"告诉患者的话里不能写药的用量（{wrong}）"
        case proposals.ExampleSilent():
            return f"例句不会触发这条红旗：{wrong}"
        case proposals.ExamplesMissing():
            return "请用 examples 写至少一句患者会说的话，它必须触发这条红旗"
        case proposals.NothingChanged():
            return "和现在的一样，没有改动"
        case _:
            return NAMES_SOMEBODY


def _checked(session: Session, flag_id: str, text: str) -> FlagChecked:
    problem, weaker = "", list[Weaker]()
    with refusing():
        stands = proposals.in_force(session, flag_id)
    try:
        weaker = proposals.check(session, flag_id, text).weaker
    except UNUSABLE as wrong:
        problem = _why(wrong)
    return FlagChecked(
        problem=problem,
        weaker=[SAID[one.how].format(what=one.what) for one in weaker],
        lines=lines_of(stands.text, text),
    )


def _row(row: SafetyProposal, seat: Seat) -> ProposalRow:
    return ProposalRow(
        id=row.id,
        flag_id=row.flag_id,
        note=row.note,
        by=row.by,
        at=row.at,
        state=row.state,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        decision=row.decision,
        own=row.by == seat.actor.id,
    )
