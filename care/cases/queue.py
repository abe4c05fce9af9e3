"""The queue of cases, a page at a time: most urgent first, then who has waited longest.

Pages follow each other by the place of their last row (keyset), so the hundredth page costs what the first does.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from records.cases import Case, CaseKind, CaseLevel, CaseState
from records.conversations import Conversation
from records.patients import Account

PAGE = 50


class CursorUnusable(ValueError):
    """This is no place in the queue."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for: empty means all. ``departments`` are those that may be seen, None every one; what is no
    department's is everybody's. ``mine`` is a user name."""

    states: Collection[CaseState] = (CaseState.OPEN, CaseState.CLAIMED)
    kinds: Collection[CaseKind] = ()
    levels: Collection[CaseLevel] = ()
    department: str = ""
    mine: str = ""
    departments: Collection[str] | None = None

    @property
    def closed(self) -> bool:
        """Whether only closed cases are asked for, which are shown by when they were closed, the latest first."""
        return set(self.states) == {CaseState.CLOSED}

    def condition(self) -> ColumnElement[bool]:
        """As a condition on ``Case``."""
        wanted: list[ColumnElement[bool]] = [Case.state.in_(list(self.states))]
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
    query = (
        select(Case, Conversation.account_id)
        .join(Conversation, Conversation.id == Case.conversation_id)
        .join(Account, Account.id == Conversation.account_id)
        .where(wanted.condition(), Account.restricted_at.is_(None))
        .limit(limit + 1)
    )
    query = _closed_page(query, after) if wanted.closed else _open_page(query, after)
    rows = [(found, account) for found, account in session.execute(query)]
    if len(rows) <= limit:
        return Listed(rows, None)
    last = rows[limit - 1][0]
    return Listed(rows[:limit], _cursor(last, closed=wanted.closed))


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
        .where(Filter(kinds=kinds, departments=departments).condition())
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


def _open_page(query: Select[Case, str], after: str) -> Select[Case, str]:
    query = query.order_by(Case.rank, Case.opened_at, Case.id)
    if not after:
        return query
    rank, at, known = _place(after)
    later = or_(Case.opened_at > at, and_(Case.opened_at == at, Case.id > known))
    return query.where(or_(Case.rank > int(rank), and_(Case.rank == int(rank), later)))


def _closed_page(query: Select[Case, str], after: str) -> Select[Case, str]:
    query = query.order_by(Case.closed_at.desc(), Case.id.desc())
    if not after:
        return query
    _, at, known = _place(after)
    return query.where(or_(Case.closed_at < at, and_(Case.closed_at == at, Case.id < known)))


def _cursor(last: Case, *, closed: bool) -> str:
    at = last.closed_at if closed else last.opened_at
    assert at is not None
    return urlsafe_b64encode(f"{last.rank}|{at.isoformat()}|{last.id}".encode()).decode()


def _place(cursor: str) -> tuple[str, datetime, str]:
    try:
        rank, at, known = urlsafe_b64decode(cursor.encode()).decode().split("|")
        when = datetime.fromisoformat(at)
        int(rank)
    except ValueError:
        raise CursorUnusable from None
    if when.tzinfo is None:
        raise CursorUnusable
    return rank, when, known
