"""How long somebody who asks for a person will wait, by how long others have waited."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from care.texts import text
from records.cases import Case, CaseKind
from records.conversations import Conversation, Holder
from records.database import utc_now

LOOKED_BACK = timedelta(days=7)
LATEST = 50
# With fewer waits than this nothing is promised: it would be made up.
FEWEST = 5
ROUNDED_TO = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Wait:
    """``ahead`` wait already; ``likely`` is half of the others' waits, rounded up, or None when too few are known."""

    ahead: int
    likely: timedelta | None


def promise(session: Session, *, conversation_id: str, now: datetime | None = None) -> Wait:
    """What can be said to the patient of this conversation now."""
    at = now or utc_now()
    since = session.scalar(select(Conversation.waiting_since).where(Conversation.id == conversation_id)) or at
    ahead = session.scalar(
        select(func.count())
        .select_from(Conversation)
        .where(Conversation.holder == Holder.WAITING, Conversation.waiting_since < since)
    )
    claimed = session.execute(
        select(Case.opened_at, Case.claimed_at)
        .where(
            Case.kind == CaseKind.HANDOVER,
            Case.claimed_at.is_not(None),
            Case.opened_at > at - LOOKED_BACK,
        )
        .order_by(Case.opened_at.desc())
        .limit(LATEST)
    )
    waits = [(taken - opened).total_seconds() for opened, taken in claimed if taken is not None]
    if len(waits) < FEWEST:
        return Wait(ahead or 0, None)
    return Wait(ahead or 0, max(1, ceil(median(waits) / ROUNDED_TO.total_seconds())) * ROUNDED_TO)


def wait_told(session: Session, *, conversation_id: str, now: datetime | None = None) -> str:
    """The sentence for the patient, empty when nothing is known; a time that is told is kept as the promise."""
    at = now or utc_now()
    wait = promise(session, conversation_id=conversation_id, now=at)
    if wait.likely is not None:
        session.get_one(Conversation, conversation_id).promised_at = at + wait.likely
        minutes = int(wait.likely.total_seconds() // 60)
        return text("seats.wait", ahead=wait.ahead, minutes=minutes)
    return text("seats.ahead", ahead=wait.ahead) if wait.ahead else ""
