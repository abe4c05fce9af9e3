"""The demo hospital behind the Protocol. It books in the caller's transaction."""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from secrets import token_hex
from typing import Any

import yaml
from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from hospital.demo.clinics import planned_clinics
from hospital.demo.examinations import booked_examinations, past_visits
from hospital.demo.opening import open_clinic
from hospital.demo.records import file_report
from hospital.demo.staff import FEES, department_infos
from hospital.demo.tables import DemoBooking, DemoDoctor, DemoSlot
from hospital.protocol import (
    BookingClosed,
    Clinic,
    DepartmentInfo,
    Doctor,
    Examination,
    Fee,
    OpeningHours,
    PartOfDay,
    Slot,
    SlotFull,
    SlotStopped,
    SlotUnknown,
    Visit,
)

FORMS_OF_ADDRESS = ("副主任医师", "主任医师", "主治医师", "副主任", "主任", "教授", "医生", "大夫", "专家")


class DemoHospital:
    """See :class:`hospital.protocol.HospitalSystem`."""

    def departments(self, session: Session) -> Sequence[DepartmentInfo]:
        return department_infos()

    def doctors(self, session: Session, *, department: str | None = None, name: str | None = None) -> Sequence[Doctor]:
        """Doctors by department and name; "林主任" finds the doctors called Lin."""
        query = select(DemoDoctor).order_by(DemoDoctor.department, DemoDoctor.position)
        if department is not None:
            query = query.where(DemoDoctor.department == department)
        if name is not None:
            query = _named(query, name)
        return [_doctor(row) for row in session.scalars(query)]

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
        """Free slots, earliest first; at one time the higher title first."""
        query = (
            _slots()
            .where(DemoSlot.starts_at > after, DemoSlot.stopped.is_(False), DemoSlot.taken < DemoSlot.capacity)
            .order_by(DemoSlot.starts_at, DemoDoctor.position, DemoSlot.id)
            .limit(limit)
        )
        if department is not None:
            query = query.where(DemoSlot.department == department)
        if doctor_id is not None:
            query = query.where(DemoSlot.doctor_id == doctor_id)
        if day is not None:
            query = query.where(DemoSlot.day == day)
        if part_of_day is not None:
            query = query.where(DemoSlot.part_of_day == part_of_day)
        return [_slot(slot, doctor) for slot, doctor in session.execute(query)]

    def slot(self, session: Session, slot_id: str) -> Slot | None:
        query = _slots().where(DemoSlot.id == slot_id).execution_options(populate_existing=True)
        row = session.execute(query).one_or_none()
        return None if row is None else _slot(row[0], row[1])

    def clinics(self, session: Session, *, day: date, department: str | None = None) -> Sequence[Clinic]:
        return planned_clinics(session, day=day, department=department)

    def book(self, session: Session, *, slot_id: str, patient_id: str) -> str:
        _take(session, slot_id)
        booking = DemoBooking(number=token_hex(5).upper(), slot_id=slot_id, patient_id=patient_id)
        session.add(booking)
        session.flush()
        return booking.number

    def change(self, session: Session, *, booking: str, slot_id: str) -> None:
        row = _lock_booking(session, booking, slot_id)
        if row.state != "booked":
            raise BookingClosed
        if row.slot_id == slot_id:
            return
        _take(session, slot_id)
        _give_back(session, row.slot_id)
        row.slot_id = slot_id
        session.flush()

    def cancel(self, session: Session, *, booking: str) -> None:
        row = _lock_booking(session, booking)
        if row.state == "stopped":
            raise BookingClosed
        if row.state == "booked":
            row.state = "cancelled"
            session.flush()
            _give_back(session, row.slot_id)

    def stop_clinic(
        self, session: Session, *, day: date, doctor_id: str | None = None, part_of_day: PartOfDay | None = None
    ) -> Sequence[str]:
        query = select(DemoSlot.id).where(DemoSlot.day == day, DemoSlot.stopped.is_(False))
        if doctor_id is not None:
            query = query.where(DemoSlot.doctor_id == doctor_id)
        if part_of_day is not None:
            query = query.where(DemoSlot.part_of_day == part_of_day)
        ids = list(session.scalars(query.order_by(DemoSlot.id).with_for_update()))
        session.execute(update(DemoSlot).where(DemoSlot.id.in_(ids)).values(stopped=True))
        session.execute(
            update(DemoBooking)
            .where(DemoBooking.slot_id.in_(ids), DemoBooking.state == "booked")
            .values(state="stopped")
        )
        return ids

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
        return open_clinic(
            session, doctor_id=doctor_id, day=day, part_of_day=part_of_day, places=places, place=place, now=now
        )

    def opening_hours(self, session: Session) -> Sequence[OpeningHours]:
        return tuple(
            OpeningHours(
                what=row["what"],
                weekdays=tuple(row["weekdays"]),
                opens=time.fromisoformat(row["opens"]),
                closes=time.fromisoformat(row["closes"]),
            )
            for row in _told()["opening_hours"]
        )

    def fees(self, session: Session) -> Sequence[Fee]:
        by_title = [Fee(f"{title}门诊", amount) for title, amount in FEES.items()]
        return (*by_title, *(Fee(what, Decimal(amount)) for what, amount in _told()["fees"].items()))

    def level(self, session: Session) -> str:
        return str(_told()["level"])

    def examinations(self, session: Session, *, patient_ids: Sequence[str], after: datetime) -> Sequence[Examination]:
        return booked_examinations(session, patient_ids=patient_ids, after=after)

    def visits(
        self, session: Session, *, patient_ids: Sequence[str], since: datetime, until: datetime
    ) -> Sequence[Visit]:
        return past_visits(session, patient_ids=patient_ids, since=since, until=until)

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
        return file_report(
            session,
            report_id=report_id,
            patient_id=patient_id,
            bundle=bundle,
            confirmed_by=confirmed_by,
            confirmed_at=confirmed_at,
        )

    def examination_names(self, session: Session) -> Sequence[str]:
        return tuple(_told()["preparation"])

    def preparation(self, session: Session, examination: str) -> tuple[str, ...]:
        return tuple(_told()["preparation"].get(examination, ()))


