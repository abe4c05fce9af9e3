"""Many at once: the last place goes to one, and nobody waits in a circle."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select

from care.booking import AlreadyBooked, BookingRefused, SlotTaken, book, change, find_slots, stop_clinic
from hospital.demo import seed
from hospital.demo.service import DemoHospital
from hospital.demo.tables import DemoBooking, DemoSlot
from hospital.protocol import Slot
from records.appointments import Appointment, AppointmentState
from records.database import session_scope
from tests.integration.booking.house import NOW, new_account, new_patient

HOSPITAL = DemoHospital()
PEOPLE = 50


def prepared(people: int, *, leave: int | None = None) -> tuple[list[Slot], list[tuple[str, str]]]:
    """Two slots of one half-day, the first with only ``leave`` places left; and accounts with a patient each."""
    with session_scope() as session:
        seed(session, NOW, days=3)
        slots = find_slots(session, HOSPITAL, department="心血管内科", now=NOW, limit=2)
        if leave is not None:
            row = session.get_one(DemoSlot, slots[0].id)
            row.taken = row.capacity - leave
        accounts = [new_account(session) for _ in range(people)]
        return slots, [(account.id, new_patient(session, account).id) for account in accounts]


def test_fifty_want_the_last_place(database: None) -> None:
    (wanted, _), people = prepared(PEOPLE, leave=1)
    together = Barrier(PEOPLE)

    def one(who: tuple[str, str]) -> tuple[str, ...]:
        together.wait()
        try:
            with session_scope() as session:
                book(session, HOSPITAL, account_id=who[0], patient_id=who[1], slot_id=wanted.id, now=NOW)
        except SlotTaken as refusal:
            return tuple(slot.id for slot in refusal.alternatives)
        return ("got it",)

    with ThreadPoolExecutor(PEOPLE) as pool:
        outcomes = list(pool.map(one, people))
    assert outcomes.count(("got it",)) == 1
    losers = [offered for offered in outcomes if offered != ("got it",)]
    assert all(offered and wanted.id not in offered for offered in losers)
    with session_scope() as session:
        assert session.scalar(select(func.count()).select_from(Appointment)) == 1
        assert session.scalar(select(func.count()).select_from(DemoBooking)) == 1
        row = session.get_one(DemoSlot, wanted.id)
        assert row.taken == row.capacity


def test_one_patient_pressing_twenty_times_books_once(database: None) -> None:
    (wanted, _), (who,) = prepared(1)
    together = Barrier(20)

    def press(_: int) -> str:
        together.wait()
        try:
            with session_scope() as session:
                book(session, HOSPITAL, account_id=who[0], patient_id=who[1], slot_id=wanted.id, now=NOW)
        except AlreadyBooked:
            return "already"
        return "booked"

    with ThreadPoolExecutor(20) as pool:
        assert Counter(pool.map(press, range(20))) == {"booked": 1, "already": 19}


def test_people_who_swap_places_while_the_clinic_stops_never_deadlock(database: None) -> None:
    (first, second), people = prepared(6)
    made = []
    with session_scope() as session:
        for number, who in enumerate(people):
            slot = (first, second)[number % 2]
            made.append(
                (book(session, HOSPITAL, account_id=who[0], patient_id=who[1], slot_id=slot.id, now=NOW).id, number % 2)
            )
    together = Barrier(len(people) + 1)

    def swap(number: int) -> None:
        together.wait()
        appointment, at = made[number]
        for turn in range(4):
            try:
                with session_scope() as session:
                    change(
                        session,
                        HOSPITAL,
                        account_id=people[number][0],
                        appointment_id=appointment,
                        slot_id=(second, first)[(at + turn) % 2].id,
                        now=NOW,
                    )
            except BookingRefused:
                pass

    def stop() -> int:
        together.wait()
        with session_scope() as session:
            return len(stop_clinic(session, HOSPITAL, day=first.day, doctor_id=first.doctor_id, now=NOW))

    with ThreadPoolExecutor(len(people) + 1) as pool:
        stopped = pool.submit(stop)
        for swapping in [pool.submit(swap, number) for number in range(len(people))]:
            swapping.result(timeout=60)
        assert stopped.result(timeout=60) == len(people)
    with session_scope() as session:
        states = session.scalars(select(Appointment.state)).all()
        assert set(states) == {AppointmentState.STOPPED}
        assert set(session.scalars(select(DemoBooking.state))) == {"stopped"}
