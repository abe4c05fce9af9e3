"""Which doctor is recommended, and the reasons that the patient reads."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from care.booking import doctor_card, recommend_doctors
from care.booking.doctors import DoctorMatch, worth
from hospital.demo.service import DemoHospital
from hospital.demo.tables import DemoSlot
from hospital.protocol import Doctor
from tests.integration.booking.house import NOW

DEPARTMENT = "心血管内科"


def match(session: Session, hospital: DemoHospital, doctor: Doctor) -> DoctorMatch:
    free = hospital.slots(session, after=NOW, doctor_id=doctor.id, limit=1)
    return DoctorMatch(doctor, (), free[0])


def test_whom_the_patient_knows_comes_first_and_is_said(session: Session, hospital: DemoHospital) -> None:
    junior = [one for one in hospital.doctors(session, department=DEPARTMENT) if one.title == "主治医师"][-1]
    seen = {junior.name: date(2026, 11, 12)}
    [best] = recommend_doctors(session, hospital, department=DEPARTMENT, now=NOW, seen=seen, limit=1)
    assert best.doctor.id == junior.id
    reason = doctor_card([best]).doctors[0].reason
    assert reason.startswith("您11月12日看过这位医生")
    assert "有号" in reason


def test_the_skill_for_the_complaint_outweighs_the_title(session: Session, hospital: DemoHospital) -> None:
    doctors = hospital.doctors(session, department=DEPARTMENT)
    chief = next(one for one in doctors if one.title == "主任医师")
    junior = next(one for one in doctors if one.title == "主治医师")
    skilled = replace(match(session, hospital, junior), matched=("高血压",))
    assert worth(skilled, now=NOW) > worth(match(session, hospital, chief), now=NOW)


def test_a_far_slot_does_not_win_by_title(session: Session, hospital: DemoHospital) -> None:
    doctors = hospital.doctors(session, department=DEPARTMENT)
    chief = next(one for one in doctors if one.title == "主任医师")
    session.execute(
        update(DemoSlot)
        .where(DemoSlot.doctor_id == chief.id, DemoSlot.starts_at < NOW + timedelta(days=9))
        .values(stopped=True)
    )
    found = recommend_doctors(session, hospital, department=DEPARTMENT, now=NOW)
    assert found[0].doctor.id != chief.id
    assert "有号" in doctor_card(found[:1]).doctors[0].reason


def test_nobody_free_is_said_by_no_slot_and_comes_last(session: Session, hospital: DemoHospital) -> None:
    doctors = hospital.doctors(session, department=DEPARTMENT)
    full = doctors[0]
    session.execute(update(DemoSlot).where(DemoSlot.doctor_id == full.id).values(stopped=True))
    found = recommend_doctors(session, hospital, department=DEPARTMENT, now=NOW, seen={full.name: NOW.date()}, limit=9)
    assert (found[-1].doctor.id, found[-1].next_slot) == (full.id, None)
    assert worth(found[-1], now=NOW) > 0
