"""New clinics: the operator opens half a day of a doctor for so many patients, in the hospital's own system."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, status
from pydantic import BaseModel, Field, StringConstraints

from clinic.parameters import NO_NUL
from clinic.permissions import Permission, allowed
from clinic.schedules import FIRST_DAY, LAST_DAY
from clinic.seat import AtSeat
from hospital import get_hospital
from hospital.protocol import ClinicPast, ClinicPlanned, DayClosed, DoctorUnknown, PartOfDay
from records.audit import Action, audit
from records.database import read_scope, session_scope, utc_now

READ = [Depends(allowed(Permission.READ_SCHEDULES))]
EDIT = [Depends(allowed(Permission.EDIT_SCHEDULES))]
MOST_PLACES = 200

routes = APIRouter()


class DoctorRow(BaseModel):
    """A doctor who sees outpatients, and where usually."""

    id: str
    name: str
    title: str
    department: str
    place: str


class Opening(BaseModel):
    """Half a day of a doctor's clinic for ``places`` patients; an empty ``place`` is the doctor's usual one."""

    doctor_id: str = Field(min_length=1, max_length=16, pattern=NO_NUL)
    day: date = Field(ge=FIRST_DAY, le=LAST_DAY)
    part_of_day: PartOfDay
    places: int = Field(ge=1, le=MOST_PLACES)
    place: Annotated[str, StringConstraints(strip_whitespace=True, max_length=128, pattern=NO_NUL)] = ""


class Opened(BaseModel):
    """How many half-hours can be booked now."""

    slots: int


@routes.get("/doctors", dependencies=READ)
def get_doctors() -> list[DoctorRow]:
    """Every doctor, by department."""
    with read_scope() as session:
        doctors = get_hospital().doctors(session)
    return [DoctorRow.model_validate(one, from_attributes=True) for one in doctors]


@routes.post("/schedules/open", status_code=status.HTTP_201_CREATED, dependencies=EDIT)
def post_open(wanted: Opening, seat: AtSeat) -> Opened:
    """Open a clinic; patients can book it at once. 404 for an unknown doctor, 409 when the doctor has a clinic then,
    the day is closed, or the half-day is over."""
    try:
        with session_scope() as session:
            slots = get_hospital().open_clinic(
                session,
                doctor_id=wanted.doctor_id,
                day=wanted.day,
                part_of_day=wanted.part_of_day,
                places=wanted.places,
                place=wanted.place,
                now=utc_now(),
            )
            audit(
                session,
                actor=seat.actor,
                action=Action.OPEN_CLINIC,
                patient=None,
                subject=f"clinic:{wanted.doctor_id}:{wanted.day.isoformat()}",
                details={"part": wanted.part_of_day, "places": wanted.places},
            )
    except DoctorUnknown:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这位医生") from None
    except ClinicPlanned:
        raise HTTPException(status.HTTP_409_CONFLICT, "这位医生这半天已经有排班") from None
    except DayClosed:
        raise HTTPException(status.HTTP_409_CONFLICT, "这一天全院停诊，不能开诊") from None
    except ClinicPast:
        raise HTTPException(status.HTTP_409_CONFLICT, "这半天已经过去了") from None
    return Opened(slots=len(slots))
