"""The queue of cases, a page at a time: most urgent first, then who has waited longest.

Pages follow each other by the place of their last row (keyset), so the hundredth page costs what the first does.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true, tuple_
from sqlalchemy.orm import Session

from records.cases import Case, CaseKind, CaseLevel, CaseState
from records.conversations import Conversation
from records.patients import Account

PAGE = 50
OPEN = (CaseState.OPEN, CaseState.CLAIMED)


class CursorUnusable(ValueError):
    """This is no place in the queue."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for: empty means all. ``departments`` are those that may be seen, None every one; what is no
    department's is everybody's. ``mine`` is a user name."""

    states: Collection[CaseState] = OPEN
    kinds: Collection[CaseKind] = ()
    levels: Collection[CaseLevel] = ()
    department: str = ""
    mine: str = ""
    departments: Collection[str] | None = None

    @property
    def closed(self) -> bool:
        """Whether only closed cases are asked for, which are shown by when they were closed, the latest first."""
        return set(self.states) == {CaseState.CLOSED}

    @property
    def looked_at(self) -> Collection[CaseState]:
        """The states that a case of these can have: one's own are claimed."""
        return (CaseState.CLAIMED,) if self.mine and not self.closed else self.states

    def condition(self) -> ColumnElement[bool]:
        """As a condition on ``Case``, but for its state."""
        wanted: list[ColumnElement[bool]] = []
        if self.kinds:
            wanted.append(Case.kind.in_(list(self.kinds)))
        if self.levels:
            wanted.append(Case.level.in_(list(self.levels)))
        if self.department:
            wanted.append(Case.department == self.department)
        if self.mine:
            wanted.append((Case.closed_by if self.closed else Case.claimed_by) == self.mine)
        wanted.append(seen_by(self.departments))
        return and_(*wanted)


@dataclass(frozen=True, slots=True)
class Listed:
    """One page: cases with their accounts, and the cursor of the next page, None at the end."""

    rows: Sequence[tuple[Case, str]]
    next: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """Cases that are not closed, by kind and level; ``overdue`` have waited longer than promised and nobody has
    them; ``mine`` are one's own."""

    kinds: dict[str, int] = field(default_factory=dict)
    levels: dict[str, int] = field(default_factory=dict)
    unclaimed: int = 0
    overdue: int = 0
    mine: int = 0


def seen_by(departments: Collection[str] | None) -> ColumnElement[bool]:
    """The condition that a case is of these departments or of none."""
    if departments is None:
        return true()
    return or_(Case.department == "", Case.department.in_(list(departments)))


def listed(session: Session, wanted: Filter, *, after: str = "", limit: int = PAGE) -> Listed:
    """A page of the queue; ``after`` is the cursor of the page before. Raises :class:`CursorUnusable`."""
    place = _place(after) if after else None
    # One query a state: each is read in the order of an index, and none is sorted.
    rows = [row for state in wanted.looked_at for row in _of_state(session, wanted, state, place, limit + 1)]
    if wanted.closed:
        rows.sort(key=lambda row: (row[0].closed_at or row[0].opened_at, row[0].id), reverse=True)
    else:
        rows.sort(key=lambda row: (row[0].rank, row[0].opened_at, row[0].id))
    if len(rows) <= limit:
        return Listed(rows, None)
    return Listed(rows[:limit], _cursor(rows[limit - 1][0], closed=wanted.closed))


def _of_state(
    session: Session, wanted: Filter, state: CaseState, place: tuple[int, datetime, str] | None, limit: int
) -> list[tuple[Case, str]]:
    query = (
        select(Case, Conversation.account_id)
        .join(Conversation, Conversation.id == Case.conversation_id)
        .join(Account, Account.id == Conversation.account_id)
        .where(Case.state == state, wanted.condition(), Account.restricted_at.is_(None))
        .limit(limit)
    )
    if wanted.closed:
        query = query.order_by(Case.closed_at.desc(), Case.id.desc())
        if place is not None:
            query = query.where(tuple_(Case.closed_at, Case.id) < tuple_(*place[1:]))
    else:
        query = query.order_by(Case.rank, Case.opened_at, Case.id)
        if place is not None:
            query = query.where(tuple_(Case.rank, Case.opened_at, Case.id) > tuple_(*place))
    return [(found, account) for found, account in session.execute(query)]


def counted(
    session: Session, *, departments: Collection[str] | None, by: str, now: datetime, kinds: Collection[CaseKind] = ()
) -> Counts:
    """What stands beside the queue for ``by`` (a user name)."""
    late = case((and_(Case.claimed_by.is_(None), Case.due_at < now), 1), else_=0)
    query = (
        select(
            Case.kind,
            Case.rank,
            func.count(),
            func.sum(late),
            func.sum(case((Case.claimed_by.is_(None), 1), else_=0)),
            func.sum(case((Case.claimed_by == by, 1), else_=0)),
        )
        .where(
            Case.state.in_((CaseState.OPEN, CaseState.CLAIMED)),
            Filter(kinds=kinds, departments=departments).condition(),
        )
        .group_by(Case.kind, Case.rank)
    )
    by_kind: dict[str, int] = {}
    by_level: dict[str, int] = {}
    overdue = unclaimed = mine = 0
    levels = list(CaseLevel)
    for kind, rank, number, overdue_here, unclaimed_here, mine_here in session.execute(query):
        by_kind[kind] = by_kind.get(kind, 0) + number
        level = str(levels[rank])
        by_level[level] = by_level.get(level, 0) + number
        overdue, unclaimed, mine = overdue + overdue_here, unclaimed + unclaimed_here, mine + mine_here
    return Counts(by_kind, by_level, unclaimed, overdue, mine)


def _cursor(last: Case, *, closed: bool) -> str:
    at = last.closed_at if closed else last.opened_at
    assert at is not None
    return urlsafe_b64encode(f"{last.rank}|{at.isoformat()}|{last.id}".encode()).decode()


def _place(cursor: str) -> tuple[int, datetime, str]:
    try:
        rank, at, known = urlsafe_b64decode(cursor.encode()).decode().split("|")
        place = int(rank), datetime.fromisoformat(at), known
    except ValueError:
        raise CursorUnusable from None
    if place[1].tzinfo is None:
        raise CursorUnusable
    return place
