"""Which clocks of which accounts have run out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from care.retention.clocks import ClockName, clocks
from records.appointments import Appointment, AppointmentState
from records.conversations import Conversation, Message
from records.patients import Account

# A visit that was cancelled was none.
VISITS = (AppointmentState.BOOKED, AppointmentState.DONE)


@dataclass(frozen=True, slots=True)
class Times:
    """When an account was last seen. ``visit`` is the end of the last appointment that was not cancelled."""

    account_id: str
    visit: datetime | None
    contact: datetime

    def ends(self, name: ClockName) -> datetime:
        """When this clock runs out for the account. Without any visit nothing is a medical record: what is left of the
        account goes with the dialogue."""
        clock = clocks()[name]
        if clock.starts == "last_visit" and self.visit is None:
            clock = clocks()[ClockName.DIALOGUE]
        start = max(self.visit, self.contact) if self.visit and clock.starts == "last_contact" else None
        return clock.ends(start or (self.visit if clock.starts == "last_visit" and self.visit else self.contact))


def times(session: Session, account_ids: list[str] | None = None) -> Iterator[Times]:
    """The times of these accounts, or of all."""
    visit = (
        select(func.max(Appointment.ends_at))
        .where(Appointment.account_id == Account.id, Appointment.state.in_(VISITS))
        .scalar_subquery()
    )
    said = (
        select(func.max(Message.created_at))
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Conversation.account_id == Account.id)
        .scalar_subquery()
    )
    query = select(Account.id, visit, said, Account.created_at).order_by(Account.id)
    if account_ids is not None:
        query = query.where(Account.id.in_(account_ids))
    for account_id, visited, spoke, made in session.execute(query):
        yield Times(account_id, visited, max(one for one in (spoke, made) if one))


def overdue(session: Session, *, now: datetime, account_ids: list[str] | None = None) -> list[tuple[str, ClockName]]:
    """The accounts (of these, or all) whose dialogue or whose records may go, by the rules that are kept as data."""
    found = []
    for one in times(session, account_ids):
        for name in (ClockName.DIALOGUE, ClockName.OUTPATIENT):
            if one.ends(name) < now and (name is ClockName.OUTPATIENT or _has_dialogue(session, one.account_id)):
                found.append((one.account_id, name))
    return found


def _has_dialogue(session: Session, account_id: str) -> bool:
    query = select(Message.id).join(Conversation, Conversation.id == Message.conversation_id)
    return session.scalar(query.where(Conversation.account_id == account_id).limit(1)) is not None