@lru_cache(maxsize=1)
def _told() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "hours.yaml").read_text(encoding="utf-8"))
    return told


def _named(query: Select[DemoDoctor], name: str) -> Select[DemoDoctor]:
    plain = name.strip()
    title = next((form for form in FORMS_OF_ADDRESS if plain.endswith(form) and plain != form), "")
    plain = plain.removesuffix(title)
    if len(plain) == 1:
        # "林主任" may be any doctor Lin; the form of address is politeness, not a title to filter by.
        return query.where(DemoDoctor.name.startswith(plain, autoescape=True))
    return query.where(or_(DemoDoctor.name == plain, DemoDoctor.name == name.strip()))


def _slots() -> Select[DemoSlot, DemoDoctor]:
    return select(DemoSlot, DemoDoctor).join(DemoDoctor, DemoDoctor.id == DemoSlot.doctor_id)


def _take(session: Session, slot_id: str) -> None:
    # The condition is in the update itself: of two who read "one left", only one changes a row.
    taken = session.execute(
        update(DemoSlot)
        .where(DemoSlot.id == slot_id, DemoSlot.taken < DemoSlot.capacity, DemoSlot.stopped.is_(False))
        .values(taken=DemoSlot.taken + 1)
        .returning(DemoSlot.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if taken is not None:
        return
    stopped = session.scalar(select(DemoSlot.stopped).where(DemoSlot.id == slot_id))
    if stopped is None:
        raise SlotUnknown
    raise SlotStopped if stopped else SlotFull


def _give_back(session: Session, slot_id: str) -> None:
    session.execute(
        update(DemoSlot)
        .where(DemoSlot.id == slot_id)
        .values(taken=DemoSlot.taken - 1)
        .execution_options(synchronize_session=False)
    )


def _lock_booking(session: Session, number: str, *other_slots: str) -> DemoBooking:
    # Slots before bookings and by id, as stop_clinic does: whoever locks in one order never waits in a circle.
    own = session.scalar(select(DemoBooking.slot_id).where(DemoBooking.number == number))
    ids = sorted({*other_slots, *([own] if own else [])})
    session.execute(select(DemoSlot.id).where(DemoSlot.id.in_(ids)).order_by(DemoSlot.id).with_for_update()).all()
    query = select(DemoBooking).where(DemoBooking.number == number).with_for_update()
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise BookingClosed
    return row


def _doctor(row: DemoDoctor) -> Doctor:
    return Doctor(row.id, row.name, row.title, row.department, tuple(row.skills), row.fee, row.place)


def _slot(row: DemoSlot, doctor: DemoDoctor) -> Slot:
    return Slot(
        id=row.id,
        department=row.department,
        doctor_id=doctor.id,
        doctor=doctor.name,
        doctor_title=doctor.title,
        day=row.day,
        part_of_day=PartOfDay(row.part_of_day),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place=row.place or doctor.place,
        fee=doctor.fee,
        remaining=max(row.capacity - row.taken, 0),
        stopped=row.stopped,
    )
