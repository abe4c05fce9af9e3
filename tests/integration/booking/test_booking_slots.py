"""Finding slots and doctors."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from care.booking import UnknownDepartment, UnknownDoctor, WalkInOnly, find_slots, recommend_doctors
from hospital.demo.service import DemoHospital
from hospital.demo.staff import WALK_IN, department_infos
from hospital.protocol import PartOfDay
from tests.integration.booking.house import NOW


def test_every_department_has_slots_within_two_days_of_the_week(session: Session, hospital: DemoHospital) -> None:
    for info in department_infos():
        if info.name not in WALK_IN:
            assert find_slots(session, hospital, department=info.name, day=NOW.date(), now=NOW, limit=1), info.name


def test_by_everyday_name_day_and_part_of_day(session: Session, hospital: DemoHospital) -> None:
    day = NOW.date() + timedelta(days=9)
    found = find_slots(session, hospital, department="心内科", day=day, part_of_day="morning", now=NOW, limit=100)
    assert found
    assert {(slot.department, slot.day, slot.part_of_day) for slot in found} == {("心血管内科", day, PartOfDay.MORNING)}
    assert found == sorted(found, key=lambda slot: slot.starts_at)
    assert find_slots(session, hospital, department="心内科", part_of_day="evening", now=NOW) == []
    sunday = NOW.date() + timedelta(days=6)
    assert find_slots(session, hospital, department="心内科", day=sunday, now=NOW) == []


def test_what_has_begun_is_not_offered(session: Session, hospital: DemoHospital) -> None:
    at_nine = NOW.replace(hour=9)
    found = find_slots(session, hospital, day=NOW.date(), now=at_nine, limit=500)
    assert min(slot.starts_at for slot in found) == at_nine + timedelta(minutes=30)


@pytest.mark.parametrize("form", ["{name}", "{name}医生", "{name}主任", " {name} ", "{surname}主任", "{surname}大夫"])
def test_a_doctor_goes_by_name_or_form_of_address(session: Session, hospital: DemoHospital, form: str) -> None:
    doctor = hospital.doctors(session, department="皮肤科")[0]
    wanted = form.format(name=doctor.name, surname=doctor.name[0])
    found = find_slots(session, hospital, department="皮肤科", doctor=wanted, now=NOW)
    assert {slot.doctor_id for slot in found} == {doctor.id}


@pytest.mark.parametrize(
    ("department", "doctor", "refusal"),
    [
        ("急诊", None, WalkInOnly),
        ("占卜科", None, UnknownDepartment),
        ("", None, UnknownDepartment),
        ("皮肤科", "查无此人", UnknownDoctor),
        (None, "%", UnknownDoctor),
        (None, "主任", UnknownDoctor),
        (None, "", UnknownDoctor),
    ],
)
def test_what_is_not_there_is_named(
    session: Session,
    hospital: DemoHospital,
    department: str | None,
    doctor: str | None,
    refusal: type[Exception],
) -> None:
    with pytest.raises(refusal):
        find_slots(session, hospital, department=department, doctor=doctor, now=NOW)


def test_a_doctor_is_recommended_by_skill_then_title(session: Session, hospital: DemoHospital) -> None:
    doctors = hospital.doctors(session, department="骨科")
    by_title = recommend_doctors(session, hospital, department="骨科", now=NOW)
    assert by_title[0].doctor.title == "主任医师"
    chief = by_title[0].doctor
    tag = next(tag for doctor in doctors for tag in doctor.skills if tag not in chief.skills)
    best = recommend_doctors(session, hospital, department="骨科", complaint=f"医生我有{tag}", now=NOW)[0]
    assert best.doctor.id != chief.id
    assert tag in best.matched
    assert best.next_slot is not None


def test_the_words_of_patients_find_the_skill(session: Session, hospital: DemoHospital) -> None:
    best = recommend_doctors(session, hospital, department="心血管内科", complaint="我妈胸口偶尔闷", now=NOW)[0]
    assert best.matched == ("冠心病",)


def test_what_the_hospital_says_of_itself(session: Session, hospital: DemoHospital) -> None:
    assert {hours.what for hours in hospital.opening_hours(session)} >= {"门诊上午", "急诊"}
    assert all(fee.amount > 0 for fee in hospital.fees(session))
    assert hospital.preparation(session, "抽血")
    assert hospital.preparation(session, "看手相") == ()
