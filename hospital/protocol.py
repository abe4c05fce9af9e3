"""What the house asks of a hospital information system: one Protocol, and the facts that cross it.

Every method takes the edge's ``session``. The demo hospital keeps its tables in the same database and so books in
the same transaction; an adapter to a remote system may ignore it. Times are aware; money is a ``Decimal`` of yuan.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from sqlalchemy.orm import Session


class PartOfDay(StrEnum):
    """Half a clinic day, by the hospital's clock."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


@dataclass(frozen=True, slots=True)
class DepartmentInfo:
    """A department as the hospital runs it; ``walk_in`` ones (emergency) take no bookings."""

    name: str
    parent: str
    place: str
    walk_in: bool = False


@dataclass(frozen=True, slots=True)
class Doctor:
    """A doctor who sees outpatients; ``skills`` are the hospital's own tags."""

    id: str
    name: str
    title: str
    department: str
    skills: tuple[str, ...]
    fee: Decimal
    place: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of a doctor's clinic; ``remaining`` is how many more patients it takes."""

    id: str
    department: str
    doctor_id: str
    doctor: str
    doctor_title: str
    day: date
    part_of_day: PartOfDay
    starts_at: datetime
    ends_at: datetime
    place: str
    fee: Decimal
    remaining: int
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Clinic:
    """Half a day of one doctor's clinic as the hospital plans it: places, and how many of them are taken."""

    doctor_id: str
    doctor: str
    doctor_title: str
    department: str
    part_of_day: PartOfDay
    starts_at: datetime
    ends_at: datetime
    capacity: int
    taken: int
    stopped: bool


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When something is open; ``weekdays`` are ISO (1 is Monday)."""

    what: str
    weekdays: tuple[int, ...]
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Fee:
    what: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Examination:
    """An examination that is booked for a patient; ``name`` is one that ``preparation`` knows, or more exact."""

    id: str
    patient_id: str
    name: str
    starts_at: datetime
    place: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit that took place, as the hospital's own records have it."""

    patient_id: str
    department: str
    doctor: str
    at: datetime


class SlotFull(Exception):
    """The hospital has no place left in this slot."""


class SlotStopped(Exception):
    """The hospital has stopped this clinic."""


class SlotUnknown(Exception):
    """The hospital knows no such slot."""


class BookingClosed(Exception):
    """The booking was cancelled, or its clinic stopped."""


class DoctorUnknown(Exception):
    """The hospital knows no such doctor."""


class ClinicPlanned(Exception):
    """The doctor has a clinic then, perhaps a stopped one."""


class ClinicPast(Exception):
    """That half-day is over."""


class DayClosed(Exception):
    """The hospital has no clinics on that day."""


class PatientUnknown(Exception):
    """The hospital knows no such patient."""


class HospitalSystem(Protocol):
    """A hospital information system. Taking a place is atomic: of two callers for the last one, one gets it."""

    def departments(self, session: Session) -> Sequence[DepartmentInfo]: ...

    def doctors(
        self, session: Session, *, department: str | None = None, name: str | None = None
    ) -> Sequence[Doctor]: ...

    def slots(
        self,
        session: Session,
        *,
        after: datetime,
        department: str | None = None,
        doctor_id: str | None = None,
        day: date | None = None,
        part_of_day: PartOfDay | None = None,
        limit: int = 12,
    ) -> Sequence[Slot]:
        """Free slots that start after ``after``, earliest first."""
        ...

    def slot(self, session: Session, slot_id: str) -> Slot | None: ...

    def clinics(self, session: Session, *, day: date, department: str | None = None) -> Sequence[Clinic]:
        """Everything that is planned for a day, full and stopped ones too, by department, doctor and time."""
        ...

    def book(self, session: Session, *, slot_id: str, patient_id: str) -> str:
        """Take a place; returns the booking number. Raises SlotFull, SlotStopped, SlotUnknown."""
        ...

    def change(self, session: Session, *, booking: str, slot_id: str) -> None:
        """Move a booking to another slot, or raise (as ``book``, or BookingClosed) and leave it where it was."""
        ...

    def cancel(self, session: Session, *, booking: str) -> None:
        """Give the place back; a second call does nothing. Raises BookingClosed when its clinic was stopped."""
        ...

    def stop_clinic(
        self, session: Session, *, day: date, doctor_id: str | None = None, part_of_day: PartOfDay | None = None
    ) -> Sequence[str]:
        """Stop a doctor's clinic (or everybody's) on a day; returns the ids of the slots that stopped."""
        ...

    def open_clinic(
        self,
        session: Session,
        *,
        doctor_id: str,
        day: date,
        part_of_day: PartOfDay,
        places: int,
        place: str,
        now: datetime,
    ) -> Sequence[str]:
        """Open a clinic of a doctor for ``places`` patients, at ``place`` ("" for the doctor's usual one); returns the
        ids of its slots. Raises DoctorUnknown, ClinicPlanned, ClinicPast, DayClosed."""
        ...

    def opening_hours(self, session: Session) -> Sequence[OpeningHours]: ...

    def fees(self, session: Session) -> Sequence[Fee]: ...

    def level(self, session: Session) -> str:
        """The hospital's own level (一级, 二级, 三级), "" when it has none: insurance pays by it."""
        ...

    def examinations(self, session: Session, *, patient_ids: Sequence[str], after: datetime) -> Sequence[Examination]:
        """Examinations booked for these patients that start after ``after``, earliest first."""
        ...

    def visits(
        self, session: Session, *, patient_ids: Sequence[str], since: datetime, until: datetime
    ) -> Sequence[Visit]:
        """Visits of these patients that took place in that time, the latest first, wherever they were booked."""
        ...

    def file_report(
        self,
        session: Session,
        *,
        report_id: str,
        patient_id: str,
        bundle: str,
        confirmed_by: str,
        confirmed_at: datetime,
    ) -> str:
        """Put a report that a clinician has confirmed into the patient's record; returns the hospital's number for it.

        ``bundle`` is FHIR R4, JSON: a collection of a DiagnosticReport and its Observations. The same ``report_id``
        again takes the earlier one's place and keeps its number, so that a resend is harmless. Raises PatientUnknown;
        whatever else it raises means that the hospital is away, and the report is sent again later.
        """
        ...

    def examination_names(self, session: Session) -> Sequence[str]:
        """The examinations that ``preparation`` has something to say of."""
        ...

    def preparation(self, session: Session, examination: str) -> tuple[str, ...]:
        """How to prepare for an examination, one line each; empty when the hospital says nothing of it."""
        ...
