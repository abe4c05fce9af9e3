"""What the console says of proposals, whichever document they change: one clinician proposes, another decides."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, status
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from care.published import (
    ChangedMeanwhile,
    EditedMeanwhile,
    NothingChanged,
    NotOwnProposal,
    OneIsWaiting,
    OwnProposal,
    ProposalDecided,
    ProposalNotFound,
    Proposals,
    UnknownDocument,
)
from care.published.proposals import MOST_CHARS
from clinic.parameters import NO_NUL, Id
from clinic.permissions import Permission, allowed
from clinic.seat import AtSeat, Seat
from clinic.versions import EDITED_MEANWHILE, Why
from records.audit import Outcome, audit_alone
from records.database import read_scope, session_scope
from records.published import ProposalState, SafetyProposal

READ = [Depends(allowed(Permission.READ_SAFETY))]
PROPOSE = [Depends(allowed(Permission.PROPOSE_SAFETY))]
APPROVE = [Depends(allowed(Permission.APPROVE_SAFETY))]
MOST = 100
NO_PROPOSAL = "没有这个修改建议"
UNCHANGED = "和现在的一样，没有改动"

DocumentText = Annotated[str, StringConstraints(min_length=1, max_length=MOST_CHARS, pattern=NO_NUL)]


class Draft(BaseModel):
    text: DocumentText


class NewProposal(BaseModel):
    """``base`` is the version that was changed."""

    text: DocumentText
    note: Why
    base: int = Field(ge=0, le=1_000_000)


class Decision(BaseModel):
    """Why, in a sentence."""

    reason: Why


class ProposalRow(BaseModel):
    """One proposal for the document ``name``; ``own`` ones are for somebody else to decide."""

    id: str
    name: str
    note: str
    by: str
    at: AwareDatetime
    state: ProposalState
    decided_by: str | None
    decided_at: AwareDatetime | None
    decision: str
    own: bool


REFUSALS: dict[type[Exception], tuple[int, str]] = {
    ProposalNotFound: (404, NO_PROPOSAL),
    ProposalDecided: (409, "这个修改建议已经有结果了"),
    ChangedMeanwhile: (409, EDITED_MEANWHILE),
    EditedMeanwhile: (409, EDITED_MEANWHILE),
    OwnProposal: (403, "自己提出的修改要由另一位医生审核"),
    NotOwnProposal: (403, "只有提出的人可以撤回"),
    NothingChanged: (400, UNCHANGED),
}


@contextmanager
def refusing(*, unknown: str, waiting: str) -> Iterator[None]:
    """Answers of the API for what the mechanism refuses; ``unknown`` and ``waiting`` name the kind of document."""
    said: dict[type[Exception], tuple[int, str]] = {
        **REFUSALS,
        UnknownDocument: (404, unknown),
        OneIsWaiting: (409, waiting),
    }
    try:
        yield
    except tuple(said) as refused:
        code, why = said[type(refused)]
        raise HTTPException(code, why) from None


@contextmanager
def not_ones_own(seat: Seat, proposals: Proposals[Any], state: ProposalState, proposal_id: str) -> Iterator[None]:
    """Whoever tries to decide their own proposal is recorded."""
    try:
        yield
    except OwnProposal:
        audit_alone(
            actor=seat.actor,
            action=proposals.actions[state],
            patient=None,
            subject=f"proposal:{proposal_id}",
            outcome=Outcome.REFUSED,
            details={"cause": "own_proposal"},
        )
        raise


def proposal_rows(session: Session, proposals: Proposals[Any], seat: Seat) -> list[ProposalRow]:
    """Those that wait first, then the latest; at most 100."""
    decided = SafetyProposal.state != ProposalState.PROPOSED
    query = select(SafetyProposal).where(SafetyProposal.kind == proposals.kind)
    rows = session.scalars(query.order_by(decided, SafetyProposal.at.desc()).limit(MOST))
    return [row_of(row, seat) for row in rows]


def proposal_of(session: Session, proposals: Proposals[Any], proposal_id: str) -> SafetyProposal:
    """The proposal; 404 for an unknown one, or one of another kind."""
    row = session.get(SafetyProposal, proposal_id)
    if row is None or row.kind != proposals.kind:
        raise HTTPException(status.HTTP_404_NOT_FOUND, NO_PROPOSAL)
    return row


def row_of(row: SafetyProposal, seat: Seat) -> ProposalRow:
    """A proposal without its text."""
    return ProposalRow(
        id=row.id,
        name=row.name,
        note=row.note,
        by=row.by,
        at=row.at,
        state=row.state,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        decision=row.decision,
        own=row.by == seat.actor.id,
    )


def deciding(path: str, proposals: Proposals[Any], refused: Callable[[], AbstractContextManager[None]]) -> APIRouter:
    """The routes below ``path`` by which proposals of one kind are listed and decided; ``refused`` answers for what
    that kind refuses."""
    routes = APIRouter()

    @routes.get(path, dependencies=READ)
    def get_proposals(seat: AtSeat) -> list[ProposalRow]:
        """Those that wait first, then the latest; at most 100."""
        with read_scope() as session:
            return proposal_rows(session, proposals, seat)

    @routes.post(f"{path}/{{proposal_id}}/approve", status_code=204, dependencies=APPROVE)
    def post_approve(proposal_id: Id, decision: Decision, seat: AtSeat) -> None:
        """Put a colleague's change in force, everywhere within a second. 403 for one's own."""
        own = not_ones_own(seat, proposals, ProposalState.APPROVED, proposal_id)
        with refused(), own, session_scope() as session:
            proposals.approve(session, actor=seat.actor, proposal_id=proposal_id, decision=decision.reason)

    @routes.post(f"{path}/{{proposal_id}}/refuse", status_code=204, dependencies=APPROVE)
    def post_refuse(proposal_id: Id, decision: Decision, seat: AtSeat) -> None:
        """Leave the document as it is, and say why. 403 for one's own: that is withdrawn."""
        own = not_ones_own(seat, proposals, ProposalState.REFUSED, proposal_id)
        with refused(), own, session_scope() as session:
            proposals.refuse(session, actor=seat.actor, proposal_id=proposal_id, decision=decision.reason)

    @routes.post(f"{path}/{{proposal_id}}/withdraw", status_code=204, dependencies=PROPOSE)
    def post_withdraw(proposal_id: Id, seat: AtSeat) -> None:
        """Take one's own proposal back. 403 for a colleague's."""
        with refused(), session_scope() as session:
            proposals.withdraw(session, actor=seat.actor, proposal_id=proposal_id)

    return routes
