"""The clinic's day at the console: what is planned, what is booked, and a clinic that stops with everybody told."""

import pytest
from sqlalchemy import select

from care.booking import book, find_slots
from care.emergency.flags import catalogue
from hospital import get_hospital
from hospital.demo import seed
from hospital.protocol import Slot
from records.appointments import Appointment
from records.conversations import Author, Conversation, Message
from records.database import session_scope, utc_now
from records.staff import Role
from tests.console_client import Console, done, signed_in, trail
from tests.integration.booking.house import new_account, new_patient

HEART = "心血管内科"


@pytest.fixture
def slot(database: None) -> Slot:
    """A slot that a patient with a conversation has booked."""
    with session_scope() as session:
        seed(session, days=5)
        account = new_account(session)
        patient = new_patient(session, account)
        session.add(Conversation(account_id=account.id))
        session.flush()
        free = find_slots(session, get_hospital(), department=HEART, now=utc_now(), limit=1)[0]
        book(session, get_hospital(), account_id=account.id, patient_id=patient.id, slot_id=free.id, now=utc_now())
        return free


def of(role: Role, *departments: str) -> Console:
    return signed_in(role=role, departments=departments)[0]


def test_a_stopped_clinic_takes_nothing_more_and_its_patient_is_told_with_other_times(slot: Slot) -> None:
    operator = of(Role.OPERATOR)
    asked = f"/schedules?day={slot.day}&department={HEART}"

    def clinic() -> dict[str, object]:
        (found,) = [
            row
            for row in operator.get(asked).json()
            if row["doctor_id"] == slot.doctor_id and row["part_of_day"] == slot.part_of_day
        ]
        return found

    assert (clinic()["taken"], clinic()["stopped"]) == (1, False)
    stop = {"day": str(slot.day), "doctor_id": slot.doctor_id, "part_of_day": slot.part_of_day}
    assert operator.post("/schedules/stop", stop).json() == {"appointments": 1, "told": 1}
    assert operator.post("/schedules/stop", stop).json() == {"appointments": 0, "told": 0}
    assert clinic()["stopped"]
    with session_scope() as session:
        assert session.scalars(select(Appointment.state)).one() == "stopped"
        told = session.scalars(select(Message).where(Message.author == Author.BOT)).one()
        assert "停诊" in told.text
        assert told.card is not None
        assert told.card["slots"]
    assert ("stop_clinic", f"clinic:{slot.doctor_id}:{slot.day}", "done") in done()


def test_bookings_are_shown_masked_and_only_of_ones_departments(slot: Slot) -> None:
    path = f"/bookings?day={slot.day}"
    heart = of(Role.NURSE, HEART)
    [row] = heart.get(path).json()
    assert (row["department"], row["state"]) == (HEART, "booked")
    assert "*" in row["patient"]
    bones = of(Role.CLINICIAN, "骨科")
    assert bones.get(path).json() == []


def test_an_appointment_is_cancelled_for_its_patient_who_is_told(slot: Slot) -> None:
    nurse = of(Role.NURSE, HEART)
    [row] = nurse.get(f"/bookings?day={slot.day}").json()
    for _ in range(2):  # pressed twice: told once
        assert nurse.post(f"/bookings/{row['id']}/cancel").status_code == 204
    with session_scope() as session:
        assert session.scalars(select(Appointment.state)).one() == "cancelled"
        assert "取消" in session.scalars(select(Message.text).where(Message.author == Author.BOT)).one()
    [made_by] = [one.actor_id for one in trail() if one.action == "cancel_appointment"]
    assert made_by == "nurse"


def test_the_red_flags_can_be_read_with_their_sources(database: None) -> None:
    flags = of(Role.OPERATOR).get("/red-flags").json()
    assert len(flags) == len(catalogue().flags)
    assert all(flag["source"] and flag["name"] for flag in flags)


@pytest.mark.parametrize("day", ["2019-01-01", "tomorrow", ""])
def test_a_day_that_is_none_is_refused(database: None, day: str) -> None:
    assert of(Role.OPERATOR).get(f"/schedules?day={day}").status_code == 422
