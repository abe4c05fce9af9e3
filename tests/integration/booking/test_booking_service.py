"""Book, change, cancel, list: what the house promises a patient."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from care.booking import (
    AlreadyBooked,
    AppointmentClosed,
    AppointmentNotFound,
    ClinicStopped,
    NotYourPatient,
    SlotInPast,
    SlotNotFound,
    SlotTaken,
    TooManyBookings,
    book,
    cancel,
    change,
    find_slots,
    stop_clinic,
    upcoming,
)
from care.booking.service import MAX_OPEN_BOOKINGS
from hospital.demo import extend_schedule, seed
from hospital.demo.calendar import close_day, closed_days, reopen_day
from hospital.demo.service import DemoHospital
from hospital.demo.tables import DemoBooking, DemoSlot
from hospital.protocol import PartOfDay, Slot
from records.appointments import Appointment, AppointmentState
from records.patients import Account, Patient
from tests.integration.booking.house import NOW, new_account, new_patient

HEART = "心血管内科"


def free(session: Session, hospital: DemoHospital, *, limit: int = 200, department: str = HEART) -> list[Slot]:
    return find_slots(session, hospital, department=department, now=NOW, limit=limit)


def fill(session: Session, slot_id: str, *, leave: int = 0) -> None:
    slot = session.get_one(DemoSlot, slot_id)
    slot.taken = slot.capacity - leave
    session.flush()


def taken(session: Session, slot_id: str) -> int:
    return session.scalars(select(DemoSlot.taken).where(DemoSlot.id == slot_id)).one()


def test_a_booking_takes_a_place_and_keeps_what_was_agreed(
    session: Session, hospital: DemoHospital, account: Account, patient: Patient
) -> None:
    slot = free(session, hospital)[0]
    made = book(session, hospital, account_id=account.id, patient_id=patient.id, slot_id=slot.id, now=NOW)
    assert (made.state, made.doctor, made.fee, made.place) == ("booked", slot.doctor, slot.fee, slot.place)
    assert isinstance(made.fee, Decimal)
    assert taken(session, slot.id) == 1
    assert upcoming(session, account_id=account.id, now=NOW) == [made]
    assert upcoming(session, account_id=account.id, now=slot.ends_at) == []


def test_the_same_doctor_in_the_same_half_day_only_once(
    session: Session, hospital: DemoHospital, account: Account, patient: Patient
) -> None:
    first, second = free(session, hospital)[:2]
    assert (first.doctor_id, first.part_of_day) == (second.doctor_id, second.part_of_day)
    made = book(session, hospital, account_id=account.id, patient_id=patient.id, slot_id=first.id, now=NOW)
    with pytest.raises(AlreadyBooked) as refusal:
        book(session, hospital, account_id=account.id, patient_id=patient.id, slot_id=second.id, now=NOW)
    assert refusal.value.appointment is made
    assert taken(session, second.id) == 0
    mother = new_patient(session, account, "母亲")
    book(session, hospital, account_id=account.id, patient_id=mother.id, slot_id=second.id, now=NOW)


def test_nobody_is_at_two_doctors_at_once(
    session: Session, hospital: DemoHospital, account: Account, patient: Patient
) -> None:
    here = free(session, hospital)[0]
    there = next(slot for slot in free(session, hospital, department="皮肤科") if slot.starts_at == here.starts_at)
    book(session, hospital, account_id=account.id, patient_id=patient.id, slot_id=here.id, now=NOW)
    with pytest.raises(AlreadyBooked):
        book(session, hospital, account_id=account.id, patient_id=patient.id, slot_id=there.id, now=NOW)


def test_at_most_so_many_open_bookings(
    session: Session, hospital: DemoHospital, account: Account, patient: Patient
) -> None:
    half_days = {(slot.doctor_id, slot.day, slot.part_of_day): slot for slot in free(session, hospital)}
    slots = list(half_days.values())
    for slot in slots[:MAX_OPEN_BOOKINGS]:
        book(session, hospital, account_id=account.id, patient_id=patient.id, slot_id=slot.id, now=NOW)
    one_more = slots[MAX_OPEN_BOOKINGS]
    with pytest.raises(TooManyBookings, match="as many"):
        book(session, hospital, account_id=account.id, patient_id=patient.id, slot_id=one_more.id, now=NOW)
    cancel(
        session,
        hospital,
        account_id=account.id,
        appointment_id=upcoming(session, account_id=account.id, now=NOW)[0].id,
        now=NOW,
    )
    book(session, hospital, account_id=account.id, patient_id=patient.id, slot_id=one_more.id, now=NOW)


def test_past_unknown_and_foreign_are_refused(
    session: Session, hospital: DemoHospital, account: Account, patient: Patient
) -> None:
    slot = free(session, hospital)[0]
    stranger = new_account(session)
    with pytest.raises(SlotInPast):
        book(session, hospital, account_id=account.id, patient_id=patient.id, slot_id=slot.id, now=slot.starts_at)
    with pytest.raises(SlotNotFound):
        book(session, hospital, account_id=account.id, patient_id=patient.id, slot_id="'; --", now=NOW)
    for who in (patient.id, "none"):
        with pytest.raises(NotYourPatient):
            book(session, hospital, account_id=stranger.id, patient_id=who, slot_id=slot.id, now=NOW)
    made = book(session, hospital, account_id=account.id, patient_id=patient.id, slot_id=slot.id, now=NOW)
    with pytest.raises(AppointmentNotFound):
        cancel(session, hospital, account_id=stranger.id, appointment_id=made.id, now=NOW)
    assert upcoming(session, account_id=stranger.id, now=NOW) == []


def test_a_full_slot_offers_the_nearest_of_the_same_doctor_first(
    session: Session, hospital: DemoHospital, account: Account, patient: Patient
) -> None:
    slots = free(session, hospital)
    wanted = slots[2]
    fill(session, wanted.id)
    with pytest.raises(SlotTaken) as refusal:
        book(session, hospital, account_id=account.id, patient_id=patient.id, slot_id=wanted.id, now=NOW)
    offered = refusal.value.alternatives
    assert {slot.id for slot in offered[:2]} == {slots[1].id, slots[3].id}
    assert all(slot.remaining > 0 and slot.department == HEART for slot in offered)
    assert wanted.id not in {slot.id for slot in free(session, hospital)}


def test_a_change_moves_the_place_and_keeps_the_old_when_the_new_is_gone(
    session: Session, hospital: DemoHospital, account: Account, patient: Patient
) -> None:
    first, second, full = free(session, hospital)[:3]
    fill(session, full.id)
    made = book(session, hospital, account_id=account.id, patient_id=patient.id, slot_id=first.id, now=NOW)
    with pytest.raises(SlotTaken):
        change(session, hospital, account_id=account.id, appointment_id=made.id, slot_id=full.id, now=NOW)
    assert (made.slot_id, made.state, taken(session, first.id)) == (first.id, "booked", 1)
    change(session, hospital, account_id=account.id, appointment_id=made.id, slot_id=second.id, now=NOW)
    assert (made.slot_id, made.starts_at) == (second.id, second.starts_at)
    assert (taken(session, first.id), taken(session, second.id)) == (0, 1)
    # The same wish once more (a resend) changes nothing.
    change(session, hospital, account_id=account.id, appointment_id=made.id, slot_id=second.id, now=NOW)
    assert taken(session, second.id) == 1


def test_cancel_until_the_visit_begins(
    session: Session, hospital: DemoHospital, account: Account, patient: Patient
) -> None:
    slot = free(session, hospital)[0]
    made = book(session, hospital, account_id=account.id, patient_id=patient.id, slot_id=slot.id, now=NOW)
    with pytest.raises(AppointmentClosed):
        cancel(session, hospital, account_id=account.id, appointment_id=made.id, now=slot.starts_at)
    just_before = slot.starts_at - timedelta(seconds=1)
    for _ in range(2):  # the second is a resend
        cancel(session, hospital, account_id=account.id, appointment_id=made.id, now=just_before)
    assert (made.state, taken(session, slot.id)) == (AppointmentState.CANCELLED, 0)
    with pytest.raises(AppointmentClosed):
        change(session, hospital, account_id=account.id, appointment_id=made.id, slot_id=slot.id, now=NOW)
    book(session, hospital, account_id=account.id, patient_id=patient.id, slot_id=slot.id, now=NOW)


def test_a_stopped_clinic_frees_its_patients_and_offers_the_next(
    session: Session, hospital: DemoHospital, account: Account, patient: Patient
) -> None:
    slots = free(session, hospital)
    slot = slots[0]
    made = book(session, hospital, account_id=account.id, patient_id=patient.id, slot_id=slot.id, now=NOW)
    stop = {"day": slot.day, "doctor_id": slot.doctor_id, "part_of_day": slot.part_of_day, "now": NOW}
    (fallen,) = stop_clinic(session, hospital, **stop)  # type: ignore[arg-type]
    assert fallen.appointment is made
    assert made.state == AppointmentState.STOPPED
    half_day = (slot.doctor_id, slot.day, slot.part_of_day)
    assert fallen.alternatives
    assert half_day not in {(one.doctor_id, one.day, one.part_of_day) for one in fallen.alternatives}
    assert stop_clinic(session, hospital, **stop) == []  # type: ignore[arg-type]
    with pytest.raises(ClinicStopped) as refusal:
        book(session, hospital, account_id=account.id, patient_id=patient.id, slot_id=slots[1].id, now=NOW)
    assert refusal.value.alternatives
    with pytest.raises(AppointmentClosed):
        cancel(session, hospital, account_id=account.id, appointment_id=made.id, now=NOW)
    # The offer can be taken at once.
    book(
        session,
        hospital,
        account_id=account.id,
        patient_id=patient.id,
        slot_id=fallen.alternatives[0].id,
        now=NOW,
    )


def test_a_closed_day(session: Session, hospital: DemoHospital, account: Account, patient: Patient) -> None:
    slot = free(session, hospital)[0]
    book(session, hospital, account_id=account.id, patient_id=patient.id, slot_id=slot.id, now=NOW)
    close_day(session, day=slot.day, reason="院庆")
    fallen = stop_clinic(session, hospital, day=slot.day, now=NOW)
    assert len(fallen) == 1
    assert find_slots(session, hospital, day=slot.day, now=NOW) == []
    reopen_day(session, day=slot.day)
    again = next(one for one in free(session, hospital) if one.id == slot.id)
    assert again.remaining == slot.remaining


def test_holidays_and_the_rolling_schedule(session: Session, hospital: DemoHospital) -> None:
    assert extend_schedule(session, NOW) > 0
    assert extend_schedule(session, NOW) == 0
    assert date(2027, 1, 1) not in closed_days(session)
    later = NOW + timedelta(days=20)
    assert extend_schedule(session, later) > 0
    assert closed_days(session)[date(2027, 1, 1)] == "元旦"
    assert find_slots(session, hospital, day=date(2027, 1, 1), now=later) == []
    assert find_slots(session, hospital, day=date(2027, 1, 2), now=later)
    # Reopened by the operator, it stays open, and the schedule fills it.
    reopen_day(session, day=date(2027, 1, 1))
    assert extend_schedule(session, later) > 0
    assert find_slots(session, hospital, day=date(2027, 1, 1), now=later)


def test_seeding_again_keeps_bookings(
    session: Session, hospital: DemoHospital, account: Account, patient: Patient
) -> None:
    slot = free(session, hospital)[0]
    book(session, hospital, account_id=account.id, patient_id=patient.id, slot_id=slot.id, now=NOW)
    seed(session, NOW, days=12)
    assert taken(session, slot.id) == 1


def test_no_place_is_lost_or_made_over_many_steps(session: Session, hospital: DemoHospital) -> None:
    """Whatever is booked, moved, cancelled and stopped: places taken are the open bookings."""
    account = new_account(session)
    people = [new_patient(session, account, f"{number}") for number in range(6)]
    slots = free(session, hospital)[::3]
    for step in range(60):
        patient, slot = people[step % 6], slots[(step * 7) % len(slots)]
        mine = [one for one in upcoming(session, account_id=account.id, now=NOW) if one.patient_id == patient.id]
        who = {"account_id": account.id, "now": NOW}
        try:
            if step % 3 == 0 or not mine:
                book(session, hospital, patient_id=patient.id, slot_id=slot.id, **who)  # type: ignore[arg-type]
            elif step % 3 == 1:
                change(session, hospital, appointment_id=mine[0].id, slot_id=slot.id, **who)  # type: ignore[arg-type]
            else:
                cancel(session, hospital, appointment_id=mine[0].id, **who)  # type: ignore[arg-type]
        except (SlotTaken, AlreadyBooked, TooManyBookings):
            pass
    stop_clinic(session, hospital, day=slots[0].day, part_of_day=PartOfDay.MORNING, now=NOW)
    open_bookings = session.scalars(select(DemoBooking.slot_id).where(DemoBooking.state == "booked")).all()
    booked = session.scalars(select(Appointment.slot_id).where(Appointment.state == "booked")).all()
    query = select(DemoSlot.id, DemoSlot.taken).where(DemoSlot.taken > 0, DemoSlot.stopped.is_(False))
    places = {row.id: row.taken for row in session.execute(query)}
    assert sorted(open_bookings) == sorted(booked)
    assert len(booked) > 3
    assert places == {slot_id: booked.count(slot_id) for slot_id in booked}
