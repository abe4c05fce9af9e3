"""Changing a red flag: one clinician proposes, another approves or refuses."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import APIRouter, HTTPException, status
from pydantic import BaseModel
from sqlalchemy.orm import Session

from care.emergency.differences import Less, Weaker
from care.emergency.flags import RedFlagsInvalid
from care.emergency.proposals import PROPOSALS, ExampleSilent, ExamplesMissing
from care.published import NamesDose, NamesSomebody, NothingChanged
from clinic import proposing
from clinic.parameters import Id
from clinic.proposing import PROPOSE, READ, Draft, NewProposal, ProposalRow
from clinic.safety import UNKNOWN, FlagId
from clinic.seat import AtSeat
from clinic.versions import NAMES_SOMEBODY, LineRow, lines_of
from records.database import read_scope, session_scope
from records.published import ProposalState

WAITING = "这条红旗已有一个修改在等审核，请先处理它"

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


class FlagChecked(BaseModel):
    """Why a change cannot be used (empty when it can); in what it would alarm less, in plain words; every line."""

    problem: str
    weaker: list[str]
    lines: list[LineRow]


class ProposalPage(ProposalRow):
    """One proposal as who decides sees it; while it waits, checked against what is in force at this moment."""

    text: str
    checked: FlagChecked | None


@routes.get("/red-flag-proposals/{proposal_id}", dependencies=READ)
def get_proposal(proposal_id: Id, seat: AtSeat) -> ProposalPage:
    """404 for an unknown one."""
    with read_scope() as session:
        row = proposing.proposal_of(session, PROPOSALS, proposal_id)
        waits = row.state == ProposalState.PROPOSED
        checked = _checked(session, row.name, row.text) if waits else None
        return ProposalPage(**proposing.row_of(row, seat).model_dump(), text=row.text, checked=checked)


@routes.post("/red-flags/{flag_id}/check", dependencies=PROPOSE)
def post_check(flag_id: FlagId, draft: Draft) -> FlagChecked:
    """What a change would mean; nothing is kept. 404 for an unknown flag."""
    with read_scope() as session:
        return _checked(session, flag_id, draft.text)


@routes.post("/red-flags/{flag_id}/proposals", status_code=status.HTTP_201_CREATED, dependencies=PROPOSE)
def post_proposal(flag_id: FlagId, new: NewProposal, seat: AtSeat) -> ProposalRow:
    """Propose a change. 400 for one that cannot be used, and why; 404 for an unknown flag; 409 when another waits or
    the flag has changed meanwhile."""
    with refusing(), session_scope() as session:
        row = PROPOSALS.propose(session, actor=seat.actor, name=flag_id, text=new.text, note=new.note, base=new.base)
        return proposing.row_of(row, seat)


@contextmanager
def refusing() -> Iterator[None]:
    """Answers of the API for what the service refuses."""
    try:
        with proposing.refusing(unknown=UNKNOWN, waiting=WAITING):
            yield
    except UNUSABLE as wrong:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, _why(wrong)) from None


UNUSABLE = (RedFlagsInvalid, NamesSomebody, NamesDose, NothingChanged, ExamplesMissing, ExampleSilent)


def _why(wrong: Exception) -> str:
    match wrong:
        case RedFlagsInvalid():
            return f"不能用：{wrong}"
        case NamesDose():
            return f"告诉患者的话里不能写药的用量（{wrong}）"
        case ExampleSilent():
            return f"例句不会触发这条红旗：{wrong}"
        case ExamplesMissing():
            return "请用 examples 写至少一句患者会说的话，它必须触发这条红旗"
        case NothingChanged():
            return proposing.UNCHANGED
        case _:
            return NAMES_SOMEBODY


def _checked(session: Session, flag_id: str, text: str) -> FlagChecked:
    problem, weaker = "", list[Weaker]()
    with refusing():
        stands = PROPOSALS.in_force(session, flag_id)
    try:
        weaker = PROPOSALS.check(session, flag_id, text).weaker
    except UNUSABLE as wrong:
        problem = _why(wrong)
    return FlagChecked(
        problem=problem,
        weaker=[SAID[one.how].format(what=one.what) for one in weaker],
        lines=lines_of(stands.text, text),
    )


routes.include_router(proposing.deciding("/red-flag-proposals", PROPOSALS, refusing))
