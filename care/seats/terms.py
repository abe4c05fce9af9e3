"""What one seat takes on: the groups whose conversations are its own, and how many at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from care.seats.groups import group
from records.conversations import Conversation, Holder
from records.staff import Role, Staff
from settings import get_settings

# Who answers patients.
AT_SEATS = (Role.CLINICIAN, Role.NURSE, Role.AGENT)


class OtherGroup(Exception):
    """The conversation waits for a group that the seat is not of; the argument is the group's name."""


class SeatFull(Exception):
    """This seat has as many conversations as it may; the argument is how many."""


class NobodyThere(Exception):
    """Nobody's seat is of this group; the argument is its name."""


@dataclass(frozen=True, slots=True)
class SeatTerms:
    """``groups`` are ids, none for every group."""

    groups: tuple[str, ...]
    capacity: int

    def takes(self, group_id: str) -> bool:
        """Whether a conversation that waits for ``group_id`` ("" for anybody) is for this seat."""
        return not group_id or not self.groups or group_id in self.groups


def terms_of(session: Session, username: str) -> SeatTerms:
    """Of a person, by their account; the house's for who has none of their own."""
    staff = session.scalar(select(Staff).where(Staff.username == username))
    return SeatTerms((), get_settings().seat_capacity) if staff is None else _terms(staff)


def load_of(session: Session, username: str) -> int:
    """How many conversations a seat holds."""
    query = select(func.count()).select_from(Conversation)
    return session.scalar(query.where(Conversation.holder == Holder.SEAT, Conversation.seat == username)) or 0


def refuse_more(session: Session, username: str, group_id: str) -> None:
    """Whether a seat can take one more conversation, one for ``group_id`` ("" for anybody): raises OtherGroup,
    SeatFull."""
    terms, load = terms_of(session, username), load_of(session, username)
    if not terms.takes(group_id):
        raise OtherGroup(group(group_id).name)
    if load >= terms.capacity:
        raise SeatFull(load)


def seats_of(session: Session, group_id: str) -> Sequence[Staff]:
    """Whose seats take this group's conversations and whose accounts are open, those on duty first."""
    query = select(Staff).where(Staff.disabled_at.is_(None), Staff.role.in_(AT_SEATS))
    ordered = session.scalars(query.order_by(Staff.on_duty.desc(), Staff.username))
    return [staff for staff in ordered if _terms(staff).takes(group_id)]


def _terms(staff: Staff) -> SeatTerms:
    return SeatTerms(tuple(staff.skill_groups), staff.seat_capacity or get_settings().seat_capacity)
