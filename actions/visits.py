"""Looking for a visit: what was asked for, what is free, and which of the offered slots an answer means."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from rasa_sdk import Tracker
from sqlalchemy.orm import Session

from actions.base import Event, keep
from actions.hearing import Heard
from care.booking import find_slots
from hospital import get_hospital
from hospital.protocol import Slot

SHOWN = 12
LOOKED_AT = 150  # free slots among which a choice over several days is made
EACH_HALF_DAY = 2

EARLIER = ("早一点", "早点", "再早", "更早", "提前", "靠前", "往前")
LATER = (
    "晚一点",
    "晚点",
    "再晚",
    "更晚",
    "靠后",
    "往后",
    "别的时间",
    "其他时间",
    "换个时间",
    "换一天",
    "还有吗",
    "还有别的",
)
OTHER_DOCTOR = ("换个医生", "换医生", "别的医生", "其他医生", "换一个医生")
SHIFT = re.compile("|".join((*EARLIER, *LATER)))


@dataclass(frozen=True, slots=True)
class Search:
    """What visit is looked for. ``after`` skips the earlier ones; ``alternatives`` are shown instead of a search."""

    department: str | None = None
    doctor: str | None = None
    day: date | None = None
    part: str | None = None
    after: datetime | None = None
    alternatives: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()

    @classmethod
    def kept_in(cls, tracker: Tracker) -> "Search":
        slots = tracker.slots
        day, after = slots.get("booking_day"), slots.get("booking_after")
        return cls(
            department=slots.get("booking_department"),
            doctor=slots.get("booking_doctor"),
            day=date.fromisoformat(day) if day else None,
            part=slots.get("booking_part"),
            after=datetime.fromisoformat(after) if after else None,
            alternatives=tuple(slots.get("booking_alternatives") or ()),
            offered=tuple(slots.get("offered") or ()),
        )

    def events(self) -> list[Event]:
        return keep(
            booking_department=self.department,
            booking_doctor=self.doctor,
            booking_day=self.day.isoformat() if self.day else None,
            booking_part=self.part,
            booking_after=self.after.isoformat() if self.after else None,
            booking_alternatives=list(self.alternatives) or None,
            offered=list(self.offered) or None,
        )

    def narrowed(self, heard: Heard) -> "Search":
        """With the day and part of day that a message names; naming one begins the search anew."""
        day, part = heard.value("date"), heard.value("time_of_day")
        if SHIFT.search(heard.text):
            part = None  # "早一点" is not one o'clock
        if not day and not part:
            return self
        # "下午的呢？" keeps the day; "周四呢？" asks for all of Thursday.
        new_day = date.fromisoformat(day[:10]) if day else self.day
        return replace(self, day=new_day, part=part or (None if day else self.part), after=None, alternatives=())

    def shifted(self, heard: Heard, offered: Sequence[Slot]) -> "Search":
        """Looked for earlier, later, or with another doctor, when a message asks so."""
        said = heard.text
        if any(word in said for word in OTHER_DOCTOR):
            return replace(self, doctor=None, alternatives=())
        if any(word in said for word in EARLIER):
            return replace(self, day=None, part=None, after=None, alternatives=())
        wants_more = heard.choice is not None and heard.choice.kind == "times"
        if wants_more or any(word in said for word in LATER):
            last = max((slot.starts_at for slot in offered), default=None)
            return replace(self, day=None, part=None, after=last, alternatives=())
        return self


@dataclass(frozen=True, slots=True)
class Found:
    """Free slots; ``elsewhere`` says that what was asked for has none and these are the nearest instead."""

    slots: tuple[Slot, ...]
    elsewhere: bool = False


def look(session: Session, search: Search, *, now: datetime) -> Found:
    """Free slots for a search: as asked, else from that day on, else any. Raises what ``find_slots`` raises."""
    hospital = get_hospital()
    if search.alternatives:
        known = [hospital.slot(session, slot_id) for slot_id in search.alternatives]
        free = tuple(slot for slot in known if slot and slot.remaining > 0 and not slot.stopped)
        if free:
            return Found(free)

    def find(*, after: datetime, day: date | None = None, part: str | None = None) -> tuple[Slot, ...]:
        found = find_slots(
            session,
            hospital,
            department=search.department,
            doctor=search.doctor,
            day=day,
            part_of_day=part,
            now=after,
            limit=SHOWN if day else LOOKED_AT,
        )
        return tuple(found)

    asked = find(after=max(now, search.after or now), day=search.day, part=search.part)
    if asked:
        return Found(asked if search.day else over_days(asked))
    if search.day or search.part or search.after:
        from_day = max(now, datetime.combine(search.day, time.min, now.tzinfo)) if search.day else now
        nearest = find(after=from_day) or find(after=now)
        return Found(over_days(nearest), elsewhere=True)
    return Found(())


def over_days(slots: Sequence[Slot]) -> tuple[Slot, ...]:
    """A choice over several days: the first slots of each half-day, for a strip of dates."""
    taken: dict[tuple[date, str], list[Slot]] = {}
    for slot in slots:
        half_day = taken.setdefault((slot.day, slot.part_of_day), [])
        if len(half_day) < EACH_HALF_DAY:
            half_day.append(slot)
    spread = [slot for half_day in taken.values() for slot in half_day]
    return tuple(sorted(spread, key=lambda slot: (slot.starts_at, slot.id))[:SHOWN])


def offered_slots(session: Session, search: Search) -> list[Slot]:
    """The slots that were shown last, in the order shown."""
    hospital = get_hospital()
    found = (hospital.slot(session, slot_id) for slot_id in search.offered)
    return [slot for slot in found if slot is not None]
