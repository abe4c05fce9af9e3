"""The queue of cases: who needs a decision, in what order, and how many."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, status
from pydantic import AwareDatetime, BaseModel, Field

from care.cases.people import Who, who_are
from care.cases.queue import PAGE, Counts, CursorUnusable, Filter, counted, listed
from care.emergency.in_force import catalogue
from clinic.case_access import asked_kinds, kinds_of
from clinic.parameters import NO_NUL
from clinic.permissions import Permission, allowed, visible_departments
from clinic.seat import AtSeat
from clinic.viewing import audit_list
from records.audit import Action
from records.cases import Case, CaseKind, CaseLevel, CaseState
from records.database import read_scope, session_scope, utc_now
from records.masking import shown
from records.patients import Sex
from settings import get_settings

READ = [Depends(allowed(Permission.READ_CASES))]

routes = APIRouter()


class WhoShown(BaseModel):
    """Whom it is about, masked; empty while nobody is registered."""

    name: str
    sex: Sex | None
    age_years: int | None
    number: str


class CaseRow(BaseModel):
    """One case as the queue shows it. ``reasons`` are the names of red flags, or words that the page has names for."""

    id: str
    kind: CaseKind
    level: CaseLevel
    state: CaseState
    conversation_id: str
    department: str
    complaint: str
    reasons: list[str]
    sampled: bool
    opened_at: AwareDatetime
    due_at: AwareDatetime
    claimed_by: str | None
    closed_at: AwareDatetime | None
    outcome: str | None
    who: WhoShown


class CasePage(BaseModel):
    """``next`` is what to ask for as ``after`` for the next page, null at the end."""

    rows: list[CaseRow]
    next: str | None


class CaseCounts(BaseModel):
    """Cases that are not closed. ``overdue``: nobody has taken them in time; ``mine``: one's own."""

    kinds: dict[str, int]
    levels: dict[str, int]
    unclaimed: int
    overdue: int
    mine: int


class CaseQuery(BaseModel):
    """What of the queue is asked for; nothing means everything that is not closed."""

    state: list[CaseState] = []
    kind: list[CaseKind] = []
    level: list[CaseLevel] = []
    department: str = Field(default="", max_length=32, pattern=NO_NUL)
    mine: bool = False
    after: str = Field(default="", max_length=160, pattern=NO_NUL)
    limit: int = Field(default=PAGE, ge=1, le=100)


@routes.get("/cases", dependencies=READ)
def get_cases(seat: AtSeat, asked: Annotated[CaseQuery, Query()]) -> CasePage:
    """A page of the queue: open and claimed cases by urgency and waiting time, or closed ones, the latest first. 400
    for a cursor that is none."""
    flag_names()
    kinds = asked_kinds(seat, asked.kind)
    if not kinds:
        return CasePage(rows=[], next=None)
    with session_scope() as session:
        wanted = Filter(
            states=tuple(asked.state) or (CaseState.OPEN, CaseState.CLAIMED),
            kinds=kinds,
            levels=tuple(asked.level),
            department=asked.department,
            mine=seat.username if asked.mine else "",
            departments=visible_departments(session, seat),
        )
        try:
            page = listed(session, wanted, after=asked.after, limit=asked.limit)
        except CursorUnusable:
            raise HTTPException(status.HTTP_400_BAD_REQUEST, "列表位置已失效，请刷新") from None
        accounts = {account for _, account in page.rows}
        who = who_are(session, accounts, today=utc_now().astimezone(get_settings().zone).date())
        shown_rows = {f"{case.id}@{case.state}{case.level}": account for case, account in page.rows}
        audit_list(session, seat, action=Action.LIST_CASES, subject="cases:queue", rows=shown_rows)
        return CasePage(rows=[row_of(case, who.get(account, Who())) for case, account in page.rows], next=page.next)


@routes.get("/cases/counts", dependencies=READ)
def get_counts(seat: AtSeat) -> CaseCounts:
    """How many cases wait, by kind and level; says nothing of anybody."""
    with read_scope() as session:
        counts: Counts = counted(
            session,
            departments=visible_departments(session, seat),
            kinds=sorted(kinds_of(seat)),
            by=seat.username,
            now=utc_now(),
        )
    return CaseCounts(
        kinds=counts.kinds,
        levels=counts.levels,
        unclaimed=counts.unclaimed,
        overdue=counts.overdue,
        mine=counts.mine,
    )


def flag_names() -> dict[str, str]:
    """The red flags' names by id; the first time takes a while: before a transaction, not in it."""
    return {flag.id: flag.name for flag in catalogue().flags}


def row_of(case: Case, who: Who) -> CaseRow:
    """A case as the page gets it."""
    return CaseRow(
        id=case.id,
        kind=CaseKind(case.kind),
        level=CaseLevel(case.level),
        state=CaseState(case.state),
        conversation_id=case.conversation_id,
        department=case.department,
        complaint=shown(case.complaint),
        reasons=[flag_names().get(reason, reason) for reason in case.reasons],
        sampled=case.sampled,
        opened_at=case.opened_at,
        due_at=case.due_at,
        claimed_by=case.claimed_by,
        closed_at=case.closed_at,
        outcome=case.outcome,
        who=WhoShown(name=who.name, sex=who.sex, age_years=who.age_years, number=who.number),
    )
