"""New clinics at the console: an operator opens one, patients book it, the rota goes on around it."""

from datetime import date, timedelta

import pytest

from care.booking import find_slots
from hospital import get_hospital
from hospital.demo import close_day, extend_schedule, seed
from hospital.protocol import Doctor
from records.database import session_scope, utc_now
from records.staff import Role
from settings import get_settings
from tests.console_client import Console, done, signed_in

HEART = "心血管内科"


@pytest.fixture
def doctor(database: None) -> Doctor:
    with session_scope() as session:
        seed(session, days=3)
        return get_hospital().doctors(session, department=HEART)[0]


@pytest.fixture
def operator(doctor: Doctor) -> Console:
    return signed_in(role=Role.OPERATOR)[0]


def a_day() -> date:
    """Beyond what is planned, and no Sunday."""
    day = utc_now().astimezone(get_settings().zone).date() + timedelta(days=10)
    return day + timedelta(days=day.isoweekday() == 7)


def opening(doctor: Doctor, **more: object) -> dict[str, object]:
    return {"doctor_id": doctor.id, "day": str(a_day()), "part_of_day": "evening", "places": 7, **more}


def test_an_opened_clinic_has_so_many_places_there_and_can_be_booked(operator: Console, doctor: Doctor) -> None:
    answer = operator.post("/schedules/open", opening(doctor, place="门诊楼五层夜诊室"))
    assert (answer.status_code, answer.json()) == (201, {"slots": 5})  # 17:30 to 20:00
    [row] = operator.get(f"/schedules?day={a_day()}&department={HEART}").json()
    assert (row["doctor"], row["part_of_day"], row["capacity"], row["taken"]) == (doctor.name, "evening", 7, 0)
    with session_scope() as session:
        slots = find_slots(session, get_hospital(), department=HEART, day=a_day(), now=utc_now())
    assert [slot.remaining for slot in slots] == [2, 2, 1, 1, 1]
    assert {slot.place for slot in slots} == {"门诊楼五层夜诊室"}
    assert ("open_clinic", f"clinic:{doctor.id}:{a_day()}", "done") in done()


def test_fewer_places_than_half_hours_and_the_usual_room(operator: Console, doctor: Doctor) -> None:
    assert operator.post("/schedules/open", opening(doctor, places=2)).json() == {"slots": 2}
    with session_scope() as session:
        slots = find_slots(session, get_hospital(), department=HEART, day=a_day(), now=utc_now())
    assert {slot.place for slot in slots} == {doctor.place}


def test_the_rota_still_plans_the_other_half_days(operator: Console, doctor: Doctor) -> None:
    def planned() -> set[str]:
        rows = operator.get(f"/schedules?day={a_day()}&department={HEART}").json()
        return {f"{row['doctor_id']} {row['part_of_day']}" for row in rows}

    operator.post("/schedules/open", opening(doctor))
    with session_scope() as session:
        extend_schedule(session, utc_now(), days=14)
    with_evening = planned()
    assert {f"{doctor.id} evening"} < with_evening
    assert {one.split()[1] for one in with_evening} == {"morning", "afternoon", "evening"}


def test_what_cannot_be_opened_says_why(operator: Console, doctor: Doctor) -> None:
    yesterday = utc_now().astimezone(get_settings().zone).date() - timedelta(days=1)
    shut = a_day() + timedelta(days=7)
    with session_scope() as session:
        close_day(session, day=shut, reason="停电")
    operator.post("/schedules/open", opening(doctor))
    for body, code, said in (
        (opening(doctor), 409, "已经有排班"),
        (opening(doctor, day=str(yesterday)), 409, "过去"),
        (opening(doctor, day=str(shut)), 409, "停诊"),
        (opening(doctor, doctor_id="nobody"), 404, "没有这位医生"),
    ):
        answer = operator.post("/schedules/open", body)
        assert (answer.status_code, said in answer.json()["detail"]) == (code, True), answer.json()
    for wrong in ({"places": 0}, {"places": 201}, {"part_of_day": "night"}, {"day": "2019-01-01"}):
        assert operator.post("/schedules/open", opening(doctor, **wrong)).status_code == 422


def test_every_doctor_is_there_to_choose_from(operator: Console, doctor: Doctor) -> None:
    rows = operator.get("/doctors").json()
    assert {row["department"] for row in rows if row["id"] == doctor.id} == {HEART}
    assert len(rows) > 20
