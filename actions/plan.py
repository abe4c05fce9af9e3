"""A booking as it is planned in conversation: for whom, which visit, and what is still to be asked."""

from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Tracker
from sqlalchemy.orm import Session

from actions.base import Event, keep
from actions.visits import Search
from care.booking import FamilyMember, family

SELF = "本人"
NEW = "new"


@dataclass(frozen=True, slots=True)
class Plan:
    """``suggested`` are the departments of a first level that was named ("内科"). ``patient`` is a patient's id, or NEW
    for one whose identity is still to be asked. ``ending`` says why the form ended when it was not to book."""

    search: Search = field(default_factory=Search)
    suggested: tuple[str, ...] = ()
    slot: str | None = None
    relation: str | None = None
    patient: str | None = None
    consent: bool | None = None
    name: str | None = None
    id_number: str | None = None
    tries: int = 0
    unsure: bool = False
    confirmed: bool | None = None
    ending: str | None = None

    @classmethod
    def kept_in(cls, tracker: Tracker) -> "Plan":
        slots = tracker.slots
        identity: dict[str, Any] = slots.get("booking_identity") or {}
        return cls(
            search=Search.kept_in(tracker),
            suggested=tuple(slots.get("booking_suggested") or ()),
            slot=slots.get("booking_slot"),
            relation=slots.get("relation"),
            patient=slots.get("booking_patient"),
            consent=slots.get("booking_consent"),
            name=identity.get("name"),
            id_number=identity.get("id_number"),
            tries=slots.get("tries") or 0,
            unsure=bool(slots.get("unsure")),
            confirmed=slots.get("booking_confirmed"),
            ending=slots.get("ending"),
        )

    def events(self) -> list[Event]:
        identity = {"name": self.name, "id_number": self.id_number}
        return [
            *self.search.events(),
            *keep(
                booking_suggested=list(self.suggested) or None,
                booking_slot=self.slot,
                relation=self.relation,
                booking_patient=self.patient,
                booking_consent=self.consent,
                booking_identity={key: value for key, value in identity.items() if value} or None,
                tries=self.tries or None,
                unsure=self.unsure or None,
                booking_confirmed=self.confirmed,
                ending=self.ending,
            ),
        ]

    def asks(self) -> str | None:
        """The Rasa slot to ask for next; None when the booking is complete or ended otherwise."""
        if self.ending:
            return None
        if self.search.department is None and self.search.doctor is None and not self.search.alternatives:
            return "booking_department"
        if self.slot is None:
            return "booking_slot"
        if self.patient is None:
            return "booking_patient"
        if self.patient == NEW:
            return "booking_identity" if self.consent else "booking_consent"
        return None if self.confirmed else "booking_confirmed"


def chosen_members(session: Session, *, account_id: str, relation: str | None) -> list[FamilyMember]:
    """The account's patients, only those of ``relation`` when it was named."""
    members = family(session, account_id=account_id)
    return [member for member in members if relation in (None, member.kinship)]
