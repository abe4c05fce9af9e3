"""The nightly job: first a list of what would go, then, days later, what was on it and is still due.

Each account is removed in a transaction of its own, with its audit row, so that a kill at any point leaves either all
or nothing of it, and the next night goes on.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from care.retention.clocks import ClockName, clocks
from care.retention.due import overdue
from care.retention.holds import held_accounts
from care.retention.removal import remove_account, remove_dialogue
from records.audit import Action, Actor, ActorKind, audit
from records.conversations import Conversation
from records.database import checkpoint, session_scope
from records.ownership import count_owned, owned_tables
from records.retention import RetentionDue, RetentionReport

log = structlog.get_logger(__name__)

JOB = Actor(ActorKind.SYSTEM, "retention")
# Asks the assistant to forget a conversation; raises when it cannot now.
Forget = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Removed:
    """What a run did: rows by table, accounts, and those left for the next night because something was away."""

    rows: dict[str, int]
    accounts: int
    left: int


def report(session: Session, *, now: datetime) -> RetentionReport:
    """Write down what is due: how many rows of which table, no ids in it. Notes since when each was announced."""
    held = held_accounts(session)
    found = overdue(session, now=now)
    due = {(account, clock) for account, clock in found if account not in held}
    known = {(row.account_id, ClockName(row.clock)): row for row in session.scalars(select(RetentionDue))}
    for gone in known.keys() - due:  # seen again, or held: it is announced anew when it is due again
        session.delete(known[gone])
    for account, clock in sorted(due - known.keys()):
        session.add(RetentionDue(account_id=account, clock=clock, reported_at=now))
    counts: Counter[str] = Counter()
    for clock in (ClockName.DIALOGUE, ClockName.OUTPATIENT):
        accounts = [account for account, name in due if name is clock]
        for table in owned_tables():
            if accounts and table.name in clocks()[clock].tables:
                counts[f"{clock}.{table.name}"] += count_owned(session, table, accounts)
    made = RetentionReport(
        made_at=now,
        due={name: rows for name, rows in counts.items() if rows},
        held=len({account for account, _ in found} & held),
    )
    session.add(made)
    session.flush()
    audit(
        session,
        actor=JOB,
        action=Action.REPORT_RETENTION,
        patient=None,
        subject=f"retention_report:{made.id}",
        details=made.due,
    )
    return made


def run(*, now: datetime, announced_for: timedelta, forget: Forget) -> Removed:
    """Remove what was announced at least ``announced_for`` ago, is still due and not held."""
    with session_scope() as session:
        ready = sorted(
            session.execute(
                select(RetentionDue.account_id, RetentionDue.clock).where(
                    RetentionDue.reported_at <= now - announced_for
                )
            ).all()
        )
    rows: Counter[str] = Counter()
    accounts, left = set(), 0
    for account_id, clock in ready:
        try:
            gone = _remove(account_id, ClockName(clock), now=now, forget=forget)
        except Exception as error:  # one account must not keep the others; it stays announced
            log.error("retention_left", clock=clock, error=type(error).__name__)
            left += 1
            continue
        if gone:
            rows.update(gone)
            accounts.add(account_id)
    if rows:
        checkpoint()
    return Removed(dict(rows), len(accounts), left)


def _remove(account_id: str, clock: ClockName, *, now: datetime, forget: Forget) -> dict[str, int]:
    with session_scope() as session:
        if account_id in held_accounts(session) or (account_id, clock) not in overdue(
            session, now=now, account_ids=[account_id]
        ):
            return {}
        for conversation in session.scalars(select(Conversation.id).where(Conversation.account_id == account_id)):
            forget(conversation)
        remove = remove_account if clock is ClockName.OUTPATIENT else remove_dialogue
        gone = remove(session, account_id)
        session.execute(delete(RetentionDue).where(RetentionDue.account_id == account_id, RetentionDue.clock == clock))
        audit(
            session,
            actor=JOB,
            action=Action.END_RETENTION,
            patient=account_id,
            subject=f"account:{account_id}",
            details={"clock": str(clock), **gone},
        )
    return gone


def nightly(*, now: datetime, announced_for: timedelta, forget: Forget, every: timedelta = timedelta(hours=20)) -> bool:
    """Report, then remove what was announced long enough ago, once a night; returns whether it was done now."""
    with session_scope() as session:
        latest = session.scalar(select(RetentionReport.made_at).order_by(RetentionReport.made_at.desc()).limit(1))
        if latest is not None and now - latest < every:
            return False
        report_id = report(session, now=now).id
    removed = run(now=now, announced_for=announced_for, forget=forget)
    with session_scope() as session:
        session.get_one(RetentionReport, report_id).removed = removed.rows
    log.info("retention_ran", accounts=removed.accounts, left=removed.left, rows=removed.rows)
    return True
