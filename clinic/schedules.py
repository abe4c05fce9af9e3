"""The clinic's day: who sits when, what is booked, and stopping a clinic with everybody told."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, status
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import select

from care.booking import AppointmentClosed, cancel
from care.booking.stops import stop_clinic
from care.booking.telling import tell_cancelled, tell_stopped
from clinic.parameters import NO_NUL, Id
from clinic.permissions import Permission, allowed, of_departments, visible_departments
from clinic.seat import AtSeat
from clinic.viewing import audit_list
from hospital import get_hospital
from hospital.protocol import PartOfDay
from records.appointments import Appointment
from records.audit import Action, audit
from records.database import read_scope, session_scope, utc_now
from records.patients import Patient
from settings import get_settings

READ = [Depends(allowed(Permission.READ_SCHEDULES))]
EDIT = [Depends(allowed(Permission.EDIT_SCHEDULES))]
MANAGE = [Depends(allowed(Permission.MANAGE_BOOKINGS))]
BOOKINGS = [Depends(allowed(Permission.READ_BOOKINGS))]
MOST = 500
FIRST_DAY, LAST_DAY = date(2020, 1, 1), date(2100, 1, 1)

routes = APIRouter()


class DayQuery(BaseModel):
    """A day by the hospital's clock, of one department or of all."""

    day: date = Field(ge=FIRST_DAY, le=LAST_DAY)
    department: str = Field(default="", max_length=64, pattern=NO_NUL)


class ClinicRow(BaseModel):
    """Half a day of one doctor; ``taken`` of ``capacity`` places."""

    doctor_id: str
    doctor: str
    doctor_title: str
    department: str
    part_of_day: PartOfDay
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    capacity: int
    taken: int
    stopped: bool


class BookingRow(BaseModel):
    """One appointment; ``patient`` is the masked name."""

    id: str
    patient: str
    department: str
    doctor: str
    starts_at: AwareDatetime
    state: str


class Stop(BaseModel):
    """What stops: a day for everybody, or one doctor's, or half of it."""

    day: date = Field(ge=FIRST_DAY, le=LAST_DAY)
    doctor_id: str | None = Field(default=None, max_length=16, pattern=NO_NUL)
    part_of_day: PartOfDay | None = None


class Stopped(BaseModel):
    """How many appointments fell, and how many of their patients were told here."""

    appointments: int
    told: int


@routes.get("/schedules", dependencies=READ)
def get_schedules(asked: Annotated[DayQuery, Query()]) -> list[ClinicRow]:
    """What is planned for a day; names no patient."""
    with read_scope() as session:
        clinics = get_hospital().clinics(session, day=asked.day, department=asked.department or None)
    return [ClinicRow.model_validate(one, from_attributes=True) for one in clinics]


@routes.post("/schedules/stop", dependencies=EDIT)
def post_stop(stop: Stop, seat: AtSeat) -> Stopped:
    """Stop clinics: nothing more is booked there, what is booked falls, and each patient is told with other times to
    choose from. A second call stops and tells nothing."""
    now = utc_now()
    with session_scope() as session:
        fallen = stop_clinic(
            session,
            get_hospital(),
            day=stop.day,
            doctor_id=stop.doctor_id,
            part_of_day=stop.part_of_day,
            now=now,
        )
        told = tell_stopped(session, fallen)
        audit(
            session,
            actor=seat.actor,
            action=Action.STOP_CLINIC,
            patient=None,
            subject=f"clinic:{stop.doctor_id or 'all'}:{stop.day.isoformat()}",
            details={"part": stop.part_of_day or "", "appointments": len(fallen), "told": told},
        )
    return Stopped(appointments=len(fallen), told=told)


@routes.get("/bookings", dependencies=BOOKINGS)
def get_bookings(seat: AtSeat, asked: Annotated[DayQuery, Query()]) -> list[BookingRow]:
    """The appointments of a day in the departments that the seat may see, by time; at most 500."""
    zone = get_settings().zone
    begin = datetime.combine(asked.day, time(), zone)
    with session_scope() as session:
        query = (
            select(Appointment, Patient.name_shown)
            .join(Patient, Patient.id == Appointment.patient_id)
            .where(
                Appointment.starts_at >= begin,
                Appointment.starts_at < begin + timedelta(days=1),
                of_departments(Appointment.department, visible_departments(session, seat)),
            )
            .order_by(Appointment.starts_at, Appointment.id)
            .limit(MOST)
        )
        if asked.department:
            query = query.where(Appointment.department == asked.department)
        rows = session.execute(query).all()
        shown = {f"{one.id}@{one.state}": one.account_id for one, _ in rows}
        audit_list(session, seat, action=Action.LIST_BOOKINGS, subject="bookings:day", rows=shown)
        return [
            BookingRow(
                id=one.id,
                patient=name,
                department=one.department,
                doctor=one.doctor,
                starts_at=one.starts_at,
                state=one.state,
            )
            for one, name in rows
        ]


@routes.post("/bookings/{booking_id}/cancel", status_code=status.HTTP_204_NO_CONTENT, dependencies=MANAGE)
def post_cancel(booking_id: Id, seat: AtSeat) -> None:
    """Cancel an appointment for its patient, who is told. 404 for one that is not there or of a department that the
    seat may not see, 409 for one that cannot be cancelled any more."""
    try:
        with session_scope() as session:
            found = session.get(Appointment, booking_id)
            visible = visible_departments(session, seat)
            if found is None or (visible is not None and found.department not in visible):
                raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这个预约")
            before = found.state
            cancel(
                session,
                get_hospital(),
                account_id=found.account_id,
                appointment_id=booking_id,
                now=utc_now(),
                actor=seat.actor,
            )
            if found.state != before:
                tell_cancelled(session, found)
    except AppointmentClosed:
        raise HTTPException(status.HTTP_409_CONFLICT, "这个预约已经停诊或已到就诊时间，不能取消") from None
